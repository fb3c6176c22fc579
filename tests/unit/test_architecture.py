# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may know what, as the design says, held against the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

import pytest

from ansible_collections.touchbasepro.sms.tests.unit.support.sources import (
    EVENT_SOURCES,
    PACKAGE,
    PLUGINS,
    SOURCES,
    Function,
    files_importing,
    files_naming,
    files_spelling,
    functions,
    imported_files,
    imports,
    reach_of,
)

HTTP = {
    "transport": "module_utils/_http/transport.py",
    "retry": "module_utils/_http/retry.py",
    "response": "module_utils/_http/response.py",
}

CLIENT = "module_utils/_api/client.py"
RUNNER = "module_utils/_operations/runner.py"
EVENTS = "module_utils/_events/source.py"
OPTIONS = "module_utils/_options.py"
SENSITIVE = "module_utils/_sensitive.py"
LOCAL_ACTION = "plugin_utils/_local_action.py"
LOCKS = "plugin_utils/_locks.py"
APPLY = {name for name in SOURCES if name.startswith("module_utils/_apply/")}
WIRE_NAMES = "Id|IsActive|Url|WebhookType|DateCreated|Note|CampaignId|TotalPages"
LONGEST_FUNCTION = 26


def refuse(offenders: Iterable[str], advice: str) -> None:
    """Fail with a line for each offender, and what to do."""
    found = sorted(offenders)
    assert not found, "\n".join([*found, advice])


# Who may know what


@dataclass(frozen=True)
class Rule:
    """The files that know a thing, those that may, and what to do in any other."""

    known_in: set[str]
    allowed_in: set[str]
    advice: str


def decides_on(tree: ast.Module, name: str) -> bool:
    """Whether the code does anything with a value except passing it on to a call."""
    passed_on = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
    }
    return any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in passed_on
        for node in ast.walk(tree)
    )


def files_deciding_on(*wanted: str) -> set[str]:
    return {name for name, tree in SOURCES.items() if any(decides_on(tree, one) for one in wanted)}


RULES: dict[str, Rule] = {
    "requests, urllib3, ssl": Rule(
        files_importing("requests", "urllib3", "ssl"),
        {HTTP["transport"]},
        "Send requests through Client, which has a Transport.",
    ),
    "URL paths": Rule(
        files_spelling(r"/sms/"),
        {CLIENT},
        "Give the API client a method for this endpoint.",
    ),
    "wire names of records": Rule(
        files_spelling(rf"^(?:{WIRE_NAMES})$"),
        {CLIENT},
        "Use the fields of Webhook and Campaign; the client translates.",
    ),
    "wire names of errors": Rule(
        files_spelling(r"^(?:Code|Message|statusCode)$"),
        {HTTP["response"]},
        "Use the Failure of the error.",
    ),
    "writes to the API": Rule(
        files_naming("create_webhook", "update_webhook", "delete_webhook") - {CLIENT},
        {"module_utils/_apply/write.py"},
        "Return a Change, and apply it with apply_change or apply_changes.",
    ),
    "AnsibleModule": Rule(
        files_naming("AnsibleModule", "fail_json", "exit_json"),
        {RUNNER},
        "Raise a TouchBaseError, or return a Result.",
    ),
    "action classes of Ansible": Rule(
        files_importing("ansible.plugins", "ansible.constants", "ansible.executor")
        | files_naming("ActionBase", "NormalAction", "ActionModule"),
        {name for name in SOURCES if name.startswith(("plugin_utils/", "action/"))},
        "Keep this in plugin_utils/ or action/.",
    ),
    "Ansible": Rule(
        files_importing("ansible"),
        {RUNNER, OPTIONS, EVENTS} | {name for name in SOURCES if name.startswith("plugin_utils/")},
        "Take plain data, so that this runs without Ansible.",
    ),
    "check_mode": Rule(
        files_naming("check_mode"),
        {RUNNER, LOCAL_ACTION},
        "Take dry_run, and pass it on to _apply.",
    ),
    "dry_run": Rule(
        files_deciding_on("dry_run", "_dry_run"),
        APPLY,
        "Pass dry_run on to _apply, and decide nothing on it.",
    ),
    "environment variables": Rule(
        files_spelling(r"TOUCHBASE_|REQUESTS_CA_BUNDLE") | files_naming("environ", "getenv"),
        {OPTIONS},
        "Import the name from _options, or read the option.",
    ),
    "marks of sensitive text": Rule(
        files_spelling(r"[\x01-\x04]|\\x0[1-4]"),
        {SENSITIVE},
        "Mark text with url_text, service_text or hidden_text of _sensitive.",
    ),
    "the mask and digests": Rule(
        files_spelling(r"\*{8}") | files_importing("hashlib"),
        {SENSITIVE, LOCKS},
        "Use MASK or masked_url of _sensitive.",
    ),
    "rendering of sensitive text": Rule(
        files_naming("Renderer"),
        {SENSITIVE, RUNNER},
        "Leave marks in the text: the runner renders at the one exit of an operation.",
    ),
    "thread pools": Rule(
        files_importing("concurrent"),
        {"module_utils/_apply/parallel.py"},
        "Use in_parallel.",
    ),
    "threads": Rule(
        files_naming("Thread"),
        {"plugin_utils/_progress.py", HTTP["transport"], EVENTS},
        "Use in_parallel.",
    ),
    "asyncio": Rule(
        files_importing("asyncio"),
        {EVENTS},
        "Only an event source runs in a loop of events: take plain functions.",
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_thing_is_known_where_the_design_allows_it(rule: Rule) -> None:
    assert rule.known_in & rule.allowed_in, "The rule finds nothing: correct its pattern or files."
    refuse(rule.known_in - rule.allowed_in, rule.advice)


def test_rules_find_what_they_look_for() -> None:
    handed_on = ast.parse("apply(change, dry_run)")
    decided_on = ast.parse("if dry_run:\n    pass")

    assert not decides_on(handed_on, "dry_run")
    assert decides_on(decided_on, "dry_run")


# Imports

BASE = {OPTIONS, SENSITIVE, "module_utils/_errors.py", "module_utils/_progress.py"}
BELOW = {
    "base": {"base"},
    "_http": {"_http", "base"},
    "_api": {"_api", "_http", "base"},
    "_plan": {"_plan", "_api", "base"},
    "_apply": {"_apply", "_plan", "_api", "_http", "base"},
    "_operations": {"_operations", "_apply", "_plan", "_api", "_http", "base"},
    "_events": {"_events", "_operations", "_plan", "_api", "_http", "base"},
    "modules": {"_operations"},
    "plugin_utils": {"plugin_utils", "_operations", "_plan", "_api", "_http", "base"},
    "action": {"_operations", "modules", "plugin_utils"},
    "doc_fragments": set[str](),
}


def layer_of(name: str) -> str:
    """The layer of a file, a key of BELOW; else its folder."""
    if name in BASE:
        return "base"
    if name in HTTP.values():
        return "_http"
    folders = PurePath(name).parts[:-1]
    return folders[-1] if folders else ""


def test_every_file_belongs_to_a_layer() -> None:
    packages = {name for name in SOURCES if name.endswith("__init__.py")}
    strange = {name for name in SOURCES if layer_of(name) not in BELOW} - packages

    refuse(strange, "Move the file into a package of the design, or name it in HTTP or BASE.")
    refuse(set(HTTP.values()) - set(SOURCES), "Correct HTTP: this file does not exist.")


@pytest.mark.parametrize("layer", BELOW)
def test_layer_imports_downwards_only(layer: str) -> None:
    upwards = {
        f"{name} imports {one}"
        for name in SOURCES
        if layer_of(name) == layer
        for one in imported_files(name)
        if layer_of(one) not in BELOW[layer]
    }

    allowed = ", ".join(sorted(BELOW[layer])) or "nothing"
    refuse(upwards, f"{layer} may import {allowed}. Move the code down, or pass the value in.")


PURE = {name for name in SOURCES if layer_of(name) == "_plan"} | {
    "module_utils/_api/models.py",
    "module_utils/_api/url.py",
    "module_utils/_errors.py",
    SENSITIVE,
}
DOING = (
    "os io time datetime random socket threading concurrent asyncio subprocess pathlib.Path logging"
)


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_file_reaches_pure_files_alone(name: str) -> None:
    advice = f"{name} decides on data alone: pass the data in."

    refuse(reach_of(name) - PURE, advice)
    refuse({name} & files_importing(*DOING.split()), advice)


def test_code_for_hosts_imports_nothing_of_the_controller() -> None:
    controller = {
        f"{name} imports {one}"
        for name in SOURCES
        if name.startswith(("modules/", "module_utils/"))
        for one in imports(name)
        if one.partition(".")[0] == "ansible" and not one.startswith("ansible.module_utils")
    }

    refuse(controller, "Only ansible.module_utils exists on a host.")


def test_event_source_imports_nothing_by_itself_that_may_be_missing() -> None:
    standard = {"__future__", "importlib", "os", "sys", "types", "typing"}
    imported = {
        f"{name} imports {alias.name}"
        for name, tree in EVENT_SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if (node.module if isinstance(node, ast.ImportFrom) else alias.name) not in standard
    }

    assert EVENT_SOURCES
    refuse(imported, "It runs without a package: let module_utils/_events do the work.")


# The mitogen strategy runs a module as a program, without a package.
WITHOUT_PACKAGE = ("modules/",)


def test_imports_are_relative_where_there_is_a_package() -> None:
    imports_of = [
        (name, node)
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    ]
    absolute = {
        name
        for name, node in imports_of
        if not node.level and (node.module or "").startswith(PACKAGE)
    }
    relative = {name for name, node in imports_of if node.level}

    refuse(
        {name for name in absolute if not name.startswith(WITHOUT_PACKAGE)}, "Import relatively."
    )
    refuse({name for name in relative if name.startswith(WITHOUT_PACKAGE)}, "Use the whole name.")


def test_no_file_imports_a_private_name_of_another() -> None:
    files = {PurePath(name).stem for name in SOURCES} | {
        folder for name in SOURCES for folder in PurePath(name).parts[:-1]
    }
    private = {
        f"{name} imports {alias.name}"
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and alias.name not in files
    }

    refuse(private, "Make the name public in its file, or move what needs it there.")


# Private names of Ansible for which there is no public one.
FOREIGN_PRIVATE_NAMES = {
    RUNNER: {"_diff"},
}


def test_no_file_uses_private_names_of_libraries() -> None:
    private = {
        f"{name}: {ast.unparse(node)}"
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
        and ast.unparse(node.value) not in ("self", "cls")
        and node.attr not in FOREIGN_PRIVATE_NAMES.get(name, set())
    }

    refuse(private, "Use a public name: a private one may change with any release.")


# Code


def test_there_are_no_assertions() -> None:
    asserting = {
        name
        for name, tree in SOURCES.items()
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    }

    refuse(asserting, "Python can switch assertions off: raise a TouchBaseError.")


def test_dataclasses_are_frozen() -> None:
    decorated = {
        f"{name}: {node.name}"
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator) != "dataclass(frozen=True)"
    }

    refuse(decorated, "Write @dataclass(frozen=True): nobody alters what was read or planned.")


def is_typed(function: Function) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    typed = [one.annotation or one.arg in ("self", "cls") for one in arguments if one]
    return all(typed) and function.returns is not None


def length_of(function: Function) -> int:
    """The lines of a function without those of its docstring."""
    first, last = function.body[0], function.end_lineno or 0
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return last - function.lineno + 1 - docstring


def test_every_function_is_typed() -> None:
    refuse(
        {where for where, function in functions() if not is_typed(function)},
        "Annotate every argument and the result.",
    )


def test_no_function_takes_a_bag_of_keyword_arguments() -> None:
    bags = {
        where
        for where, function in functions()
        if function.args.kwarg
        # A method of a library's class hands on what it is given.
        and not where.startswith(HTTP["transport"])
    }

    refuse(bags, "Name the arguments.")


def test_every_function_is_short() -> None:
    refuse(
        {where for where, function in functions() if length_of(function) > LONGEST_FUNCTION},
        f"At most {LONGEST_FUNCTION} lines without the docstring: name a part of it.",
    )


def test_every_file_has_its_licence() -> None:
    texts = {name: (PLUGINS / name).read_text(encoding="utf-8") for name in SOURCES}

    # A package's own file is empty.
    refuse(
        {
            name
            for name, text in texts.items()
            if text and "License v3.0+" not in "".join(text.splitlines()[:5])
        },
        "Begin with the three lines of the other files.",
    )

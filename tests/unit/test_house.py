# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may know what, held against the source itself."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.touchbasepro.sms.plugins.doc_fragments import _connection, _owner
from ansible_collections.touchbasepro.sms.plugins.module_utils import _options
from ansible_collections.touchbasepro.sms.plugins.module_utils import (
    _owner as owner_module,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._http import transport

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
SOURCES = {
    path.relative_to(PLUGINS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PLUGINS.rglob("*.py"))
}
DOOR = "module_utils/_module_door.py"
IN_PROCESS = "plugin_utils/_in_process_door.py"
PACKAGE = "ansible_collections.touchbasepro.sms.plugins"
TRANSPORT = "module_utils/_http/transport.py"
RESPONSE = "module_utils/_http/response.py"
# What decides, apart from everything that does.
PURE = (
    "_address",
    "_campaign",
    "_declaration",
    "_errors",
    "_owner",
    "_plan",
    "_plan_set",
    "_webhook",
)
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
DOCUMENTATION = ("DOCUMENTATION", "EXAMPLES", "RETURN", "INFO")
LONGEST_FUNCTION = 30


def documentation_of(tree: ast.Module) -> set[int]:
    """The nodes of docstrings and of Ansible's documentation, which may name anything."""
    found = set()
    for node in ast.walk(tree):
        is_document = isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in DOCUMENTATION for target in node.targets
        )
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_document or is_docstring:
            found.update(id(inner) for inner in ast.walk(node))
    return found


def texts(tree: ast.Module) -> Iterator[str]:
    """Every text in the code; those of documentation left out."""
    left_out = documentation_of(tree)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in left_out:
            yield node.value


def names(tree: ast.Module) -> Iterator[str]:
    """Every name and attribute in the code, and every text that could name one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.name
    yield from texts(tree)


def imports(name: str) -> Iterator[str]:
    """What a file imports, each by its whole name; relative imports as well."""
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from whole_names(name, node)


def whole_names(name: str, node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    if node.level:
        folders = [PACKAGE, *Path(name).parent.parts]
        module = ".".join([*folders[: len(folders) - node.level + 1], *filter(None, [module])])
    yield module
    # What is imported may be a file, too.
    yield from (f"{module}.{alias.name}" for alias in node.names)


def reach_of(name: str) -> set[str]:
    """The files that a file imports, itself or through others."""
    reached: set[str] = set()
    left = [name]
    while left:
        for one in imports(left.pop()):
            path = one.removeprefix(f"{PACKAGE}.").replace(".", "/") + ".py"
            if path in SOURCES and path not in reached:
                reached.add(path)
                left.append(path)
    return reached


def files_where(known: Iterator[tuple[str, bool]]) -> set[str]:
    return {name for name, knows in known if knows}


def files_with_text(pattern: str) -> set[str]:
    matches = re.compile(pattern)
    return files_where(
        (name, any(matches.search(text) for text in texts(tree))) for name, tree in SOURCES.items()
    )


def files_with_name(*wanted: str) -> set[str]:
    return files_where(
        (name, bool(set(wanted) & set(names(tree)))) for name, tree in SOURCES.items()
    )


def files_importing(*wanted: str) -> set[str]:
    matches = re.compile(rf"(?:{'|'.join(map(re.escape, wanted))})(?:\.|$)")
    return files_where((name, any(matches.match(one) for one in imports(name))) for name in SOURCES)


def test_there_is_a_source_to_look_at() -> None:
    assert {DOOR, IN_PROCESS, TRANSPORT} <= set(SOURCES)
    assert "touchbase_sms_webhook" in MODULES


def test_only_the_transport_knows_the_http_library() -> None:
    assert files_importing("requests", "urllib3", "ssl") == {TRANSPORT}


def private_names_of_others(tree: ast.Module) -> Iterator[str]:
    """Names with a leading underscore that belong to another object than one's own.

    Attributes of anything but self and cls, keywords, imported names, and texts that could be one;
    and what a class with a base of another file defines, since it may override one of theirs.
    """
    own = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
            yield from [] if is_own else [node.attr]
        elif isinstance(node, ast.keyword):
            yield node.arg or ""
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} - own:
            yield from (one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef))
            yield from (
                one.attr
                for one in ast.walk(node)
                if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
            )
    yield from texts(tree)


@pytest.mark.parametrize("name", [name for name in SOURCES if "/_http/" in name])
def test_http_uses_public_names_only(name: str) -> None:
    found = set(private_names_of_others(SOURCES[name]))

    assert {one for one in found if re.match(r"_[A-Za-z]", one)} == set()


@pytest.mark.parametrize(
    "source",
    [
        "response.raw._fp",
        "pool(_timeout=1)",
        "from urllib3 import _version",
        "getattr(pool, '_get_conn')",
        "class A(Adapter):\n    def _new_conn(self): pass",
        "class A(Adapter):\n    def send(self): self._pool = 1",
    ],
)
def test_private_names_of_others_are_found(source: str) -> None:
    assert any(re.match("_[A-Za-z]", one) for one in private_names_of_others(ast.parse(source)))


def test_only_the_client_spells_paths() -> None:
    assert files_with_text(r"/sms/") == {"module_utils/_client.py"}


def test_only_the_client_spells_properties_of_records() -> None:
    wire_names = "Id|IsActive|Url|WebhookType|DateCreated|Note"
    assert files_with_text(rf"^(?:{wire_names})$") == {"module_utils/_client.py"}


def test_only_the_response_spells_properties_of_errors() -> None:
    assert files_with_text(r"^(?:Code|Message|statusCode)$") == {RESPONSE}


def test_only_the_module_door_knows_the_class_of_modules() -> None:
    assert files_with_name("AnsibleModule", "fail_json", "exit_json") == {DOOR}


def test_only_the_in_process_door_and_the_actions_know_ansible_s_actions() -> None:
    knowing = files_importing("ansible.plugins", "ansible.constants", "ansible.executor")
    knowing |= files_with_name("ActionBase", "NormalAction", "ActionModule")

    assert IN_PROCESS in knowing
    assert {name.partition("/")[0] for name in knowing} <= {"plugin_utils", "action"}


def test_what_runs_on_a_host_imports_nothing_of_the_controller() -> None:
    for name in SOURCES:
        if name.startswith(("modules/", "module_utils/")):
            of_ansible = [one for one in imports(name) if one.partition(".")[0] == "ansible"]
            assert all(one.startswith("ansible.module_utils") for one in of_ansible), name
            assert not [one for one in imports(name) if "plugin_utils" in one], name


def test_only_filters_which_ansible_loads_without_a_package_import_by_the_whole_name() -> None:
    absolute = {
        name
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level and PACKAGE in (node.module or "")
    }

    assert {name for name in absolute if not name.startswith("filter/")} == set()


def test_only_the_doors_the_specification_and_the_filters_know_anything_of_ansible() -> None:
    knowing = files_importing("ansible")

    of_controller = {name for name in knowing if name.startswith(("plugin_utils/", "filter/"))}
    assert knowing - of_controller == {DOOR, "module_utils/_options.py"}


def test_filters_use_the_domain_and_never_reach_the_service() -> None:
    filters = [name for name in SOURCES if name.startswith("filter/")]

    reached = {name: reach_of(name) for name in filters}
    assert filters
    assert any("module_utils/_webhook.py" in those for those in reached.values())
    beyond = {TRANSPORT, "module_utils/_client.py", "module_utils/_operation.py", IN_PROCESS, DOOR}
    assert {name: those & beyond for name, those in reached.items() if those & beyond} == {}


@pytest.mark.parametrize("name", PURE)
def test_what_decides_is_pure(name: str) -> None:
    path = f"module_utils/{name}.py"
    pure = {f"module_utils/{one}.py" for one in PURE}

    assert reach_of(path) <= pure
    doing = ("os", "io", "time", "datetime", "random", "socket", "threading", "concurrent")
    assert not files_importing(*doing, "asyncio", "subprocess", "pathlib") & {path}


def test_only_one_file_starts_threads_for_requests_and_others_to_watch_the_clock() -> None:
    assert files_importing("concurrent") == {"module_utils/_parallel.py"}
    assert files_with_name("Thread") == {TRANSPORT, "plugin_utils/_life_sign.py"}


def test_only_one_file_asks_for_writes() -> None:
    writing = files_with_name("create_webhook", "update_webhook", "delete_webhook")

    assert writing == {"module_utils/_writes.py"}


def test_only_the_two_doors_know_of_check_mode() -> None:
    # The module door tells Ansible that check mode is supported, too.
    assert files_with_name("check_mode") == {DOOR, IN_PROCESS}


def uses_to_decide(tree: ast.Module, name: str) -> bool:
    """Whether the code does anything with a value except handing it on to a call."""
    handed_on = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
    }
    return any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in handed_on
        for node in ast.walk(tree)
    )


def test_a_dry_run_is_decided_upon_where_changes_are_carried_out_and_nowhere_else() -> None:
    deciding = {name for name, tree in SOURCES.items() if uses_to_decide(tree, "dry_run")}

    assert deciding == {"module_utils/_carry_out.py"}
    assert {name for name, tree in SOURCES.items() if uses_to_decide(tree, "_dry_run")} == set()


def test_only_the_options_spell_names_of_environment_variables() -> None:
    assert files_with_text(r"TOUCHBASE_|REQUESTS_CA_BUNDLE") == {"module_utils/_options.py"}
    assert files_with_name("environ", "getenv") == {"module_utils/_options.py"}


def test_the_documented_variables_are_those_that_are_read() -> None:
    documented = set(re.findall(r"E\(([A-Z_]+)\)", _connection.ModuleDocFragment.DOCUMENTATION))
    read = {value for name, value in vars(_options).items() if name.endswith("_ENV")}
    # The HTTP library reads these by itself.
    proxies = {"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}

    assert documented - proxies == read
    in_specification = {
        name
        for option in _options.CONNECTION_SPEC.values()
        for name in option.get("fallback", (None, []))[1]
    }
    assert in_specification == read


@pytest.mark.parametrize(
    ("fragment", "specification"),
    [
        (_connection.ModuleDocFragment, _options.CONNECTION_SPEC),
        (_owner.ModuleDocFragment, owner_module.OWNER_SPEC),
    ],
    ids=["connection", "owner"],
)
def test_the_documented_options_are_those_of_the_specification(
    fragment: type, specification: dict[str, dict[str, object]]
) -> None:
    documented = yaml.safe_load(fragment.DOCUMENTATION)["options"]

    assert set(documented) == set(specification)
    for name, option in specification.items():
        for key in ("type", "default", "choices", "required"):
            assert documented[name].get(key) == option.get(key), f"{key} of {name}"


def documentation(name: str) -> dict[str, Any]:
    """A module's documentation with the fragments that it names."""
    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    document: dict[str, Any] = yaml.safe_load(module.DOCUMENTATION)
    options: dict[str, Any] = {}
    for fragment in document["extends_documentation_fragment"]:
        file, _dot, part = fragment.removeprefix("touchbasepro.sms.").partition(".")
        extended = importlib.import_module(f"{PACKAGE}.doc_fragments.{file}").ModuleDocFragment
        text = getattr(extended, part.upper() or "DOCUMENTATION")
        options.update(yaml.safe_load(text)["options"])
    document["options"] = {**options, **document.get("options", {})}
    return document


def specified(options: dict[str, dict[str, Any]], nested: str) -> dict[str, dict[str, Any]]:
    """What a documentation and a specification have to say alike, at every depth."""
    alike = ("type", "elements", "default", "choices", "required")
    return {
        name: {
            **{key: option[key] for key in alike if option.get(key) is not None},
            nested: specified(option.get(nested, {}), nested),
        }
        for name, option in options.items()
    }


def under_one_name(options: Any) -> Any:
    """Options with those inside them under the name that specifications use."""
    if isinstance(options, dict):
        return {
            "options" if key == "suboptions" else key: under_one_name(value)
            for key, value in options.items()
        }
    return options


@pytest.mark.parametrize("name", MODULES)
def test_the_documented_options_of_a_module_are_those_it_takes_at_every_depth(name: str) -> None:
    documented = under_one_name(documentation(name)["options"])
    taken = operation_of(name).argument_spec

    assert specified(documented, "options") == specified(taken, "options")


def operation_of(name: str) -> Any:
    file = name.removeprefix("touchbase_sms_")
    return importlib.import_module(f"{PACKAGE}.module_utils._operations.{file}").OPERATION


@pytest.mark.parametrize("name", MODULES)
def test_both_doors_of_a_module_lead_to_its_own_operation(name: str) -> None:
    operation = operation_of(name)

    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    action = importlib.import_module(f"{PACKAGE}.action.{name}")
    assert module.OPERATION is operation
    assert action.ActionModule.operation is operation
    assert action.main is module.main
    assert set(_options.CONNECTION_SPEC) <= set(operation.argument_spec)


def test_every_operation_has_a_module() -> None:
    operations = {
        Path(name).stem
        for name in SOURCES
        if name.startswith("module_utils/_operations/") and not name.endswith("__init__.py")
    }

    assert {f"touchbase_sms_{name}" for name in operations} == set(MODULES)


def test_nothing_depends_on_assertions_which_python_can_switch_off() -> None:
    asserting = {
        name
        for name, tree in SOURCES.items()
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    }

    assert asserting == set()


def test_what_was_read_or_planned_stays_as_it_is() -> None:
    """Who gets a record, a change or a declaration need not fear that another alters it."""
    decorators = [
        (f"{name}: {node.name}", ast.unparse(decorator))
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
    ]

    assert [one for one in decorators if one[1] != "dataclass(frozen=True)"] == []


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{name}: {node.name}", node


def is_typed(function: ast.FunctionDef) -> bool:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    typed = [one.annotation or one.arg in ("self", "cls") for one in arguments if one]
    return all(typed) and function.returns is not None


def test_every_function_is_typed() -> None:
    assert len(list(functions())) > 50
    assert [where for where, function in functions() if not is_typed(function)] == []


def test_every_function_fits_on_a_screen() -> None:
    lengths = {
        where: (function.end_lineno or 0) - function.lineno + 1 for where, function in functions()
    }

    assert {where: length for where, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_every_file_says_whose_it_is() -> None:
    heads = {
        name: "".join((PLUGINS / name).read_text(encoding="utf-8").splitlines()[:5])
        for name in SOURCES
    }

    # A package's own file has to be empty.
    silent = [name for name, head in heads.items() if head and "License v3.0+" not in head]
    assert silent == []


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_its_action_its_documentation_and_its_place_in_the_group(
    name: str,
) -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assigned = {
        target.id
        for node in SOURCES[f"modules/{name}.py"].body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert f"action/{name}.py" in SOURCES
    assert name in runtime["action_groups"]["touchbase"]
    assert {"DOCUMENTATION", "EXAMPLES", "RETURN"} <= assigned


def test_the_action_group_and_the_actions_are_the_modules_and_nothing_else() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))

    assert sorted(runtime["action_groups"]["touchbase"]) == MODULES
    assert sorted(path.stem for path in (PLUGINS / "action").glob("*.py")) == MODULES


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))

    assert galaxy["version"] == transport.VERSION

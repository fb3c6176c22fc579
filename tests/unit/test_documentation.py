# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation, specification and metadata of the modules say the same."""

from __future__ import annotations

import ast
import importlib
import re
from typing import Any

import pytest
import yaml

from ansible_collections.touchbasepro.sms.plugins.doc_fragments import _connection, _owner
from ansible_collections.touchbasepro.sms.plugins.module_utils import _options
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import OWNER_SPEC
from ansible_collections.touchbasepro.sms.tests.unit.support.sources import (
    MODULES,
    PACKAGE,
    PLUGINS,
    ROOT,
    SOURCES,
)
from ansible_collections.touchbasepro.sms.tests.unit.test_architecture import HTTP

# Files of _operations that are not the operation of a module.
SHARED = {"__init__", "declared", "reading", "runner", "sets"}


def loaded(file: str) -> Any:
    """A file of the plugins as a module."""
    return importlib.import_module(f"{PACKAGE}.{file.removesuffix('.py').replace('/', '.')}")


def test_documented_variables_are_those_that_are_read() -> None:
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
        (_owner.ModuleDocFragment, OWNER_SPEC),
    ],
    ids=["connection", "owner"],
)
def test_options_of_fragment_are_those_of_the_specification(
    fragment: Any, specification: dict[str, dict[str, object]]
) -> None:
    documented = yaml.safe_load(fragment.DOCUMENTATION)["options"]

    assert set(documented) == set(specification)
    for name, option in specification.items():
        for key in ("type", "default", "choices", "required"):
            assert documented[name].get(key) == option.get(key), f"{key} of {name}"


def documentation(name: str) -> dict[str, Any]:
    """A module's documentation with the fragments that it names."""
    module = loaded(f"modules/{name}")
    document: dict[str, Any] = yaml.safe_load(module.DOCUMENTATION)
    options: dict[str, Any] = {}
    for fragment in document["extends_documentation_fragment"]:
        file, _dot, part = fragment.removeprefix("touchbasepro.sms.").partition(".")
        extended = loaded(f"doc_fragments/{file}").ModuleDocFragment
        text = getattr(extended, part.upper() or "DOCUMENTATION")
        options.update(yaml.safe_load(text)["options"])
    for key, option in document.get("options", {}).items():
        options[key] = {**options.get(key, {}), **option}
    return {**document, "options": options}


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
def test_options_of_module_are_documented_at_every_depth(name: str) -> None:
    documented = under_one_name(documentation(name)["options"])
    taken = operation_of(name).argument_spec

    assert specified(documented, "options") == specified(taken, "options")


def operation_of(name: str) -> Any:
    file = name.removeprefix("touchbase_sms_")
    return loaded(f"module_utils/_operations/{file}").OPERATION


@pytest.mark.parametrize("name", MODULES)
def test_module_and_action_run_the_same_operation(name: str) -> None:
    operation = operation_of(name)

    module = loaded(f"modules/{name}")
    action = loaded(f"action/{name}")
    assert module.OPERATION is operation
    assert action.ActionModule.operation is operation
    assert action.main is module.main
    assert set(_options.CONNECTION_SPEC) <= set(operation.argument_spec)


def test_every_operation_has_a_module() -> None:
    files = (PLUGINS / "module_utils/_operations").glob("*.py")
    operations = {path.stem for path in files} - SHARED

    assert {f"touchbase_sms_{name}" for name in operations} == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_module_has_its_action_documentation_and_group(
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


def test_action_group_and_actions_are_those_of_the_modules() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))

    assert sorted(runtime["action_groups"]["touchbase"]) == MODULES
    assert sorted(path.stem for path in (PLUGINS / "action").glob("*.py")) == MODULES


def test_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))

    assert galaxy["version"] == loaded(HTTP["transport"]).VERSION


def group_defaults(text: str) -> list[set[str]]:
    """The options in each ``module_defaults`` of the action group, as a block or in braces."""
    group = r"^(?P<indent> *).*?group/touchbasepro\.sms\.touchbase:"
    braces = re.compile(rf"{group} *\{{(?P<options>.*)\}}", re.MULTILINE)
    block = re.compile(rf"{group}\n(?P<options>(?:(?P=indent) +\S.*\n)+)", re.MULTILINE)
    return [
        *({*re.findall(r"(?:^|, *)(\w+):", found["options"])} for found in braces.finditer(text)),
        *(
            {*re.findall(r"^ *(\w+):", found["options"], re.MULTILINE)}
            for found in block.finditer(text)
        ),
    ]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("  group/touchbasepro.sms.touchbase:\n    a: 1\n    # c:\n    b: 2\n  z: 3\n", {"a", "b"}),
        ("``module_defaults: {group/touchbasepro.sms.touchbase: {a: 1, b: x}}``", {"a", "b"}),
        ("touchbasepro.sms.touchbase_sms_webhooks:\n  a: 1\n", None),
    ],
    ids=["block", "braces", "by module name"],
)
def test_group_defaults_are_found(text: str, options: set[str] | None) -> None:
    assert group_defaults(text) == ([] if options is None else [options])


def test_documented_group_defaults_are_options_of_every_module() -> None:
    """A default that one module of the group lacks makes every task of that module fail."""
    documents = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.rst"),
        *(path for path in (ROOT / "roles").rglob("*") if path.suffix in (".md", ".yml")),
        *(ROOT / "playbooks").rglob("*.yml"),
    ]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in documents}
    shown = {name: found for name, text in texts.items() if (found := group_defaults(text))}
    common = set.intersection(*({*operation_of(name).argument_spec} for name in MODULES))

    mentions = {name for name, text in texts.items() if "group/touchbasepro.sms.touchbase:" in text}
    assert mentions == {*shown}
    assert {name: set().union(*found) - common for name, found in shown.items()} == {
        name: set() for name in shown
    }


@pytest.mark.parametrize("name", MODULES)
def test_no_option_is_deprecated(name: str) -> None:
    """The in-process action does not pass deprecations on."""
    spec = repr(operation_of(name).argument_spec)

    assert "removed_" not in spec
    assert "deprecated" not in spec

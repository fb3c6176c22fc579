"""What the modules document and declare, as far as ansible-test does not compare it."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.doc_fragments import _connection
from ansible_collections.touchbasepro.sms.plugins.module_utils import _options

from ansible_collections.touchbasepro.sms.tests.unit.support.sources import (  # isort: skip
    MODULES, PACKAGE, PLUGINS, ROOT,
)  # fmt: skip

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


def operation_of(name: str) -> Any:
    file = name.removeprefix("touchbase_sms_")
    return loaded(f"module_utils/_operations/{file}").OPERATION


@pytest.mark.parametrize("name", MODULES)
def test_module_and_action_run_the_same_operation(name: str) -> None:
    module, action = loaded(f"modules/{name}"), loaded(f"action/{name}")

    assert module.OPERATION is action.ActionModule.operation is operation_of(name)
    assert action.main is module.main
    assert set(_options.CONNECTION_SPEC) <= set(operation_of(name).argument_spec)


def test_each_module_has_its_operation_and_action() -> None:
    operations = {path.stem for path in (PLUGINS / "module_utils/_operations").glob("*.py")}

    assert sorted(path.stem for path in (PLUGINS / "action").glob("*.py")) == MODULES
    assert sorted(f"touchbase_sms_{one}" for one in operations - SHARED) == MODULES


# The options in braces, or those in a block that is indented deeper.
GROUP_DEFAULTS = re.compile(
    r"^( *).*?group/touchbasepro\.sms\.touchbase:"
    r"(?: *\{(?P<braces>.*)\}|\n(?P<block>(?:\1 +\S.*\n)+))",
    re.MULTILINE,
)
OPTION = re.compile(r"(?:^|,) *(\w+):", re.MULTILINE)


def test_documented_group_defaults_are_options_of_every_module() -> None:
    """A default that one module of the group lacks makes every task of that module fail."""
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.rst")]
    files += [one for name in ("roles", "playbooks") for one in (ROOT / name).rglob("*.[my]*")]
    common = set.intersection(*({*operation_of(name).argument_spec} for name in MODULES))

    for file in files:
        text = file.read_text(encoding="utf-8")
        found = list(GROUP_DEFAULTS.finditer(text))
        assert len(found) == text.count("group/touchbasepro.sms.touchbase:"), file
        for one in found:
            assert {*OPTION.findall(one["braces"] or one["block"])} <= common, file


@pytest.mark.parametrize("name", MODULES)
def test_no_option_is_deprecated(name: str) -> None:
    """The in-process action does not pass deprecations on."""
    spec = repr(operation_of(name).argument_spec)

    assert "removed_" not in spec
    assert "deprecated" not in spec

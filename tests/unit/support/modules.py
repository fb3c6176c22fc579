# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module inside the test's process, on every ansible-core that is supported."""

from __future__ import annotations

import contextlib
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings


@contextlib.contextmanager
def module_args(args: Mapping[str, Any]) -> Iterator[None]:
    """Give a module its options as Ansible would."""
    try:
        # Since core 2.17; from 2.19 on the only way.
        from ansible.module_utils.testing import patch_module_args  # noqa: PLC0415
    except ImportError:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": dict(args)}).encode()
            )
            yield
    else:
        with patch_module_args(dict(args)):
            yield


def run_module(
    main: Callable[[], None], args: Mapping[str, Any], printed: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """Run a module to its end, and read what it printed."""
    warnings._global_warnings.clear()
    with _on_a_host(), module_args(args), pytest.raises(SystemExit) as ended:
        main()
    result: dict[str, Any] = json.loads(printed.readouterr().out)
    assert ended.value.code == (1 if result.get("failed") else 0)
    return result


@contextlib.contextmanager
def _on_a_host() -> Iterator[None]:
    """Let newer Ansible forget that another test imported its controller side."""
    with pytest.MonkeyPatch.context() as patch:
        if importlib.util.find_spec("ansible.module_utils._internal"):
            internal = importlib.import_module("ansible.module_utils._internal")
            patch.setattr(internal, "is_controller", False, raising=False)
        yield


def texts_of(messages: Any) -> list[str]:
    """The texts of warnings, which newer Ansible wraps in objects."""
    return [one if isinstance(one, str) else json.dumps(one) for one in messages or []]

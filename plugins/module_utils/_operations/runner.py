# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an operation, on both execution paths: options in, a rendered result out; private."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from platform import node
from typing import Any

from ansible.module_utils import basic

from .._api.client import Client
from .._api.models import Owner
from .._errors import InternalError, TouchBaseError, with_help
from .._http.transport import REQUESTS_IMPORT_ERROR, Transport
from .._options import MIN_KEY_LENGTH, ConnectionOptions, connection_options, effective_api_key
from .._progress import Progress
from .._sensitive import Renderer

Params = Mapping[str, Any]
BEFORE_ENTRIES = -1
"""The position of a warning about a whole task."""


class Warn:
    """Collects warnings; safe for use by many threads."""

    def __init__(self) -> None:
        self._collected: list[tuple[int, str]] = []

    def __call__(self, text: str, position: int = BEFORE_ENTRIES) -> None:
        """Add a warning about the entry at a position, or about the whole task."""
        self._collected.append((position, text))

    def in_order(self) -> list[str]:
        """The warnings by position, each text once."""
        collected = sorted(self._collected, key=lambda one: one[0])
        return list(dict.fromkeys(text for _position, text in collected))


@dataclass(frozen=True)
class Result:
    """What a task returns, apart from what the runner adds; ``diff`` makes its diff if needed."""

    values: dict[str, Any]
    diff: Callable[[], Any] | None = None


def _nobody(_params: Params) -> Collection[Owner]:
    return ()


@dataclass(frozen=True)
class Operation:
    """The options of a module, and the function that turns them into a result.

    ``run`` gets a client, the options, whether this is a dry run, and a function to warn with. One
    that ``takes_long`` counts its progress. ``invocation_params`` are the options that the result
    repeats. ``entry_defaults`` are options of the entries of ``webhooks`` that neither these nor
    the option ``defaults`` give. ``creates_for`` gives the owners for which a task with these
    options may create webhooks; each once.
    """

    argument_spec: dict[str, dict[str, Any]]
    run: Callable[[Client, Params, bool, Warn], Result]
    takes_long: bool = False
    invocation_params: Callable[[Params], Params] = dict
    entry_defaults: Mapping[str, Any] = field(default_factory=dict)
    creates_for: Callable[[Params], Collection[Owner]] = _nobody


@dataclass(frozen=True)
class Mode:
    """The keywords of a task that an operation or its result depends on."""

    check: bool = False
    diff: bool = False
    no_log: bool = False


def run_operation(
    operation: Operation,
    params: Params,
    mode: Mode,
    open_transport: Callable[[ConnectionOptions, bool], Transport] = Transport,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run an operation on validated options; a failure becomes a result with ``failed``.

    The result has ``warnings``, and ``invocation``, whose API key Ansible hides in its own way.
    """
    warn = Warn()
    try:
        client = Client(open_transport(connection_options(params), mode.check), progress)
        result = operation.run(client, params, mode.check, warn)
        values = dict(result.values)
        if mode.diff and result.diff is not None:
            values["diff"] = result.diff()
    except TouchBaseError as error:
        values = {"failed": True, **error.as_result()}
        if mode.diff and error.diff is not None:
            values["diff"] = error.diff()
    except Exception as error:  # noqa: BLE001 - the result says what became of the task
        values = {"failed": True, **InternalError(error).as_result()}
    shown = {**operation.invocation_params(params), "api_key": None}
    values = renderer(params, mode.no_log).render(
        {**values, "warnings": warn.in_order(), "invocation": {"module_args": shown}}
    )
    values["invocation"]["module_args"]["api_key"] = params["api_key"]
    return values


def renderer(params: Params, no_log: bool, urls: tuple[str, ...] = ()) -> Renderer:
    """What the result of a task shows of sensitive text; ``urls`` may stand in any of its texts."""
    masks, key = bool(params["mask_url"]), effective_api_key(params)
    # A shorter key is refused, and to replace it everywhere would garble the message.
    return Renderer(key if len(key) >= MIN_KEY_LENGTH else "", masks or no_log, masks, urls)


def _missing_requests() -> str:
    python = sys.executable
    return (
        f"The Python library requests is missing for {python} on {node()}. Install it: "
        f"{python} -m pip install 'requests>=2.31'. If this is localhost and Ansible has a Python "
        "of its own, as in a virtual environment, set ansible_python_interpreter: "
        '"{{ ansible_playbook_python }}" for localhost.'
    )


def run_as_module(operation: Operation) -> None:
    """Run an operation with the options of the module that is executing, and leave the process."""
    # Looked up when called: ansible-lint puts its own class there to check a task's options.
    module = basic.AnsibleModule(argument_spec=operation.argument_spec, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg=with_help(_missing_requests()), exception=REQUESTS_IMPORT_ERROR)
    mode = Mode(module.check_mode, module._diff, module.no_log)
    result = run_operation(operation, module.params, mode)
    for warning in result.pop("warnings"):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)

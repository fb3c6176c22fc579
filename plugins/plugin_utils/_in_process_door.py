# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process door: an operation inside Ansible's own worker; private to this collection.

Packing a module, starting a Python and importing an HTTP library cost a task most of its time.
On the local connection none of that is needed. Whenever the door cannot act, Ansible's normal
action takes over and runs the module.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, ClassVar

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction

from ..module_utils._errors import NotPlannable
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR, Transport
from ..module_utils._operation import Operation, invocation, masked, perform
from ..module_utils._options import ConnectionOptions, api_url_of_environment
from ..module_utils._plan_set import Complaints, refuse
from ..module_utils._progress import Progress
from ._life_sign import life_sign

OFF_SWITCH = "touchbase_in_process"

Variables = Mapping[str, Any]


class InProcessDoor(NormalAction):
    """Ansible's normal action, except that it runs the operation itself where that is the same."""

    operation: ClassVar[Operation]

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task, in this process or as a module, and mask its result if asked to."""
        variables = task_vars or {}
        self._task.args = _without_nulls(self._task.args)
        masks = _truth_of(self._task.args.get("mask_url") or False, unclear=True)
        if masks and self._task.async_val:
            return {"failed": True, **_MASKED_ASYNC.as_result()}
        validation = _validated(self.operation.argument_spec, self._task.args)
        result = self._complained(validation) or self._run_here(validation, variables)
        if result is None:
            if masks:
                # AnsibleModule logs its arguments before any code of ours runs.
                variables = {**variables, "ansible_no_target_syslog": True}
            result = super().run(tmp, variables)
        known = {"api_url": api_url_of_environment(), **self._task.args}
        result = masked(result, known) if masks else result
        return _hushed(result) if self._task.no_log else result

    def _complained(self, validation: ValidationResult) -> dict[str, Any] | None:
        """The failure that names every entry with a wrong option; None if there is none.

        Ansible itself would name one option, and not the entry.
        """
        if not validation.error_messages:
            return None
        complaints = _complaints_about_entries(self.operation.argument_spec, self._task.args)
        try:
            refuse(complaints.get("webhooks", {}), complaints.get("owners", {}))
        except NotPlannable as error:
            failure: dict[str, Any] = {"failed": True, **error.as_result()}
            return dict(remove_values(failure, validation._no_log_values))
        return None

    def _run_here(
        self, validation: ValidationResult, variables: Variables
    ) -> dict[str, Any] | None:
        """The result, or None where only Ansible's normal action gives the right one."""
        if not self._may_run_here(variables):
            return None
        if validation.error_messages or validation._deprecations:
            return None
        # Ansible sends the options back along with the result. Of its own types for text with a
        # history, that would take longer than to compare thousands of webhooks.
        self._task.args = _plain(self._task.args)
        params = validation.validated_parameters
        result = self._performed(params)
        if _shows_invocation(variables):
            result["invocation"] = {"module_args": _shown(self.operation, params)}
        if not result.get("warnings"):
            result.pop("warnings", None)
        return result

    def _performed(self, params: dict[str, Any]) -> dict[str, Any]:
        progress = Progress()
        name = self._task.action.rpartition(".")[2]
        try:
            with life_sign(name, progress) if self.operation.may_take_long else nullcontext():
                return perform(
                    self.operation, params, self._task.check_mode, _open_shared_transport, progress
                )
        except BaseException:
            # The task's timeout may have come while urllib3 handed a connection out, which nobody
            # gives back then.
            _transport_of.cache_clear()
            raise

    def _may_run_here(self, variables: Variables) -> bool:
        return (
            REQUESTS_IMPORT_ERROR is None
            # A forked process must not ask macOS for its proxy settings.
            and sys.platform != "darwin"
            and self._connection.transport == "local"
            and self._connection.become is None
            and not self._task.async_val
            and not any(self._task.environment or [])
            and self._is_switched_on(variables)
            and self._wants_this_python(variables)
        )

    def _is_switched_on(self, variables: Variables) -> bool:
        return _truth_of(self._templar.template(variables.get(OFF_SWITCH, True)), unclear=False)

    def _wants_this_python(self, variables: Variables) -> bool:
        """Whether no Python is asked for explicitly, or the one that is running."""
        if self._task.delegate_to:
            delegated = variables.get("ansible_delegated_vars", {})
            variables = delegated.get(self._task.delegate_to, {})
        configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        interpreter = str(self._templar.template(configured) or "auto")
        # "auto", "auto_silent" and older relatives leave the choice to Ansible.
        return interpreter.startswith("auto") or interpreter == sys.executable


_MASKED_ASYNC = NotPlannable(
    "mask_url cannot be combined with async: the result of an asynchronous task does not pass "
    "through this collection again, so its addresses would be shown. Leave out one of them."
)


def _truth_of(value: Any, unclear: bool) -> bool:
    try:
        return bool(boolean(value))
    except TypeError:
        return unclear


def _validated(specification: dict[str, Any], args: Any) -> ValidationResult:
    return ArgumentSpecValidator(specification).validate(_plain(args))


def _complaints_about_entries(
    specification: dict[str, Any], args: Mapping[str, Any]
) -> dict[str, Complaints]:
    """What is wrong with the entries of each option that is a list of them, by position."""
    complaints: dict[str, Complaints] = {}
    for name, option in specification.items():
        entries = args.get(name)
        if "options" in option and isinstance(entries, list):
            found = {place: _complaint(option["options"], one) for place, one in enumerate(entries)}
            complaints[name] = {place: text for place, text in found.items() if text}
    return complaints


def _complaint(specification: dict[str, Any], entry: Any) -> str:
    try:
        # Also from a text such as "campaign_id=9141 webhook_id=28", as Ansible does.
        options = check_type_dict(entry)
    except TypeError:
        return "This must be a dictionary."
    unknown = [str(name) for name in options if name not in specification]
    if unknown:
        return f"There is no option {', '.join(unknown)}; there are {', '.join(specification)}."
    messages = _validated(specification, options).error_messages
    return " ".join(f"{message}." for message in messages)


def _without_nulls(args: Any) -> Any:
    """The options without those that are null, at any depth: null counts as omitted.

    Ansible itself would take it for a value that is not among the choices.
    """
    if isinstance(args, Mapping):
        return {name: _without_nulls(one) for name, one in args.items() if one is not None}
    if isinstance(args, (list, tuple)):
        return [_without_nulls(one) for one in args]
    return args


def _plain(value: Any) -> Any:
    """Data as a module would get it: without Ansible's own types for text with a history."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return str(value)


def _hushed(result: dict[str, Any]) -> dict[str, Any]:
    """The result with no more of its warnings than their number; core 2.19 shows them else."""
    count = len(result.get("warnings", []))
    hidden = [f"There are warnings ({count}), which no_log hides."]
    return {**result, "warnings": hidden} if count else result


def _shows_invocation(variables: Variables) -> bool:
    """Ansible core has a setting for this since 2.21; before, it was always shown."""
    if not C.config.get_configuration_definition("INJECT_INVOCATION"):
        return True
    return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))


def _shown(operation: Operation, params: dict[str, Any]) -> dict[str, Any]:
    """The options as a module's result repeats them."""
    key = params["api_key"]
    hidden = remove_values({"api_key": key}, {key} - {None, ""})
    return {**invocation(operation, params), **hidden}


def _open_shared_transport(options: ConnectionOptions, read_only: bool) -> Transport:
    return _transport_of(os.getpid(), options, read_only)


@functools.lru_cache(maxsize=8)
def _transport_of(_process_id: int, options: ConnectionOptions, read_only: bool) -> Transport:
    """One session per worker process and way to connect, so that a loop keeps its connection."""
    return Transport(options, read_only)

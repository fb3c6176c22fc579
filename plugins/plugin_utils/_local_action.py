# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process action: an operation inside Ansible's own worker; private to this collection.

Packing a module, starting a Python and importing an HTTP library take most of a task's time. On the
local connection none of that is needed. Where something asks for more, Ansible's normal action runs
the module.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction

from ..module_utils._errors import NotPlannable
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR, Transport
from ..module_utils._operations.runner import Mode, Operation, renderer, run_operation
from ..module_utils._options import ConnectionOptions, connection_options
from ..module_utils._plan.delivery import paused_from
from ..module_utils._plan.desired import (
    desired_from_options,
    is_identified,
    label_of_options,
    owner_from,
    with_defaults,
)
from ..module_utils._plan.names import comparable
from ..module_utils._plan.problems import Problems, entry_label, raise_problems
from ..module_utils._progress import Progress
from ._guesses import probably_meant, unknown_options, wrong_types, wrong_values
from ._locks import creation_locks
from ._progress import show_progress

IN_PROCESS_VARIABLE = "touchbase_in_process"

Variables = Mapping[str, Any]


class LocalAction(NormalAction):
    """Ansible's normal action, except that it runs the operation itself where that is the same."""

    operation: ClassVar[Operation]

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task, in this process or as a module."""
        given = self._task.args
        without_id = _entries_without_id(given)
        self._task.args = _plain(given)
        try:
            return self._run_plain(tmp, task_vars or {}, without_id)
        finally:
            # `until` runs the same task again, and its message must not be another one then.
            if without_id:
                self._task.args = given

    def _run_plain(
        self, tmp: None, variables: Variables, without_id: Mapping[int, Any]
    ) -> dict[str, Any]:
        """The result of the task, whose options are plain data."""
        masks = _as_bool(self._task.args.get("mask_url") or False, default=True)
        if masks and self._task.async_val:
            return {"failed": True, **_MASKED_ASYNC.as_result()}
        validation = ArgumentSpecValidator(self.operation.argument_spec).validate(self._task.args)
        result = self._option_errors(validation, without_id)
        if result is None:
            try:
                with self._creation_locks(validation):
                    return self._run_anywhere(validation, tmp, variables, masks)
            except NotPlannable as error:
                result = {"failed": True, **error.as_result()}
        return self._rendered(result, masks)

    def _run_anywhere(
        self, validation: ValidationResult, tmp: None, variables: Variables, masks: bool
    ) -> dict[str, Any]:
        """The result of the task, run in this process or as a module."""
        result = self._run_here(validation, variables)
        if result is not None:
            return result
        if masks:
            # AnsibleModule logs its arguments before any code of ours runs.
            variables = {**variables, "ansible_no_target_syslog": True}
        ran: dict[str, Any] = super().run(tmp, variables)
        return self._rendered(ran, masks) if masks or self._task.no_log else ran

    def _creation_locks(self, validation: ValidationResult) -> AbstractContextManager[None]:
        """The locks of the owners for which the task may create webhooks."""
        # What is invalid is never run; what is asynchronous ends after the action.
        if validation.error_messages or self._task.check_mode or self._task.async_val:
            return nullcontext()
        params = validation.validated_parameters
        owners = [comparable(str(one)) for one in self.operation.creates_for(params)]
        if not owners:
            return nullcontext()
        try:
            options = connection_options(params)
        except NotPlannable:
            return nullcontext()
        account = f"{options.api_url} {options.api_key}"
        folder = Path(C.ANSIBLE_HOME, "touchbasepro.sms")
        return creation_locks(folder, Path(C.DEFAULT_LOCAL_TMP), account, owners)

    def _rendered(self, result: dict[str, Any], masks: bool) -> dict[str, Any]:
        """The result, in which Ansible itself may have quoted options."""
        params = {"api_key": None, **self._task.args, "mask_url": masks}
        # One may be the beginning of another.
        urls = tuple(sorted(_urls_in(self._task.args), key=len, reverse=True))
        rendered: dict[str, Any] = renderer(params, self._task.no_log, urls).render(result)
        return rendered

    def _option_errors(
        self, validation: ValidationResult, without_id: Mapping[int, Any]
    ) -> dict[str, Any] | None:
        """The failure that says what is wrong with options; None where Ansible says enough.

        Ansible itself would not say which option was probably meant, and of entries it would name
        one option, and not the entry.
        """
        try:
            self._check_options(validation, without_id)
        except NotPlannable as error:
            return {"failed": True, **error.as_result()}
        return None

    def _check_options(self, validation: ValidationResult, without_id: Mapping[int, Any]) -> None:
        args, specification = self._task.args, self.operation.argument_spec
        # A task that reads may do without, and a null counts as omitted then.
        needs_id = "state" in specification or without_id.get(TASK) is not None
        has_id = "webhook_id" not in specification or TASK not in without_id
        if needs_id and not has_id:
            if "state" not in specification:
                raise NotPlannable(f"{_EMPTY_ID} {_OMIT_ID}")
            if not is_identified(args):
                raise NotPlannable(_NO_ID)
        if not validation.error_messages and not without_id:
            return
        problems = _problems_of_entries(self.operation, args, without_id)
        of_webhooks, of_owners = problems.get("webhooks", {}), problems.get("owners", {})
        of_task = _hints(args, specification)
        if of_task and not any(problems.values()):
            raise NotPlannable(" ".join(of_task))
        raise_problems(
            of_webhooks,
            of_owners,
            of_task,
            problems.get("paused"),
            lambda position: _label_of_entry(specification, args, position),
        )

    def _run_here(
        self, validation: ValidationResult, variables: Variables
    ) -> dict[str, Any] | None:
        """The result, or None where only Ansible's normal action gives the right one."""
        if validation.error_messages or not self._may_run_here(variables):
            return None
        result = self._run_operation(validation.validated_parameters)
        arguments = result.pop("invocation")["module_args"]
        if _shows_invocation(variables):
            key = arguments["api_key"]
            hidden = remove_values({"api_key": key}, {key} - {None, ""})
            result["invocation"] = {"module_args": {**arguments, **hidden}}
        if not result["warnings"]:
            del result["warnings"]
        return result

    def _run_operation(self, params: dict[str, Any]) -> dict[str, Any]:
        progress = Progress()
        name = self._task.action.rpartition(".")[2]
        mode = Mode(self._task.check_mode, self._task.diff, self._task.no_log)
        try:
            with show_progress(name, progress) if self.operation.takes_long else nullcontext():
                return run_operation(self.operation, params, mode, _open_shared_transport, progress)
        except BaseException:
            # The task's timeout may have come while urllib3 handed out a connection, which is
            # never given back then.
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
        return _as_bool(
            self._templar.template(variables.get(IN_PROCESS_VARIABLE, True)), default=False
        )

    def _wants_this_python(self, variables: Variables) -> bool:
        """Whether no Python is asked for explicitly, or the one that is running."""
        if self._task.delegate_to:
            delegated = variables.get("ansible_delegated_vars", {})
            variables = delegated.get(self._task.delegate_to, {})
        configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
        # The usual text; to compile this template takes 1 ms of each item of a loop.
        if configured == "{{ ansible_playbook_python }}":
            configured = variables.get("ansible_playbook_python", configured)
        interpreter = str(self._templar.template(configured) or "auto")
        # "auto", "auto_silent" and older relatives leave the choice to Ansible.
        return interpreter.startswith("auto") or interpreter == sys.executable


_MASKED_ASYNC = NotPlannable(
    "mask_url cannot be combined with async: the result of an asynchronous task does not pass "
    "through this collection again, so its URLs would be shown. Leave out one of them."
)


def _as_bool(value: Any, default: bool) -> bool:
    try:
        return bool(boolean(value))
    except TypeError:
        return default


def _hints(args: Mapping[str, Any], specification: dict[str, Any]) -> list[str]:
    """What is wrong with a task's own options, if there is more to say than Ansible does."""
    hints, rest = _hints_about(args, specification)
    defaults = args.get("defaults")
    if isinstance(defaults, Mapping) and "defaults" in specification:
        options = specification["defaults"]["options"]
        of_defaults, rest["defaults"] = _hints_about(defaults, options)
        hints += [f"defaults: {text}" for text in of_defaults]
    validation = ArgumentSpecValidator(specification).validate(rest)
    others = [one.msg for one in validation.errors if not isinstance(one, UnsupportedError)]
    return [*(f"{text}." for text in others), *hints] if hints else []


def _hints_about(
    options: Mapping[str, Any], specification: Mapping[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    """What Ansible would not say of options, and those about which it should be asked as well."""
    types = wrong_types(options, specification)
    hints = [*types.values(), *wrong_values(options, specification)]
    unknown = sorted(str(name) for name in options if name not in specification)
    if any(probably_meant(name, specification) for name in unknown):
        hints.append(unknown_options(unknown, specification))
    return hints, {name: one for name, one in options.items() if name not in types}


_EMPTY_ID = "webhook_id is given, but it is null or empty."
_OMIT_ID = "To omit webhook_id, use `default(omit, true)`."
_NO_ID = (
    f"{_EMPTY_ID} A webhook that check mode would create has no id yet: use "
    "`when: not ansible_check_mode`, or identify it by webhook_type and url, or by webhook_type "
    f"with `unique_by: type`. {_OMIT_ID}"
)
TASK = -1
"""The position of a task's own options among those of its entries."""


def _entries_without_id(args: Mapping[str, Any]) -> dict[int, Any]:
    """The webhook_id that is given and is null or empty, by position of its entry, or by TASK."""
    entries = args.get("webhooks")
    places = enumerate(entries) if isinstance(entries, list) else ()
    return {
        place: options["webhook_id"]
        for place, options in ((TASK, args), *places)
        if isinstance(options, Mapping)
        and "webhook_id" in options
        and _is_omitted("webhook_id", options["webhook_id"])
    }


_READERS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "webhooks": desired_from_options,
    "owners": owner_from,
    "paused": paused_from,
}


def _problems_of_entries(
    operation: Operation, args: Mapping[str, Any], without_id: Mapping[int, Any]
) -> dict[str, Problems]:
    """What is wrong with the entries of each option that is a list of them, by position.

    Nothing when ``defaults`` are wrong themselves: no entry can be judged then.
    """
    specification = operation.argument_spec
    defaults = _defaults_of_entries(specification, args.get("defaults"))
    if defaults is None:
        return {}
    problems: dict[str, Problems] = {}
    for name, read in _READERS.items():
        entries = args.get(name)
        if name in specification and isinstance(entries, list):
            usual = {**operation.entry_defaults, **defaults} if name == "webhooks" else {}
            options = specification[name]["options"]
            texts = (_problem_of_entry(options, one, read, usual) for one in entries)
            problems[name] = {place: text for place, text in enumerate(texts) if text}
            if name == "webhooks":
                lacking = [
                    place
                    for place in without_id
                    if place != TASK and not is_identified(with_defaults(entries[place], usual))
                ]
                problems[name].update(dict.fromkeys(lacking, _NO_ID))
    return problems


def _defaults_of_entries(specification: dict[str, Any], given: Any) -> dict[str, Any] | None:
    """What the option ``defaults`` gives; None if it is wrong."""
    if given is None or "defaults" not in specification:
        return {}
    try:
        options = check_type_dict(given)
    except TypeError:
        return None
    validation = ArgumentSpecValidator(specification["defaults"]["options"]).validate(options)
    if validation.error_messages:
        return None
    return {name: one for name, one in validation.validated_parameters.items() if one is not None}


def _label_of_entry(specification: dict[str, Any], args: Mapping[str, Any], position: int) -> str:
    """What an entry of ``webhooks`` is called, whatever is wrong with it."""
    try:
        options = check_type_dict(args["webhooks"][position])
    except TypeError:
        return entry_label(position)
    validation = ArgumentSpecValidator(specification["webhooks"]["options"]).validate(options)
    defaults = _defaults_of_entries(specification, args.get("defaults")) or {}
    return label_of_options(position, with_defaults(validation.validated_parameters, defaults))


def _problem_of_entry(
    specification: dict[str, Any],
    entry: Any,
    read: Callable[[Mapping[str, Any]], object],
    defaults: Mapping[str, Any],
) -> str:
    try:
        # Also from a text such as "campaign_id=9141 webhook_id=28", as Ansible does.
        options = check_type_dict(entry)
    except TypeError:
        return "This must be a mapping."
    unknown = [str(name) for name in options if name not in specification]
    if unknown:
        return unknown_options(unknown, specification)
    types = wrong_types(options, specification)
    rest = {name: one for name, one in options.items() if name not in types}
    validation = ArgumentSpecValidator(specification).validate(rest)
    if types or validation.error_messages:
        messages = [f"{message}." for message in validation.error_messages]
        texts = [*types.values(), *messages, *wrong_values(options, specification)]
        return " ".join(texts)
    try:
        read(with_defaults(validation.validated_parameters, defaults))
    except NotPlannable as error:
        return str(error)
    return ""


def _urls_in(value: Any, name: str = "") -> Iterator[str]:
    """Every text that may be a webhook's URL, at any depth, also where another option has it."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _urls_in(one, str(key))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _urls_in(one, name)
    elif isinstance(value, str) and "://" in value and name != "api_url":
        yield value


def _plain(value: Any) -> Any:
    """Data without Ansible's own types for text, and without nulls, which count as omitted.

    Ansible itself would take a null for a value that is not among the choices. Its own types cost
    more time than to compare thousands of webhooks.
    """
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items() if not _is_omitted(key, one)}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    kind = next((kind for kind in (int, float) if isinstance(value, kind)), str)
    return kind(value)


def _is_omitted(name: Any, value: Any) -> bool:
    """Whether a value counts as omitted."""
    # A template that finds null is an empty text before ansible-core 2.19.
    return value is None or (name == "webhook_id" and str(value).strip() == "")


def _shows_invocation(variables: Variables) -> bool:
    """Ansible core has a setting for this since 2.21; before, it was always shown."""
    if not C.config.get_configuration_definition("INJECT_INVOCATION"):
        return True
    return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))


def _open_shared_transport(options: ConnectionOptions, read_only: bool) -> Transport:
    return _transport_of(os.getpid(), options, read_only)


@functools.lru_cache(maxsize=8)
def _transport_of(_process_id: int, options: ConnectionOptions, read_only: bool) -> Transport:
    """One session per worker process and way to connect, so that a loop keeps its connection."""
    return Transport(options, read_only)

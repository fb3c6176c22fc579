"""How these tests run an operation, and how a task selects an execution path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    Operation,
    run_operation,
)
from tests.functional.support.playbooks import KEY

# The variables of a task on each execution path.
PATHS: Mapping[str, Mapping[str, Any]] = {
    "in-process": {},
    "module": {"touchbase_in_process": False},
}


def result_of(
    operation: Operation,
    options: Mapping[str, Any],
    mode: Mode,
) -> dict[str, Any]:
    """Run an operation with validated options and defaults, as both execution paths do."""
    # Without certificates, no CA file of the machine is looked for.
    given = {"api_key": KEY, "validate_certs": False, **options}
    validation = ArgumentSpecValidator(operation.argument_spec).validate(given)
    assert not validation.error_messages
    result = dict(run_operation(operation, validation.validated_parameters, mode))
    # Ansible hides the key in it, in its own way.
    del result["invocation"]
    return result

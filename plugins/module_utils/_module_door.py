# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module door: an operation as an Ansible module, on whatever host the task runs; private."""

from __future__ import annotations

from ansible.module_utils import basic

from ._http.transport import REQUESTS_IMPORT_ERROR
from ._operation import Operation, invocation, perform


def run_as_module(operation: Operation) -> None:
    """Run an operation with the options of the module that is executing, and leave the process."""
    # Looked up when called: ansible-lint puts its own class there to check a task's options.
    module = basic.AnsibleModule(argument_spec=operation.argument_spec, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(
            msg=basic.missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR
        )
    result = perform(operation, module.params, module.check_mode)
    result["invocation"] = {"module_args": invocation(operation, module.params)}
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does, apart from Ansible: the one path that both doors take; private."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import TouchBaseError
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    ConnectionOptions,
    connection_options,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._transport import Transport

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """The options of a module, and the function that turns them into a result.

    One that ``may_take_long`` counts its progress, which a door may show. ``shown`` is what of the
    options is repeated in the result's ``invocation``.
    """

    argument_spec: dict[str, dict[str, Any]]
    run: Callable[[Client, Params, bool], dict[str, Any]]
    may_take_long: bool = False
    shown: Callable[[Params], Params] = dict


def perform(
    operation: Operation,
    params: Params,
    dry_run: bool,
    open_transport: Callable[[ConnectionOptions, bool], Transport] = Transport,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Run an operation on validated options; a failure becomes a result with ``failed``.

    With ``mask_url`` the result comes masked: from a module, Ansible takes warnings aside before
    the in-process door sees them.
    """
    try:
        client = Client(open_transport(connection_options(params), dry_run), progress)
        result = operation.run(client, params, dry_run)
    except TouchBaseError as error:
        result = {"failed": True, **error.as_result()}
    return masked(result, params) if params["mask_url"] else result


def masked(result: dict[str, Any], options: Params) -> dict[str, Any]:
    """The result with every webhook address in it masked; those in the options are known."""
    # Not above: a module compiles what it imports anew in every task, and this is long.
    from ansible_collections.touchbasepro.sms.plugins.module_utils._masking import (  # noqa: PLC0415
        mask_addresses,
    )

    return mask_addresses(result, options)

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module does, apart from Ansible: the one path that both doors take; private."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ._client import Client
from ._errors import Defect, TouchBaseError
from ._http.transport import Transport
from ._options import ConnectionOptions, connection_options, effective_api_key
from ._progress import Progress

Params = Mapping[str, Any]
# In JSON; its own escapes of quotes and line ends are none.
_MAY_BE_ESCAPED = re.compile(r"%[0-9a-f]{2}|\\\\|&#?\w{1,31};", re.IGNORECASE)


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

    The key is nowhere in it; with ``mask_url``, no address is. Neither is left to Ansible or the
    in-process door: Ansible takes the warnings of a module aside, and since core 2.19 it shows them
    as they are.
    """
    try:
        client = Client(open_transport(connection_options(params), dry_run), progress)
        result = operation.run(client, params, dry_run)
    except TouchBaseError as error:
        result = {"failed": True, **error.as_result()}
    except Exception as error:  # noqa: BLE001 - its text may hold what must not be shown
        result = {"failed": True, **Defect(error).as_result()}
    if params["mask_url"]:
        result = masked(result, params)
    return without_key(result, effective_api_key(params))


def invocation(operation: Operation, params: Params) -> dict[str, Any]:
    """The options as a result repeats them, which hold the key as ``api_key`` alone.

    That one is the doors' to hide, in Ansible's own way.
    """
    shown = {**operation.shown(params), "api_key": None}
    return {**without_key(shown, effective_api_key(params)), "api_key": params["api_key"]}


def without_key(data: dict[str, Any], key: str) -> dict[str, Any]:
    """The data with a mask wherever the key stands in a text, as it is or below escapes.

    To look at each text of thousands of records takes long, and so does the import of what does it;
    so what cannot hold the key is given back as it is.
    """
    if not key:
        return data
    written = json.dumps(data, default=str, ensure_ascii=False)
    is_there = json.dumps(key, ensure_ascii=False).strip('"') in written
    if not is_there and not _MAY_BE_ESCAPED.search(written):
        return data
    from ._masking import (  # noqa: PLC0415
        hide_secret,
    )

    return hide_secret(data, key)


def masked(result: dict[str, Any], options: Params) -> dict[str, Any]:
    """The result with every webhook address in it masked; those in the options are known."""
    # Not above: a module compiles what it imports anew in every task, and this is long.
    from ._masking import (  # noqa: PLC0415
        mask_addresses,
    )

    return mask_addresses(result, options)

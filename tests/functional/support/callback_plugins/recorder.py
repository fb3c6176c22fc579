# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down all that Ansible hands to callbacks, as those do that send results elsewhere.

RECORDED_RESULTS names the file; each line of it is one result in JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: recorder
type: notification
short_description: Writes down all results
description:
  - Appends each result, whole and in JSON, to the file that E(RECORDED_RESULTS) names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "recorder"

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(os.environ["RECORDED_RESULTS"])

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002
        self._record(result)

    def _record(self, result: Any) -> None:
        # The name without an underscore came with core 2.19.
        content = getattr(result, "result", None) or result._result
        with self._file.open("a", encoding="utf-8") as file:
            print(json.dumps(content, default=str), file=file)

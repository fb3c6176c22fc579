# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that both execution paths play: every kind of success and of failure."""

from __future__ import annotations

from tests.functional.execution_paths import (
    cases_cutover,
    cases_delivery,
    cases_errors,
    cases_info,
    cases_webhook,
)

CASES = [
    *cases_webhook.CASES,
    *cases_info.CASES,
    *cases_errors.CASES,
    *cases_cutover.CASES,
    *cases_delivery.CASES,
]

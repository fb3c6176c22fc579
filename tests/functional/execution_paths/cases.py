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

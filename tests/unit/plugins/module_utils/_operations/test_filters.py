# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of the module that reads webhooks."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.webhook_info import (
    Filters,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    ON,
    OTHER_URL,
    REPLY,
    SPELT_OTHERWISE,
    STATUS,
    URL,
)


@pytest.mark.parametrize(
    ("filters", "is_selected"),
    [
        (Filters(), True),
        (Filters(webhook_type=REPLY), True),
        (Filters(webhook_type=STATUS), False),
        (Filters(active=True), True),
        (Filters(active=False), False),
        (Filters(url=SPELT_OTHERWISE), True),
        (Filters(url=OTHER_URL), False),
        (Filters(REPLY, True, URL), True),
        (Filters(REPLY, False, URL), False),
    ],
)
def test_webhook_that_passes_all_filters_is_selected(filters: Filters, is_selected: bool) -> None:
    assert filters.select(ON) is is_selected

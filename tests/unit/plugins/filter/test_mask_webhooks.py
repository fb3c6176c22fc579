# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter mask_webhooks: fields that hold a URL or words of the service."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.filter.mask_webhooks import (
    FilterModule,
    mask_webhooks,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import MASK, masked_url
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import URL, webhook

RECORD = webhook(active=False, note="No receiver at /replies/5f1d").record()
MASKED = {**RECORD, "url": masked_url(URL), "note": f"No receiver at {MASK}"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (RECORD, MASKED),
        (
            [RECORD, {"diff": {"before": RECORD, "after": {}}}],
            [MASKED, {"diff": {"before": MASKED, "after": {}}}],
        ),
        (
            [{"campaign_id": 9141, "new_url": URL}],
            [{"campaign_id": 9141, "new_url": masked_url(URL)}],
        ),
        (MASKED, MASKED),
        ([True, 7, None], [True, 7, None]),
        (None, None),
    ],
    ids=["record", "nested", "new_url", "masked before", "other types", "nothing"],
)
def test_fields_are_masked_at_any_depth(value: Any, shown: Any) -> None:
    assert mask_webhooks(value) == shown


def test_value_stays_as_it_is_without_mask() -> None:
    assert mask_webhooks([RECORD], False) == [RECORD]


def test_filter_is_found_by_its_name() -> None:
    assert FilterModule().filters() == {"mask_webhooks": mask_webhooks}

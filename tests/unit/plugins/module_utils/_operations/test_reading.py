# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what a plan needs: one request each, and what "not there" means."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import (
    Refused,
    UnexpectedResponse,
    Unreachable,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.reading import (
    current_webhooks,
    warn_of_empty_list,
)
from ansible_collections.touchbasepro.sms.tests.unit.support import operations as ops
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made
from ansible_collections.touchbasepro.sms.tests.unit.support import service as api

OF_ONE_OWNER: dict[str, tuple[api.Step, bool]] = {
    "no webhook": (api.error(404, 142, "Webhook record does not exist"), True),
    "no list": (api.error(404, 104, "SMS list does not exist"), False),
    "404 without code": (api.gateway(404, "Resource not found"), False),
    "400": (api.error(400, 142, "no"), False),
    "403": (api.error(403, 105, "no"), False),
}
OF_ALL_OWNERS: dict[str, tuple[Any, type[Exception]]] = {
    "401": (api.error(401, 100, "Provided API key is invalid"), Refused),
    "429": (api.gateway(429, "Rate limit is exceeded"), Refused),
    "500": (api.error(500, 142, "broken"), Refused),
    "no response": (api.hangs_up(), Unreachable),
    "id twice": ([made.api_record(), made.api_record()], UnexpectedResponse),
}


@pytest.mark.parametrize(("answer", "warns"), OF_ONE_OWNER.values(), ids=OF_ONE_OWNER)
def test_refusal_of_one_owner_is_kept_for_the_plan(
    service: api.Service, answer: api.Step, warns: bool
) -> None:
    service.answers(answer)
    warnings: list[str] = []

    current = current_webhooks(made.client_of(service.url), made.CAMPAIGN)
    warn_of_empty_list(made.CAMPAIGN, current, warnings.append)

    assert current.webhooks == ()
    assert isinstance(current.error, Refused)
    words = "campaign 9141 with 404 and code 142, webhook missing. That counts as an empty list."
    assert ops.has_words(warnings, [words] if warns else [])


@pytest.mark.parametrize(("answer", "kind"), OF_ALL_OWNERS.values(), ids=OF_ALL_OWNERS)
def test_error_that_every_owner_would_meet_is_raised(
    service: api.Service, answer: Any, kind: type[Exception]
) -> None:
    service.answers(answer)

    with pytest.raises(kind):
        current_webhooks(made.client_of(service.url), made.CAMPAIGN)

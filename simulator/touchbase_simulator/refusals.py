# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the service says no: statuses, codes and texts, documented and invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One kind of refusal: an HTTP status, the API's own code, a text for people."""

    status: int
    code: int
    message: str


# Documented on the vendor pages update-campaign-webhook (100, 142, 143) and remove-sms-list (104).
API_KEY_INVALID = Reason(401, 100, "Provided API key is invalid")
LIST_UNKNOWN = Reason(404, 104, "SMS list with provided ID value does not exist")
WEBHOOK_UNKNOWN = Reason(404, 142, "Webhook record does not exist")
URL_MISSING = Reason(400, 143, "Webhook Url is missing")

# Invented by this simulator, in a range that no source mentions. The service has refusals for
# these cases too, but nobody has published their codes: no client may depend on the numbers.
CAMPAIGN_UNKNOWN = Reason(404, 120, "SMS campaign with provided ID value does not exist")
DUPLICATE = Reason(400, 122, "Webhook with provided Url and WebhookType exists already")
IS_ACTIVE_MISSING = Reason(400, 123, "Webhook IsActive is missing")


def malformed(detail: str) -> Reason:
    """Refuse a request that breaks the contract in a way with no code of its own (121, invented).

    :param detail: what is wrong with it, for people.
    """
    return Reason(400, 121, detail)


class Refusal(Exception):
    """An operation was refused; the reason becomes the response."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason

    def body(self) -> dict[str, object]:
        """Give the error body of the SMS API (vendor page update-campaign-webhook)."""
        return {"Code": self.reason.code, "Message": self.reason.message}

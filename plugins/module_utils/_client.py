# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The endpoints: the one place that spells paths and property names of the API; private.

Sources: the vendor's operation pages; for the paths of list and message webhooks a third-party
index of the vendor's export. The contract under tests/contract says which fact is how sure.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._answer import Answer, Call, one_line
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import UnexpectedAnswer
from ansible_collections.touchbasepro.sms.plugins.module_utils._owner import Owner
from ansible_collections.touchbasepro.sms.plugins.module_utils._transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._webhook import Webhook

_WEBHOOKS = {
    "campaign": "/sms/campaigns/{owner_id}/webhooks",
    "list": "/sms/lists/{owner_id}/webhooks",
    "message": "/sms/message/webhooks",
}
_PROPERTIES = {"Id": int, "IsActive": bool, "Url": str, "WebhookType": str}


class Client:
    """The operations of the API that the collection uses, in the collection's terms."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_webhooks(self, owner: Owner) -> list[Webhook]:
        """Every webhook of an owner, without notes, which only read_webhook gives."""
        answer = self._transport.send(Call("GET", _path(owner), f"list the webhooks of {owner}"))
        records = answer.data()
        if not isinstance(records, list):
            raise answer.makes_no_sense("no list of webhooks")
        return [_webhook_from(owner, record, answer) for record in records]

    def read_webhook(self, owner: Owner, webhook_id: int) -> Webhook:
        """One webhook with its note. Raises Refused when it is not there."""
        doing = f"read webhook {webhook_id} of {owner}"
        answer = self._transport.send(Call("GET", _path(owner, webhook_id), doing))
        webhook = _webhook_from(owner, answer.data(), answer)
        if webhook.webhook_id != webhook_id:
            raise answer.makes_no_sense(f"webhook {webhook.webhook_id} instead")
        return webhook

    def update_webhook(self, webhook: Webhook) -> Webhook | None:
        """Store address and activity, always both, and return the record that is answered.

        None when the write was accepted with a body that does not tell what is stored now.
        Without Url the API refuses (code 143, vendor page update-campaign-webhook); what it does
        without IsActive is not documented.
        """
        answer = self._transport.send(
            Call(
                "PUT",
                _path(webhook.owner, webhook.webhook_id),
                f"update {webhook}",
                {"Url": webhook.url, "IsActive": webhook.active},
            )
        )
        try:
            return _webhook_from(webhook.owner, answer.data(), answer)
        except UnexpectedAnswer:
            return None


def _path(owner: Owner, webhook_id: int | None = None) -> str:
    path = _WEBHOOKS[owner.scope].format(owner_id=owner.owner_id)
    return path if webhook_id is None else f"{path}/{webhook_id}"


def _webhook_from(owner: Owner, record: Any, answer: Answer) -> Webhook:
    if not isinstance(record, dict):
        raise answer.makes_no_sense("something that is no webhook")
    for name, kind in _PROPERTIES.items():
        value = record.get(name)
        # A boolean is an int to isinstance.
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise answer.makes_no_sense(f"a webhook whose {name} is missing or of the wrong type")
    if not _can_be_shown(record["Url"] + record["WebhookType"]):
        raise answer.makes_no_sense("a webhook with half a character in its text")
    date_created, note = record.get("DateCreated"), record.get("Note")
    return Webhook(
        owner=owner,
        webhook_id=record["Id"],
        webhook_type=record["WebhookType"],
        url=record["Url"],
        active=record["IsActive"],
        date_created=None if date_created is None else str(date_created),
        # Whether the service clears the note of a webhook that is activated again is not known.
        note=None if note is None or record["IsActive"] else one_line(str(note)),
    )


def _can_be_shown(text: str) -> bool:
    """Whether the text can leave this process; JSON may hold one half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

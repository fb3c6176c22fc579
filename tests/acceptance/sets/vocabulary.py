# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of these tests: owners, hooks and entries. Nothing here comes from the plugins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

TYPES = {
    "campaign": ("CampaignReply", "CampaignMessageStatusUpdate"),
    "list": ("ListSubscribe", "ListUnsubscribe"),
    "message": ("MessageStatusUpdate", "MessageReply"),
}

# Addresses by their normal form (RFC 3986, 6.2), each with other spellings of the same. Some of
# them differ from each other by no more than case or a slash.
ADDRESSES = {
    "https://hooks.example.org/": (
        "https://hooks.example.org",
        "HTTPS://Hooks.Example.Org:443/",
    ),
    "https://hooks.example.org/a%2Fb": ("https://HOOKS.example.org/a%2fb",),
    "https://hooks.example.org/a%2Fb/": ("https://hooks.example.org:443/a%2fb/",),
    "https://hooks.example.org/A%2Fb": ("hTTps://hooks.example.org/A%2fb",),
    "http://hooks.example.org:8080/?q=1": ("http://hooks.EXAMPLE.org:8080?q=1",),
}
# What touchbase_sms_webhook_info returns beside the options; it must not matter.
LEFT_OVERS = {"note": "10 failures in a row", "date_created": "2020-01-01T00:00:00Z"}
NORMAL = {
    spelling: normal for normal, others in ADDRESSES.items() for spelling in (normal, *others)
}


def normal(url: str) -> str:
    """The one spelling that stands for all equivalent ones; other addresses are normal already."""
    return NORMAL.get(url, url)


class Owner(NamedTuple):
    """Whose webhooks are meant; the account has no id."""

    scope: str
    owner_id: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The owner as a user names it, with as little as possible."""
        return {f"{self.scope}_id": self.owner_id} if self.owner_id else {"scope": self.scope}

    @property
    def path(self) -> str:
        """Where the API keeps its webhooks."""
        middle = "message" if self.owner_id is None else f"{self.scope}s/{self.owner_id}"
        return f"/sms/{middle}/webhooks"


ACCOUNT = Owner("message")


def owner_of(record: Mapping[str, Any]) -> Owner:
    """Whose webhook a record of the collection is."""
    return Owner(record["scope"], record["campaign_id"] or record["list_id"])


class Hook(NamedTuple):
    """A webhook of the service, without its id."""

    webhook_type: str
    url: str
    active: bool = True
    note: str | None = None
    date_created: str = "2021-10-25T06:58:55.951Z"

    @property
    def key(self) -> tuple[str, str]:
        """Type and address, in one spelling."""
        return self.webhook_type, normal(self.url)


World = Mapping[Owner, Mapping[int, Hook]]
"""The webhooks of the owners that exist, by id."""


def world_from(state: Mapping[str, Any]) -> World:
    """Read the simulator's state."""

    def hooks(records: Sequence[Mapping[str, Any]]) -> dict[int, Hook]:
        return {
            one["webhook_id"]: Hook(**{name: one[name] for name in Hook._fields}) for one in records
        }

    return {
        **{Owner("campaign", one["campaign_id"]): hooks(one["webhooks"])
           for one in state["campaigns"]},
        **{Owner("list", one["list_id"]): hooks(one["webhooks"]) for one in state["lists"]},
        ACCOUNT: hooks(state["message_webhooks"]),
    }  # fmt: skip


def seed_from(world: World) -> dict[str, Any]:
    """Write a world as the seed of the simulator."""

    def records(owner: Owner) -> list[dict[str, Any]]:
        return [{"webhook_id": number, **hook._asdict()} for number, hook in world[owner].items()]

    def owners(scope: str) -> list[dict[str, Any]]:
        return [
            {f"{scope}_id": owner.owner_id, "webhooks": records(owner)}
            for owner in world
            if owner.scope == scope
        ]

    return {
        "campaigns": owners("campaign"),
        "lists": owners("list"),
        "message_webhooks": records(ACCOUNT),
    }


@dataclass(frozen=True)
class Entry:
    """One declared webhook; None is omitted. A ``flaw`` makes it contradict itself."""

    owner: Owner
    webhook_id: int | None = None
    webhook_type: str | None = None
    url: str | None = None
    active: bool | None = None
    is_absent: bool = False
    flaw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Type and address, in one spelling; asked of an entry without an id only."""
        return str(self.webhook_type), normal(str(self.url))

    @property
    def options(self) -> dict[str, Any]:
        """The entry as a user writes it."""
        given = {
            **self.owner.options,
            "webhook_id": self.webhook_id,
            "webhook_type": self.webhook_type,
            "url": self.url,
            "active": self.active,
            "state": "absent" if self.is_absent else None,
            **(LEFT_OVERS if self.webhook_id else {}),
            **self.flaw,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class Declared:
    """The options of one task of touchbase_sms_webhooks."""

    entries: Sequence[Entry]
    purge: bool = False
    owners: Sequence[Owner] = ()
    purge_limit: int = 10
    allow_empty: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """The options as a user writes them."""
        return {
            "webhooks": [entry.options for entry in self.entries],
            "purge": self.purge,
            "owners": [owner.options for owner in self.owners],
            "purge_limit": self.purge_limit,
            "allow_empty": self.allow_empty,
        }

    @property
    def owners_to_read(self) -> list[Owner]:
        """All owners whose webhooks matter, each once."""
        purged = self.owners if self.purge else ()
        return list(dict.fromkeys([*(entry.owner for entry in self.entries), *purged]))

"""Owners, their webhooks, and declared sets, for tests that use nothing of the plugins here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

TYPES = {
    "campaign": ("CampaignReply", "CampaignMessageStatusUpdate"),
    "list": ("ListSubscribe", "ListUnsubscribe"),
    "message": ("MessageStatusUpdate", "MessageReply"),
}

# URLs by their normal form (RFC 3986, 6.2), each with other spellings of the same. Some of them
# differ from each other by no more than case or a slash.
URLS = {
    "https://hooks.example.org/": ("https://hooks.example.org", "HTTPS://Hooks.Example.Org:443/"),
    "https://hooks.example.org/a%2Fb": ("https://HOOKS.example.org/a%2fb",),
    "https://hooks.example.org/a%2Fb/": ("https://hooks.example.org:443/a%2fb/",),
    "https://hooks.example.org/A%2Fb": ("hTTps://hooks.example.org/A%2fb",),
    "http://hooks.example.org:8080/?q=1": ("http://hooks.EXAMPLE.org:8080?q=1",),
}
NORMAL = {spelling: normal for normal, others in URLS.items() for spelling in (normal, *others)}
INVALID_URL = "ftp://hooks.example.org/a"
# What touchbase_sms_webhook_info returns beside the options; it must not matter.
_IGNORED = {"note": "10 failures in a row", "date_created": "2020-01-01T00:00:00Z"}


def normal(url: str) -> str:
    """The one spelling that stands for all equivalent ones; other URLs are normal already."""
    return NORMAL.get(url, url)


class Owner(NamedTuple):
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
    """The owner of a record as the collection returns it."""
    return Owner(record["scope"], record["campaign_id"] or record["list_id"])


class Webhook(NamedTuple):
    """A webhook of the service, without its id."""

    webhook_type: str
    url: str
    active: bool = True
    note: str | None = None
    date_created: str = "2021-10-25T06:58:55.951Z"

    @property
    def key(self) -> tuple[str, str]:
        """Type and URL, in one spelling."""
        return self.webhook_type, normal(self.url)


State = Mapping[Owner, Mapping[int, Webhook]]
"""The webhooks of the owners that exist, by id."""


def state_of(simulator_state: Mapping[str, Any]) -> State:
    """Read the simulator's state."""

    def webhooks(records: Sequence[Mapping[str, Any]]) -> dict[int, Webhook]:
        return {
            one["webhook_id"]: Webhook(**{name: one[name] for name in Webhook._fields})
            for one in records
        }

    owners = {
        Owner(scope, one[f"{scope}_id"]): webhooks(one["webhooks"])
        for scope in ("campaign", "list")
        for one in simulator_state[f"{scope}s"]
    }
    return {**owners, ACCOUNT: webhooks(simulator_state["message_webhooks"])}


def seed_of(state: State) -> dict[str, Any]:
    """Write a state as the seed of the simulator."""
    records = {
        owner: [{"webhook_id": number, **one._asdict()} for number, one in webhooks.items()]
        for owner, webhooks in state.items()
    }
    campaigns, lists = (
        [
            {f"{scope}_id": owner.owner_id, "webhooks": of_owner}
            for owner, of_owner in records.items()
            if owner.scope == scope
        ]
        for scope in ("campaign", "list")
    )
    return {"campaigns": campaigns, "lists": lists, "message_webhooks": records[ACCOUNT]}


@dataclass(frozen=True)
class Entry:
    """One declared webhook; None is omitted."""

    owner: Owner
    webhook_id: int | None = None
    webhook_type: str | None = None
    url: str | None = None
    active: bool | None = None
    is_absent: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Type and URL, in one spelling; of an entry without an id only."""
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
            **(_IGNORED if self.webhook_id else {}),
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

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed: an account as YAML or JSON, in the record names of the collection."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import yaml

from touchbase_simulator.state import (
    DATE,
    WEBHOOK_TYPES,
    Account,
    Campaign,
    Scope,
    SubscriberList,
    Webhook,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DEFAULT_API_KEY = "demo-key-for-the-simulator"
DEFAULT_DATE = "2021-10-25T06:58:55.951Z"


class SeedError(ValueError):
    """A seed that describes no account; the text says where and why."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which a date stays the text that it is in the API."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and the form are PyYAML's
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_seed(path: Path) -> Any:
    """Read a seed file into plain data, YAML or JSON.

    :raises SeedError: the file cannot be read or is neither.
    """
    try:
        text = path.read_text(encoding="utf-8")
        # YAML is not quite a superset of JSON: it refuses escaped surrogate pairs.
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe one
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        msg = f"{path}: {error}"
        raise SeedError(msg) from error


def account_from(seed: Any) -> Account:
    """Build an account from plain data; everything but ids, types and URLs has a default.

    :param seed: what a seed file or the control surface gave; its form is checked here.
    :raises SeedError: it is not of the seed's form, or an id is there twice.
    """
    top = _Record.of(seed, "seed", ("api_key", "campaigns", "lists", "message_webhooks"))
    campaigns = [_campaign(record) for record in top.records("campaigns", _CAMPAIGN_KEYS)]
    lists = [_list(record) for record in top.records("lists", _LIST_KEYS)]
    messages = _webhooks(top, "message_webhooks", "message")
    of_campaigns = list(chain.from_iterable(one.webhooks.values() for one in campaigns))
    of_lists = list(chain.from_iterable(one.webhooks.values() for one in lists))
    ids_of_webhooks = [
        # A family of webhooks is one table of the service, whoever owns the rows.
        *_distinct("webhook_id of campaigns", (one.webhook_id for one in of_campaigns)),
        *_distinct("webhook_id of lists", (one.webhook_id for one in of_lists)),
        *messages,
    ]
    _distinct("campaign_id", (one.campaign_id for one in campaigns))
    _distinct("list_id", (one.list_id for one in lists))
    return Account(
        api_key=top.text("api_key", DEFAULT_API_KEY),
        campaigns={one.campaign_id: one for one in campaigns},
        lists={one.list_id: one for one in lists},
        message_webhooks=messages,
        last_webhook_id=max(ids_of_webhooks, default=0),
    )


def seed_from(account: Account) -> dict[str, Any]:
    """Write an account as a seed; read again, it gives the same account."""
    return {
        "api_key": account.api_key,
        "campaigns": [_with_webhooks(one) for one in account.campaigns.values()],
        "lists": [_with_webhooks(one) for one in account.lists.values()],
        "message_webhooks": [asdict(one) for one in account.message_webhooks.values()],
    }


def _with_webhooks(owner: Campaign | SubscriberList) -> dict[str, Any]:
    return {**asdict(owner), "webhooks": [asdict(one) for one in owner.webhooks.values()]}


_WEBHOOK_KEYS = ("webhook_id", "webhook_type", "url", "active", "date_created", "note")
_LIST_KEYS = ("list_id", "name", "webhooks")
_CAMPAIGN_KEYS = (
    "campaign_id",
    "name",
    "content",
    "date",
    "delivery_date",
    "status",
    "replies_to_email",
    "replies_to_mobile",
    "webhooks",
)


def _campaign(record: _Record) -> Campaign:
    campaign_id = record.identity("campaign_id")
    delivery_date = record.date("delivery_date") if record.has("delivery_date") else None
    return Campaign(
        campaign_id=campaign_id,
        name=record.text("name", f"Campaign {campaign_id}"),
        content=record.text("content", "The doors open at nine."),
        date=record.date("date"),
        delivery_date=delivery_date,
        # Delivered is the one value that a vendor page shows (get-sms-campaign-details).
        status=record.text("status", "Delivered" if delivery_date else "Scheduled"),
        replies_to_email=record.text("replies_to_email", ""),
        replies_to_mobile=record.text("replies_to_mobile", ""),
        webhooks=_webhooks(record, "webhooks", "campaign"),
    )


def _list(record: _Record) -> SubscriberList:
    list_id = record.identity("list_id")
    return SubscriberList(
        list_id=list_id,
        name=record.text("name", f"List {list_id}"),
        webhooks=_webhooks(record, "webhooks", "list"),
    )


def _webhooks(owner: _Record, key: str, scope: Scope) -> dict[int, Webhook]:
    webhooks = [_webhook(record, scope) for record in owner.records(key, _WEBHOOK_KEYS)]
    _distinct(f"webhook_id of {owner.where}", (one.webhook_id for one in webhooks))
    return {one.webhook_id: one for one in webhooks}


def _webhook(record: _Record, scope: Scope) -> Webhook:
    return Webhook(
        webhook_id=record.identity("webhook_id"),
        webhook_type=record.choice("webhook_type", WEBHOOK_TYPES[scope]),
        url=record.text("url"),
        active=record.flag("active", default=True),
        date_created=record.date("date_created"),
        note=record.text("note") if record.has("note") else None,
    )


def _distinct(what: str, ids: Iterable[int]) -> set[int]:
    seen: set[int] = set()
    for one in ids:
        if one in seen:
            msg = f"seed: {what}: {one} is there twice"
            raise SeedError(msg)
        seen.add(one)
    return seen


@dataclass(frozen=True)
class _Record:
    """One mapping of a seed, which knows where it stands. A key set to null counts as absent."""

    values: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: Any, where: str, known: tuple[str, ...]) -> _Record:
        if not isinstance(value, dict):
            msg = f"{where}: must be a mapping, is {value!r:.40}"
            raise SeedError(msg)
        unknown = [key for key in value if key not in known]
        if unknown:
            msg = f"{where}: no key {unknown[0]!r}; there are {', '.join(known)}"
            raise SeedError(msg)
        return cls(value, where)

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None

    def identity(self, key: str) -> int:
        value = self._required(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._refuse(key, "must be a positive whole number")
        return int(value)

    def text(self, key: str, default: str | None = None) -> str:
        value = default if default is not None and not self.has(key) else self._required(key)
        if not isinstance(value, str):
            self._refuse(key, "must be text")
        return str(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in choices:
            self._refuse(key, f"must be one of {', '.join(choices)}")
        return value

    def date(self, key: str) -> str:
        value = self.text(key, DEFAULT_DATE)
        if not DATE.fullmatch(value):
            self._refuse(key, f"must be a date like {DEFAULT_DATE}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.values[key] if self.has(key) else default
        if not isinstance(value, bool):
            self._refuse(key, "must be true or false")
        return bool(value)

    def records(self, key: str, known: tuple[str, ...]) -> list[_Record]:
        values = self.values[key] if self.has(key) else []
        if not isinstance(values, list):
            self._refuse(key, "must be a list")
        where = key if self.where == "seed" else f"{self.where}.{key}"
        return [_Record.of(value, f"{where}[{at}]", known) for at, value in enumerate(values)]

    def _required(self, key: str) -> Any:
        if not self.has(key):
            msg = f"{self.where}: {key} is missing"
            raise SeedError(msg)
        return self.values[key]

    def _refuse(self, key: str, why: str) -> None:
        msg = f"{self.where}.{key}: {why}, is {self.values[key]!r:.60}"
        raise SeedError(msg)

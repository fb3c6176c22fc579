# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user declares about one webhook, read from options and checked; private."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._api.models import WEBHOOK_TYPES, Key, Owner, key_of, type_text
from .._api.url import check_not_masked, check_url, url_warnings
from .._errors import NotPlannable
from .problems import entry_label

Found = TypeVar("Found")

OWNER_SPEC: dict[str, dict[str, Any]] = {
    "scope": {"type": "str", "choices": list(WEBHOOK_TYPES)},
    "campaign_id": {"type": "int"},
    "campaign_name": {"type": "str"},
    "list_id": {"type": "int"},
}

DESIRED_SPEC: dict[str, dict[str, Any]] = {
    **OWNER_SPEC,
    "webhook_id": {"type": "int"},
    # Without choices: a record that was exported is accepted whatever its type.
    "webhook_type": {"type": "str"},
    "url": {"type": "str"},
    "active": {"type": "bool"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "unique_by": {"type": "str", "choices": ["url", "type"], "default": "url"},
}

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class DesiredWebhook:
    """Which webhook is meant, and what it should be; None means "leave as it is".

    Without an id it is the one of this owner, type and URL; or of this owner and type, if the owner
    has at most one ``by_type``; or, if it should be absent, of this owner and URL. ``name`` is what
    a person calls it.
    """

    owner: Owner
    webhook_id: int | None = None
    webhook_type: str | None = None
    url: str | None = None
    active: bool | None = None
    is_present: bool = True
    by_type: bool = False
    name: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.webhook_id is not None:
            return f"webhook {self.webhook_id} of {self.owner}"
        type_of = f"{self.webhook_type} " if self.webhook_type else ""
        return f"the {type_of}webhook of {self.owner}" + ("" if self.by_type else " with this URL")

    @property
    def key(self) -> Key | None:
        """The natural key, where the options give one."""
        if self.webhook_type is None or self.url is None:
            return None
        return key_of(self.webhook_type, self.url)

    def label(self, position: int) -> str:
        """What the entry at this position is called where a message is about it."""
        return entry_label(
            position, self.name, _content(self.owner, self.webhook_id, self.webhook_type)
        )

    def short_label(self, position: int) -> str:
        """What it is called where a message about another entry mentions it."""
        return entry_label(position, self.name)

    @property
    def identity(self) -> object:
        """What no other desired webhook shares."""
        key = self.webhook_type if self.by_type else self.key or self.url
        return self.owner, self.webhook_id or key

    def warnings(self, is_masked: bool) -> list[str]:
        """What is unwise about it, although it is acceptable."""
        if self.url is None or not self.is_present:
            return []
        return url_warnings(self.url, is_masked)


def desired_from_options(options: Mapping[str, Any]) -> DesiredWebhook:
    """Read the desired webhook from options; a null option counts as omitted.

    Type and URL of a webhook that is given by its id are checked by the plan, and only if they
    differ from what is stored. With an id, ``absent`` ignores every other option. Raises
    NotPlannable when the options do not identify a webhook, or do not say what it should be.
    """
    owner = owner_from(options)
    webhook_id, name = positive_id(options, "webhook_id"), options.get("name")
    is_present = options.get("state") != "absent"
    if webhook_id is not None and not is_present:
        return DesiredWebhook(owner, webhook_id, is_present=False, name=name)
    webhook_type, url, active = (options.get(one) for one in ("webhook_type", "url", "active"))
    by_type = webhook_id is None and options.get("unique_by") == "type"
    desired = DesiredWebhook(
        owner, webhook_id, webhook_type, url, active, is_present, by_type, name
    )
    if webhook_id is None:
        _check_identified(desired, options)
    if is_present and url is None and active is None:
        raise NotPlannable(
            f"Nothing is declared for {desired}. Give url or active; null counts as omitted. In a "
            "template, `default(omit, true)` omits `false` as well: use `default(omit)`."
        )
    if webhook_id is not None and url is not None:
        check_not_masked(url)
    return desired


def labels_of(desired: Sequence[DesiredWebhook]) -> Callable[[int], str]:
    """What the entries are called, by position."""
    return lambda position: desired[position].label(position)


def label_of_options(position: int, options: Mapping[str, Any]) -> str:
    """What an entry is called whose owner or id may be wrong; what is wrong is left out."""
    owner = _if_valid(owner_from, options)
    webhook_id = _if_valid(lambda one: positive_id(one, "webhook_id"), options)
    content = _content(owner, webhook_id, options.get("webhook_type"))
    return entry_label(position, options.get("name"), content)


def _if_valid(
    read: Callable[[Mapping[str, Any]], Found | None], options: Mapping[str, Any]
) -> Found | None:
    try:
        return read(options)
    except NotPlannable:
        return None


def _content(owner: Owner | None, webhook_id: int | None, webhook_type: str | None) -> list[str]:
    """What an entry is about: its owner, and its id or type."""
    content = [] if owner is None else [str(owner)]
    if webhook_id is not None:
        content.append(f"webhook {webhook_id}")
    elif webhook_type is not None:
        content.append(type_text(webhook_type))
    return content


def is_identified(options: Mapping[str, Any]) -> bool:
    """Whether options say which webhook is meant."""
    webhook_type, url = options.get("webhook_type"), options.get("url")
    if options.get("webhook_id") is not None:
        return True
    if options.get("unique_by") == "type":
        return webhook_type is not None
    # A URL alone says enough of what is to be removed.
    return url is not None and (webhook_type is not None or options.get("state") == "absent")


def _check_identified(desired: DesiredWebhook, options: Mapping[str, Any]) -> None:
    """Raise NotPlannable unless type and URL identify a webhook, and can be those of one."""
    if not is_identified(options):
        raise NotPlannable(
            f"Cannot identify the webhook of {desired.owner}. Give webhook_id, or both "
            "webhook_type and url, or webhook_type with `unique_by: type`."
        )
    if desired.webhook_type is not None:
        check_type(desired.webhook_type, desired.owner)
    if desired.url is not None:
        check_url(desired.url)


def with_defaults(options: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an entry, with the defaults for those that it omits.

    An owner in the defaults counts only for an entry that names none.
    """
    given = {name: value for name, value in options.items() if value is not None}
    names_owner = any(name in given for name in OWNER_SPEC)
    used = {
        name: value
        for name, value in defaults.items()
        if value is not None and not (names_owner and name in OWNER_SPEC)
    }
    return {**used, **given}


def owner_from(options: Mapping[str, Any]) -> Owner:
    """Read the owner from options; a null option counts as omitted.

    Raises NotPlannable when they name no owner, two, or contradict ``scope``.
    """
    given: dict[str, Owner] = {}
    for kind in ("campaign", "list"):
        owner_id = positive_id(options, f"{kind}_id")
        if owner_id is not None:
            given[f"{kind}_id"] = Owner(kind, owner_id)
    name, scope = options.get("campaign_name"), options.get("scope")
    if name is not None:
        given["campaign_name"] = Owner("campaign", name=str(name))
    if len(given) > 1:
        raise NotPlannable(f"{' and '.join(given)} name two owners. Give only one of them.")
    for option, owner in given.items():
        if scope not in (None, owner.scope):
            raise NotPlannable(f"scope is {scope}, but {option} names a {owner.scope}.")
        if owner.name == "":
            raise NotPlannable("campaign_name is empty. Give the exact name of a campaign.")
        return owner
    if scope == "message":
        return Owner("message")
    missing = {"campaign": "campaign_id or campaign_name", "list": "list_id"}.get(
        str(scope), "campaign_id, campaign_name, list_id, or scope: message"
    )
    raise NotPlannable(f"The owner of the webhook is missing. Give {missing}.")


def positive_id(options: Mapping[str, Any], name: str) -> int | None:
    """Read an id; None when omitted. Raises NotPlannable unless it is a positive integer.

    Ansible's ``int`` lets booleans through, which Python would take for 1 and 0.
    """
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise NotPlannable(f"{name} must be a positive integer, not {value!r}.")
    if value > LARGEST_ID:
        # Python refuses to write down a number of thousands of digits.
        raise NotPlannable(f"{name} is above {LARGEST_ID}, so it cannot be an id.")
    return value


def check_type(webhook_type: str, owner: Owner) -> None:
    """Raise NotPlannable if the owner cannot have a webhook of this type."""
    known = WEBHOOK_TYPES[owner.scope]
    if webhook_type not in known:
        from .names import similar  # noqa: PLC0415 - a module compiles it anew in every task

        given = webhook_type.lower()
        meant = [one for one in known if one.lower().endswith(given)] or similar(given, known)[:1]
        raise NotPlannable(
            f"webhook_type {type_text(webhook_type)} does not exist for {owner}; known are "
            f"{', '.join(known)}." + (f" Use {meant[0]}." if len(meant) == 1 else "")
        )

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the exchanges of a run show: one pure function for each switch, and for what else counts.

Evidence is made of methods, statuses, codes, counts and words of this file only, so that nothing
of the account is in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from touchbase_simulator.behaviour import SWITCHES
from touchbase_simulator.urls import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from touchbase_simulator.probe.exchange import Exchange

Certainty = Literal["observed", "not observable here", "contradictory"]
Evidence = tuple[str | None, str]
"""A value of the switch, or None if none fits, and what shows it."""
Record = dict[str, Any]


@dataclass(frozen=True)
class Unobservable:
    """Values of a switch that no run can tell from outside, whatever the account holds.

    ``given`` are values of other switches: only together with them it is so.
    """

    switch: str
    values: tuple[str, ...]
    reason: str
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOT_OBSERVABLE = (
    Unobservable("note_after_reactivation", ("cleared",), "only the service writes notes"),
    Unobservable(
        "unknown_campaign",
        ("own_code", "webhook_code"),
        "no code tells these two apart",
        {"error_shape": ("gateway", "html", "older_api")},
    ),
)
_WEBHOOK_UNKNOWN = 142
# Statuses that say what is wrong with a body, and not with the rest of a request.
_INVALID = (400, 409, 422)
_DEACTIVATES = ("deactivates", "inactive")
_HELPFUL_HEADERS = (
    *("retry-after", "ratelimit", "ratelimit-policy", "ratelimit-limit", "ratelimit-remaining"),
    *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "etag", "traceparent"),
    *("request-id", "x-request-id", "x-ms-request-id", "apim-request-id", "x-correlation-id"),
)


@dataclass(frozen=True)
class Finding:
    """What was found out about a switch, or about something that is none.

    ``value`` is None if nothing was observed, or nothing that the switch has a value for.
    """

    subject: str
    value: str | None
    certainty: Certainty
    evidence: str


def switches(exchanges: Sequence[Exchange]) -> list[Finding]:
    """One finding for each switch of the simulator, in its order."""
    return [_concluded(name, exchanges) for name in SWITCHES]


def others(exchanges: Sequence[Exchange]) -> list[Finding]:
    """What was found out beyond the switches."""
    found = []
    for subject, observe in _OTHERS.items():
        text = "; ".join(dict.fromkeys(observe(exchanges)))
        certainty: Certainty = "observed" if text else "not observable here"
        found.append(Finding(subject, None, certainty, text or certainty))
    return found


def _concluded(name: str, exchanges: Sequence[Exchange]) -> Finding:
    observe, lacking = _SWITCHES[name]
    evidence = list(dict.fromkeys(observe(exchanges)))
    values = list(dict.fromkeys(value for value, _text in evidence))
    texts = "; ".join(text for _value, text in evidence)
    if not evidence:
        return Finding(name, None, "not observable here", lacking)
    if len(values) > 1:
        return Finding(name, None, "contradictory", texts)
    return Finding(name, values[0], "observed", texts)


def _of(exchanges: Sequence[Exchange], *steps: str) -> Iterator[Exchange]:
    return (exchange for exchange in exchanges if exchange.step in steps)


def _updates(
    exchanges: Sequence[Exchange], *steps: str
) -> Iterator[tuple[Record, Exchange, Record]]:
    """Updates, each with the webhook as a GET showed it before, and the next one after it."""
    for place, update in enumerate(exchanges):
        if update.step in steps:
            before = [one for other in exchanges[:place] for one in _shown(other, update)]
            after = [one for other in exchanges[place + 1 :] for one in _shown(other, update)]
            if before and after:
                yield before[-1], update, after[0]


def _shown(exchange: Exchange, update: Exchange) -> list[Record]:
    records = exchange.records if exchange.method == "GET" else []
    return [one for one in records if one.get("Id") == update.webhook_id]


def _put_without_is_active(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for before, update, after in _updates(exchanges, "update without IsActive"):
        if update.status in _INVALID:
            yield "refuses", str(update)
        elif not update.is_success:
            yield None, str(update)
        elif before.get("IsActive") is True:
            value, shown = ("keeps", "active") if after.get("IsActive") else _DEACTIVATES
            yield value, f"{update}, then {shown}"


def _put_response(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for before, update, after in _updates(exchanges, "update", "update with another spelling"):
        if not update.is_success or _state(before) == _state(after):
            continue
        shown = _state(update.webhook or {})
        if update.shape == "empty":
            yield "empty", f"{update} without a body"
        elif shown == _state(after):
            yield "record", f"{update} with what a GET shows after it"
        elif shown == _state(before):
            yield "stale", f"{update} with what a GET showed before it"
        else:
            yield None, f"{update} with something else"


def _state(webhook: Record) -> tuple[object, object]:
    return webhook.get("Url"), webhook.get("IsActive")


def _stored_url(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for before, update, after in _updates(exchanges, "update with another spelling"):
        sent, stored = update.sent["Url"], str(after.get("Url"))
        if not update.is_success or before.get("Url") == stored:
            continue
        if stored == sent:
            yield "verbatim", f"{update}, then the URL as sent"
        elif normalise(stored) == normalise(sent):
            yield "normalised", f"{update}, then the URL in another spelling"
        else:
            yield None, f"{update}, then another URL"


def _unknown_campaign(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    if any(one.status != 404 for one in _of(exchanges, "unknown campaign")):
        return
    for listing in _of(exchanges, "list of an unknown campaign"):
        if listing.status != 404:
            is_empty = listing.webhooks == []
            yield "empty_list" if is_empty else None, _with_emptiness(listing)
        elif listing.code is not None:
            is_of_webhook = listing.code == _WEBHOOK_UNKNOWN
            yield "webhook_code" if is_of_webhook else "own_code", str(listing)


def _with_emptiness(listing: Exchange) -> str:
    return f"{listing} with an empty list" if listing.webhooks == [] else str(listing)


def _no_webhooks(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    lists = ["list of another campaign"]
    if any(one.is_success for one in _of(exchanges, "campaign", "create")):
        lists += ["list", "list in the clean-up"]
    for listing in _of(exchanges, *lists):
        if listing.status == 404:
            yield "missing" if listing.code in (None, _WEBHOOK_UNKNOWN) else None, str(listing)
        elif listing.webhooks == []:
            yield "empty", _with_emptiness(listing)


def _error_shape(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for one in exchanges:
        # These three may be of a gateway, whatever the others look like.
        if one.is_refusal and one.status not in (401, 403, 429):
            known = one.shape in SWITCHES["error_shape"]
            yield one.shape if known else None, f"{one.method} {one.status}: {one.shape}"


def _date_fractions(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    dates: dict[object, list[str]] = defaultdict(list)
    for one in exchanges:
        for record in one.records:
            for key, date in (("Id", "DateCreated"), ("CampaignId", "Date")):
                if key in record and isinstance(record.get(date), str):
                    dates[key, record[key]].append(record[date])
    spellings = {len(set(read)) for read in dates.values() if len(read) > 1}
    if spellings == {1}:
        yield "fixed", "one spelling of each date"
    elif spellings:
        yield "varying", "several spellings of one date"


def _note_after_reactivation(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for one in _of(exchanges, "read a listed one"):
        if one.webhook and one.webhook.get("IsActive") is True and one.webhook.get("Note"):
            yield "kept", f"{one} of an active webhook with a note"


def _duplicates(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for creation in _of(exchanges, "create the same again"):
        if creation.status in _INVALID:
            yield "refused", str(creation)
        elif not creation.is_success:
            yield None, str(creation)
        elif max(_counts(exchanges, creation), default=0) > 1:
            yield "allowed", f"{creation}, then two in the list"


def _counts(exchanges: Sequence[Exchange], creation: Exchange) -> list[int]:
    """How many webhooks with the URL of a creation each list shows after a creation."""
    url = normalise(creation.sent["Url"])
    lists = _of(exchanges, "list after a creation")
    return [
        sum(normalise(one["Url"]) == url for one in listing.webhooks or []) for listing in lists
    ]


def _wrong_campaign(exchanges: Sequence[Exchange]) -> Iterator[Evidence]:
    for one in _of(exchanges, "read from another campaign"):
        if one.status == 404:
            yield "not_found", str(one)
        else:
            yield "served" if one.webhook else None, str(one)


_NO_OWN = "needs a webhook of the probe's own, and a read of it"
_SWITCHES: dict[str, tuple[Callable[[Sequence[Exchange]], Iterator[Evidence]], str]] = {
    # Each with the reason for which there may be no evidence.
    "put_without_is_active": (_put_without_is_active, _NO_OWN),
    "put_response": (_put_response, _NO_OWN),
    "stored_url": (_stored_url, f"{_NO_OWN} with the other spelling"),
    "unknown_campaign": (_unknown_campaign, NOT_OBSERVABLE[1].reason),
    "no_webhooks": (_no_webhooks, "needs an owner without webhooks"),
    "error_shape": (_error_shape, "needs an error"),
    "date_fractions": (_date_fractions, "needs a record that is read twice"),
    "note_after_reactivation": (_note_after_reactivation, NOT_OBSERVABLE[0].reason),
    "duplicates": (_duplicates, _NO_OWN),
    "wrong_campaign": (_wrong_campaign, "needs a webhook of a campaign, and another one"),
}


def _creation(exchanges: Sequence[Exchange]) -> Iterator[str]:
    for one in _of(exchanges, "create"):
        is_shown = one.webhook is not None and one.webhook["Url"] == one.sent["Url"]
        location = "a Location" if "location" in one.headers else "no Location"
        what = f" with {'the webhook' if is_shown else 'something else'} and {location}"
        yield f"{one}{what if one.is_success else ''}"


def _new_is_active(exchanges: Sequence[Exchange]) -> Iterator[str]:
    for before, _update, _after in _updates(exchanges, "update without IsActive"):
        yield "active" if before.get("IsActive") else "inactive"


def _texts(step: str, exchanges: Sequence[Exchange]) -> Iterator[str]:
    return map(str, _of(exchanges, step))


def _deletion(exchanges: Sequence[Exchange]) -> Iterator[str]:
    yield from _texts("delete", exchanges)
    yield from (f"{one} after it" for one in _of(exchanges, "read after a deletion"))


def _completeness(exchanges: Sequence[Exchange]) -> Iterator[str]:
    singly = [one.webhook is not None for one in _of(exchanges, "read a listed one")]
    if singly:
        yield f"{sum(singly)} of {len(singly)} ids of the list can be read singly"
    own = {update.webhook_id for update in _of(exchanges, "update")}
    for listing in _of(exchanges, "list after the updates"):
        is_shown = any(one["Id"] in own for one in listing.webhooks or [])
        yield f"an inactive webhook is {'' if is_shown else 'not '}in it"


def _delay(exchanges: Sequence[Exchange]) -> Iterator[str]:
    for creation in _of(exchanges, "create"):
        counts = _counts(exchanges, creation)
        shown = next((place for place, count in enumerate(counts) if count), None)
        if shown is not None:
            listing = list(_of(exchanges, "list after a creation"))[shown]
            seconds = int(listing.at - creation.at) + 1
            yield f"in read {shown + 1} of the list, within {seconds} s"
        elif counts:
            yield f"in none of {len(counts)} reads of the list"


def _headers(exchanges: Sequence[Exchange]) -> Iterator[str]:
    seen = {name for one in exchanges for name in one.headers}
    known = [name for name in _HELPFUL_HEADERS if name in seen]
    yield ", ".join(known) or "no request id and nothing about limits"


_OTHERS: dict[str, Callable[[Sequence[Exchange]], Iterator[str]]] = {
    "response to a creation": _creation,
    "a new webhook": _new_is_active,
    "unknown webhook": partial(_texts, "read an unknown one"),
    "unknown campaign itself": partial(_texts, "unknown campaign"),
    "deletion": _deletion,
    "completeness of the list": _completeness,
    "a creation in the list": _delay,
    "headers": _headers,
}

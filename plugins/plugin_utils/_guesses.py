# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people mean by options and values that do not exist; private to this collection.

They know the words of other modules, of the API and of its web page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any

from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_dict,
    check_type_list,
)

from ..module_utils._sensitive import hidden_text

_GUESSES = {
    "active": ("enabled", "enable", "is_active", "isactive", "status"),
    "webhook_type": ("type", "event", "events", "webhooktype"),
    "webhook_id": ("id",),
    "url": ("webhook_url", "callback_url", "hook_url", "target_url", "uri", "address", "endpoint"),
    "api_key": ("token", "api_token", "key"),
    "api_url": ("base_url", "endpoint_url"),
    "campaign_id or campaign_name": ("campaign",),
    "campaign_id": ("id",),
    "list_id": ("list",),
    "validate_certs": ("verify_ssl",),
}
# What deletes or hides is not proposed to anybody.
_NEVER_PROPOSED = {"purge", "purge_limit", "allow_empty", "mask_url", "absent"}
_TYPES = {"str": "a text", "int": "a number", "float": "a number", "bool": "a boolean"}
_CLOSE = 0.8
_VALUES = {
    "scope": {"account": "To mean the account, use `scope: message`."},
    "state": {
        "disabled": "To deactivate a webhook, use `active: false`.",
        "inactive": "To deactivate a webhook, use `active: false`.",
        "paused": "To deactivate a webhook, use `active: false`.",
        "enabled": "To activate a webhook, use `active: true`.",
        "active": "To activate a webhook, use `active: true`.",
    },
}


def unknown_options(names: Collection[str], known: Collection[str]) -> str:
    """What to say of options that do not exist, with those that are probably meant."""
    meant = {name: probably_meant(name, known) for name in names}
    texts = [f"There is no option {name}. Use {one}." for name, one in meant.items() if one]
    others = [name for name, one in meant.items() if not one]
    if others:
        texts.append(f"There is no option {', '.join(others)}; there are {', '.join(known)}.")
    return " ".join(texts)


def probably_meant(name: str, known: Collection[str]) -> str | None:
    """The option that is probably meant by one that does not exist; None if no other is like it."""
    guess = name.lower()
    for option, guesses in _GUESSES.items():
        if guess in guesses and option.partition(" ")[0] in known:
            return option
    return _closest(guess, known)


def _closest(guess: str, known: Collection[str]) -> str | None:
    proposed = [one for one in known if one not in _NEVER_PROPOSED]
    return next(iter(get_close_matches(guess.lower(), proposed, n=1, cutoff=_CLOSE)), None)


def wrong_values(options: Mapping[str, Any], specification: Mapping[str, Any]) -> list[str]:
    """What to use instead of values that are not among the choices of their option."""
    texts = []
    for name, option in specification.items():
        choices, given = option.get("choices"), options.get(name)
        if choices and isinstance(given, str) and given not in choices:
            close = _closest(given, choices)
            hint = _VALUES.get(name, {}).get(given.lower())
            texts += [hint or f"Use `{name}: {close}`."] if hint or close else []
    return texts


def wrong_types(options: Mapping[str, Any], specification: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with values that cannot be booleans or lists of mappings, by option.

    Ansible would list every spelling of a boolean, or quote the text.
    """
    texts = {}
    for name, value in options.items():
        option = specification.get(name, {})
        if value is None:
            continue
        if option.get("type") == "bool" and not _is(check_type_bool, value):
            texts[name] = f"{name} is '{hidden_text(str(value))}', which is not true or false."
        if option.get("elements") == "dict" and not _is(_check_mappings, value):
            kind = "a mapping" if isinstance(value, Mapping) else type(value).__name__
            texts[name] = f"{name} must be a list of mappings, not {_TYPES.get(kind, kind)}."
    return texts


def _is(check: Callable[[Any], object], value: Any) -> bool:
    try:
        check(value)
    except TypeError:
        return False
    return True


def _check_mappings(value: Any) -> None:
    """Raise TypeError for what Ansible cannot make a list of mappings of."""
    entries = check_type_list(value)
    # The entries of a list are judged one by one, each with its label.
    for one in () if isinstance(value, list) else entries:
        check_type_dict(one)

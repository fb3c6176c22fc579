# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems of a set, collected so that all of them are reported at once; private."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from .._errors import NotPlannable, TouchBaseError
from .._sensitive import one_line

Entry = TypeVar("Entry")
Found = TypeVar("Found")
Problems = dict[int, str]
"""What is wrong with an entry, by its position."""

_MAX_NAMED = 10


def collect_errors(
    function: Callable[[Entry], Found], entries: Sequence[Entry]
) -> tuple[dict[int, Found], Problems]:
    """The function's result for each entry, and the errors that it raises, by position."""
    found: dict[int, Found] = {}
    problems: Problems = {}
    for position, one in enumerate(entries):
        result = _attempt(function, one)
        if isinstance(result, TouchBaseError):
            problems[position] = str(result)
        else:
            found[position] = result
    return found, problems


def _attempt(function: Callable[[Entry], Found], entry: Entry) -> Found | TouchBaseError:
    try:
        return function(entry)
    except TouchBaseError as error:
        return error


def raise_problems(
    of_webhooks: Problems,
    of_owners: Problems | None = None,
    of_set: Iterable[str] = (),
    of_paused: Problems | None = None,
    label: Callable[[int], str] | None = None,
) -> None:
    """Raise NotPlannable with every problem, in the order of the entries, if there is any.

    ``label`` says what an entry of ``webhooks`` is called.
    """
    entries_of: dict[str, list[str]] = defaultdict(list)
    for position, text in sorted(of_webhooks.items()):
        entries_of[text].append((label or entry_label)(position))
    for name, problems in (("owners", of_owners), ("paused", of_paused)):
        for position, text in sorted((problems or {}).items()):
            entries_of[text].append(f"{name}[{position}]")
    lines = [f"{', '.join(labels)}: {text}" for text, labels in entries_of.items()]
    lines += of_set
    if lines:
        raise NotPlannable("Nothing was changed, because of these problems:\n" + "\n".join(lines))


def entry_label(position: int, name: str | None = None, content: Sequence[str] = ()) -> str:
    """What an entry of the set is called: by its index, its name, and what it is about."""
    named = "" if name is None else f' "{one_line(name)}"'
    about = f" ({', '.join(content)})" if content else ""
    return f"webhooks[{position}]{named}{about}"


def listed(names: Sequence[str]) -> str:
    """The names in a row; of many, the first ten and how many more there are."""
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more

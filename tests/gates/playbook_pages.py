# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page of the site for each playbook, made of its own text: antsibull-docs knows no playbooks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path("playbooks")
LABEL = "ansible_collections.touchbasepro.sms"
_PLAY = re.compile(r"^(?:- |  )(?:hosts|ansible\.builtin\.import_playbook):", re.MULTILINE)
_NAME = re.compile(r"^- name: (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"\A---\n((?:#.*\n)+)")
_CODE = re.compile(r"(?<![\w/.])(?:[\w.]*\w_\w+|[\w/]+\.yml)\b")  # what a reader types
_ANSWER = re.compile(r"(?<![.\w])survey_\w+(?= \| default)")
_RESULT = re.compile(r"\btouchbase_sms_\w+_result(?=:)")
_ROLE = re.compile(r"touchbasepro\.sms\.touchbase_sms\n(?: +tasks_from: (\w+)\n)?")
_MODULE = re.compile(r"touchbasepro\.sms\.(touchbase_sms_\w+):")
_PAGE = """\
:github_url: https://github.com/touchbasepro/touchbasepro.sms/edit/main/{place}

.. _{label}.{name}_playbook:

{title}
{underline}

{comment}

.. code-block:: shell

   ansible-playbook touchbasepro.sms.{name}

{uses}

.. code-block:: yaml+jinja

{text}
"""


def playbooks(checkout: Path) -> dict[str, Path]:
    """Find the playbooks to run by name, each with what follows the collection's name in its own.

    The examples are to be copied; their guides show them.
    """
    found = {}
    for path in sorted((checkout / FOLDER).rglob("*.yml")):
        parts = path.relative_to(checkout / FOLDER).with_suffix("").parts
        if parts[0] != "examples" and _PLAY.search(path.read_text(encoding="utf-8")):
            found[".".join(parts)] = path
    return found


def write_pages(checkout: Path, folder: Path) -> list[str]:
    """Write the pages; give what the playbooks leave unsaid."""
    complaints = []
    for name, path in playbooks(checkout).items():
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(checkout).as_posix()
        complaints += [f"{place}: {unsaid}" for unsaid in _unsaid(text)]
        (folder / f"{name}_playbook.rst").write_text(_page(name, place, text), encoding="utf-8")
    return complaints


def _unsaid(text: str) -> Iterator[str]:
    """Compare the head of a playbook, which is all that its users are told, with the rest."""
    head = _comment(text)
    if not head:
        yield "it has no comment at its head"
    if not _NAME.search(text):
        yield "its first play has no name"
    for variable in sorted({*_ANSWER.findall(text), *_RESULT.findall(text)}):
        if not re.search(rf"\b{variable}\b", head):
            yield f"the comment at its head does not mention {variable}"


def _page(name: str, place: str, text: str) -> str:
    summary = _NAME.search(text)
    title = f"touchbasepro.sms.{name} playbook -- {summary[1] if summary else name}"
    body = _COMMENT.sub("", text)
    return _PAGE.format(
        label=LABEL,
        name=name,
        place=place,
        title=title,
        underline="=" * len(title),
        comment="\n\n".join(map(_marked_up, _comment(text).split("\n\n"))),
        uses="\n".join(f"* {used}" for used in _uses(body)) or "Its text:",
        text=textwrap.indent(body, "   "),
    )


def _comment(text: str) -> str:
    """Give the comment at the head without its marks."""
    found = _COMMENT.match(text)
    lines = found[1].splitlines() if found else []
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)


def _marked_up(paragraph: str) -> str:
    if paragraph.startswith("  "):
        return f".. code-block:: shell\n\n{textwrap.indent(textwrap.dedent(paragraph), '   ')}"
    return _CODE.sub(r"``\g<0>``", paragraph)


def _uses(text: str) -> Iterator[str]:
    """Refer to the documentation of what a playbook calls, which has all its variables."""
    for entry_point in dict.fromkeys(found or "main" for found in _ROLE.findall(text)):
        label = f"{LABEL}.touchbase_sms_role__entrypoint-{entry_point}"
        yield f"All its variables: :ref:`entry point {entry_point} of the role <{label}>`"
    for module in dict.fromkeys(_MODULE.findall(text)):
        yield f"All options: :ref:`the module {module} <{LABEL}.{module}_module>`"

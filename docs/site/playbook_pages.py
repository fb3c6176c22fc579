# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each playbook, made of its own text, since antsibull-docs knows no playbooks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CHECKOUT = Path(__file__).resolve().parents[2]
LABEL = "ansible_collections.touchbasepro.sms"
_PLAY = re.compile(r"^(?:- |  )(?:hosts|ansible\.builtin\.import_playbook):", re.MULTILINE)
_NAME = re.compile(r"^- name: (.+)$", re.MULTILINE)
_HEAD = re.compile(r"\A---\n((?:#.*\n)+)")
_CODE = re.compile(r"(?<![\w/.])(?:[\w.]*\w_\w+|[\w/]+\.yml)\b")  # what a reader types
_ROLE = re.compile(r"touchbasepro\.sms\.touchbase_sms\n(?: +tasks_from: (\w+)\n)?")
_MODULE = re.compile(r"touchbasepro\.sms\.(touchbase_sms_\w+):")
_PAGE = """\
:github_url: https://github.com/touchbasepro/touchbasepro.sms/edit/main/{place}

.. _{label}.{name}_playbook:

{title}
{underline}

{head}

.. code-block:: shell

   ansible-playbook touchbasepro.sms.{name}

{uses}

.. code-block:: yaml+jinja

{text}
"""


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx write the pages before it looks for what there is."""
    app.connect("builder-inited", lambda app: write_pages(CHECKOUT, Path(app.srcdir)))
    return {"parallel_read_safe": True}


def playbooks(checkout: Path) -> dict[str, Path]:
    """Find the playbooks to run by name, each with what follows the collection's name in its own.

    The examples are to be copied; their guides show them.
    """
    found = {}
    for path in sorted((checkout / "playbooks").rglob("*.yml")):
        parts = path.relative_to(checkout / "playbooks").with_suffix("").parts
        if parts[0] != "examples" and _PLAY.search(path.read_text(encoding="utf-8")):
            found[".".join(parts)] = path
    return found


def head(text: str) -> str:
    """Give the comment at the head of a playbook without its marks; it is what users are told."""
    found = _HEAD.match(text)
    lines = found[1].splitlines() if found else []
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)


def write_pages(checkout: Path, folder: Path) -> None:
    """Write a page for each playbook."""
    for name, path in playbooks(checkout).items():
        text = path.read_text(encoding="utf-8")
        body = _HEAD.sub("", text)
        summary = _NAME.search(text)
        title = f"touchbasepro.sms.{name} playbook -- {summary[1] if summary else name}"
        page = _PAGE.format(
            label=LABEL,
            name=name,
            place=path.relative_to(checkout).as_posix(),
            title=title,
            underline="=" * len(title),
            head="\n\n".join(map(_marked_up, head(text).split("\n\n"))),
            uses="\n".join(f"* {used}" for used in _uses(body)) or "Its text:",
            text=textwrap.indent(body, "   "),
        )
        (folder / f"{name}_playbook.rst").write_text(page, encoding="utf-8")


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

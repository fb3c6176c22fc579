# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every spelling in which a secret may stand in a text, and the search for them."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True)
class Secret:
    """A text that nobody may see."""

    name: str
    text: str


def spellings(text: str) -> dict[str, str]:
    """The same text as the formats spell it that results and reports are written in."""
    as_json = _in_json(text)
    return {
        "as it is": text,
        "in JSON": as_json,
        "in JSON in JSON": _in_json(as_json),
        "in Python": repr(text)[1:-1],
        "in HTML": html.escape(text),
        "in YAML": text.replace("'", "''"),
        "percent-encoded": quote(text, safe=""),
        "percent-encoded but its slashes": quote(text),
        "percent-encoded twice": quote(quote(text, safe="")),
        **{f"in Base64 behind {offset}": _in_base64(text, offset) for offset in range(3)},
    }


def found_in(text: str, secrets: Iterable[Secret]) -> list[str]:
    """Say which secrets a text holds, and how they are spelt there; case does not matter."""
    text = text.lower()
    other_alphabet = text.translate(str.maketrans("-_", "+/"))
    return [
        f"{secret.name} {how}"
        for secret in secrets
        for how, spelling in spellings(secret.text).items()
        if spelling.lower() in (other_alphabet if "Base64" in how else text)
    ]


def found_below(folder: Path, secrets: Iterable[Secret], but: Iterable[str]) -> list[str]:
    """Say which files below a folder hold secrets, apart from those of the given names."""
    secrets, but = list(secrets), set(but)
    return [
        f"{file.relative_to(folder)}: {found}"
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in but
        for found in found_in(file.read_text(encoding="utf-8", errors="replace"), secrets)
    ]


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_base64(text: str, offset: int) -> str:
    """The part of its Base64 form that does not depend on what stands around it.

    There are three, by how many bytes stand before it modulo three.
    """
    content = text.encode()
    whole = content[: len(content) - (len(content) + offset) % 3]
    digits = base64.b64encode(bytes(offset) + whole).decode()
    return digits[-(-offset * 8 // 6) :]

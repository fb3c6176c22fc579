# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for leaks finds what there is; a hunt that finds nothing means something then."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.acceptance.leaks.spellings import Secret, found_below, found_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = Secret("key", '0f3a"\\/+%&<é>c9==')
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in JSON in JSON": lambda text: json.dumps({"msg": json.dumps([text])}),
    "in Python": repr,
    "in HTML": html.escape,
    "percent-encoded": lambda text: f"?key={quote(text, safe='')}",
    "percent-encoded but its slashes": quote,
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
}


def in_base64(before: str, text: str, alphabet: bytes = b"+/") -> str:
    return base64.b64encode(f"{before}{text}, and more".encode(), altchars=alphabet).decode()


@pytest.mark.parametrize("how", WRITTEN)
def test_a_secret_is_found_as_formats_spell_it(how: str) -> None:
    text = f"Before {WRITTEN[how](SECRET.text)} after"

    assert f"key {how}" in found_in(text, [SECRET])


def test_case_does_not_hide_a_secret() -> None:
    assert "key percent-encoded" in found_in(quote(SECRET.text, safe="").lower(), [SECRET])


@pytest.mark.parametrize("alphabet", [b"+/", b"-_"], ids=["usual", "of addresses"])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "Bearer ", '{"api_key": "'])
def test_a_secret_is_found_in_base64_wherever_it_begins(before: str, alphabet: bytes) -> None:
    for text in (SECRET.text, SECRET.text + "f", SECRET.text + "ff"):
        found = found_in(in_base64(before, text, alphabet), [Secret("key", text)])

        assert [one.partition(" behind ")[0] for one in found] == ["key in Base64"]


def test_other_texts_hold_no_secret() -> None:
    text = f"0f3b {in_base64('Bearer ', '0f3b' + SECRET.text[4:])} {quote('0f3b/+')}"

    assert found_in(text, [SECRET]) == []


def test_every_file_below_a_folder_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "log").write_bytes(b"\xff\x00" + SECRET.text.encode())
    (tmp_path / "a" / "given").write_text(SECRET.text, encoding="utf-8")

    found = found_below(tmp_path, [SECRET], but=["given"])

    assert "a/b/log: key as it is" in found
    assert not [one for one in found if "given" in one]

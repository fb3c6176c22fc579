# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the site, on sites of a few lines; all else is said by Sphinx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checks import site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ('<a class="x" href="https://docs.ansible.com/one">Ansible</a> <img src="one.png">', None),
        ('<link rel="stylesheet" href="style.css"><script src="one.js"></script>', None),
        ('<a href="https://example.com/">', "https://example.com/ is not among the allowed places"),
        ('<script src="https://example.com/one.js"></script>', "loads https://example.com/one.js"),
        ('<link href="//example.com/a.css" rel="stylesheet">', "loads //example.com/a.css"),
        ("<style>p { src: url('https://example.com/a') }</style>", "loads https://example.com/a"),
    ],
)
def test_page_that_leads_astray_is_named(page: str, complaint: str | None, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page, "utf-8")
    assert list(site.astray(tmp_path)) == ([f"index.html: {complaint}"] if complaint else [])

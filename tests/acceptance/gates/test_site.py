# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of the site, on sites and playbooks of a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gates import playbook_pages, site
from tests.gates.links import Site

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '<a href="guide/one.html#part">One</a> <a href="https://docs.ansible.com/">Ansible</a>'


def built(folder: Path, index: str) -> Site:
    (folder / "guide").mkdir()
    (folder / "guide/one.html").write_text('<p id="part"><a href="../index.html">', "utf-8")
    (folder / "guide/two.html").write_text("nobody links here", "utf-8")
    (folder / "style.css").write_text("p { background: url(data:image/png;base64,AA) }", "utf-8")
    (folder / "index.html").write_text(index, "utf-8")
    return Site(folder)


def test_a_site_whose_links_all_lead_somewhere_is_good(tmp_path: Path) -> None:
    found = built(tmp_path, f'{GOOD}<link rel="stylesheet" href="style.css">')
    assert list(found.complaints()) == []
    assert found.reachable() == {"index.html", "guide/one.html"}
    assert found.external() == {"https://docs.ansible.com/": "index.html"}


@pytest.mark.parametrize(
    ("index", "complaint"),
    [
        ('<a href="guide/three.html">', "index.html: guide/three.html leads nowhere"),
        ('<a href="guide/one.html#whole">', "index.html: guide/one.html#whole leads nowhere"),
        ('<a href="../outside.html">', "index.html: ../outside.html leads nowhere"),
        ('<img src="guide/picture.png">', "index.html: guide/picture.png leads nowhere"),
        (
            '<script src="https://example.com/one.js"></script>',
            "index.html: loads https://example.com/one.js",
        ),
        (
            '<a href="https://example.com/">',
            "index.html: https://example.com/ is not among the allowed places",
        ),
    ],
)
def test_a_link_that_leads_nowhere_or_astray_is_named(
    index: str, complaint: str, tmp_path: Path
) -> None:
    assert list(built(tmp_path, index).complaints()) == [complaint]


@pytest.mark.parametrize("file", ["https://example.com/font.woff2", "font.woff2"])
def test_a_style_brings_along_what_it_loads(file: str, tmp_path: Path) -> None:
    found = built(tmp_path, GOOD)
    (tmp_path / "style.css").write_text(f"@font-face {{ src: url('{file}') }}", "utf-8")
    (complaint,) = found.complaints()
    assert complaint.startswith("style.css: ")
    assert file in complaint


def test_a_text_that_names_a_file_which_is_not_there_is_found_out(tmp_path: Path) -> None:
    place = "https://github.com/touchbasepro/touchbasepro.sms/blob/main"
    for name in ("CONTRIBUTING.md", "SECURITY.md"):
        (tmp_path / name).write_text("", "utf-8")
    raw = "https://raw.githubusercontent.com/touchbasepro/touchbasepro.sms/main"
    text = f"See [this]({place}/CONTRIBUTING.md), [that]({place}/docs/gone.rst#part)."
    picture = f"![Chart]({raw}/CONTRIBUTING.md) ![Chart]({raw}/docs/gone.svg)"
    (tmp_path / "README.md").write_text(f"{text}\n{picture}\n", "utf-8")
    assert list(site.stale_links(tmp_path)) == [
        f"README.md: {place}/docs/gone.rst#part: there is no such file",
        f"README.md: {raw}/docs/gone.svg: there is no such file",
    ]


def test_a_playbook_says_at_its_head_what_it_asks_for_and_hands_on(tmp_path: Path) -> None:
    book = (
        "---\n# Asks for survey_told.\n- name: Ask\n  hosts: localhost\n  vars:\n"
        "    one: \"{{ survey_told | default('') }}{{ survey_untold | default('') }}\"\n"
        "    touchbase_sms_ask_result: 1\n"
    )
    (tmp_path / "playbooks/tasks").mkdir(parents=True)
    (tmp_path / "playbooks/ask.yml").write_text(book, "utf-8")
    (tmp_path / "playbooks/tasks/part.yml").write_text("- name: No play\n  ping:\n", "utf-8")
    (tmp_path / "pages").mkdir()

    unsaid = playbook_pages.write_pages(tmp_path, tmp_path / "pages")

    assert unsaid == [
        "playbooks/ask.yml: the comment at its head does not mention survey_untold",
        "playbooks/ask.yml: the comment at its head does not mention touchbase_sms_ask_result",
    ]
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["ask_playbook.rst"]

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: built without a warning, and with nothing from hosts not expected."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from checks import results
from checks.results import Result
from checks.workspace import BUILD, Workspace, collections_path, tool

SETTINGS = Path("docs/site")

# How a URL begins where a page may send its reader; the last is the reader's own machine.
ALLOWED = (
    "https://docs.ansible.com/",
    "https://forum.ansible.com/",
    "https://galaxy.ansible.com/ui/repo/published/touchbasepro/sms/",
    "https://github.com/touchbasepro/touchbasepro.sms",
    "http://127.0.0.1:",
)
_LINK = re.compile(r'<a [^>]*href="(https?://[^"#]+)')
_LOADED = re.compile(
    r'<(?!a\b)[^>]*\b(?:src|href)="((?:https?:)?//[^"]+)'
    r"|(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)"
)


def site(workspace: Workspace) -> Result:
    """Build the site into build/site, and check what was built."""
    copy = workspace.stage("site")
    pages, built = workspace.folder / "site-pages", BUILD / "site"
    _write_pages(workspace, copy, pages)
    shutil.rmtree(built, ignore_errors=True)
    options = ("--builder", "html", "--fail-on-warning", "--keep-going", "--quiet")
    settings = ("--conf-dir", copy / SETTINGS, "--doctree-dir", workspace.folder / "site-doctrees")
    finished = workspace.run(tool("sphinx-build"), *options, *settings, pages, built, cwd=copy)
    if finished.status:
        return results.of_program(finished)
    remark = f"{len(list(built.rglob('*.html')))} pages"
    complaints = tuple(astray(built))
    return Result(int(not complaints), len(complaints), "", complaints, remark)


def _write_pages(workspace: Workspace, copy: Path, pages: Path) -> None:
    """Bring together what is generated, what is copied, and what is written for the site alone."""
    pages.mkdir(mode=0o755)
    pages.chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    workspace.run(
        tool("antsibull-docs"), "--config-file", copy / SETTINGS / "antsibull-docs.cfg",
        "collection", "--use-current", "--squash-hierarchy", "--fail-on-error",
        "--dest-dir", pages, "touchbasepro.sms",
        cwd=copy, env={"ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy))},
    ).checked()  # fmt: skip
    # No plugin reads the environment by itself: a page that says so would mislead.
    (pages / "environment_variables.rst").unlink()
    shutil.copy(copy / SETTINGS / "index.rst", pages / "index.rst")
    # A guide names the chart by its place beside the guides, and antsibull-docs copies texts alone.
    shutil.copytree(copy / "docs/performance", pages.parent / "performance")


def astray(built: Path) -> Iterator[str]:
    """Name links to hosts that are not allowed, and whatever is loaded from another host."""
    for path in sorted([*built.rglob("*.html"), *built.rglob("*.css")]):
        text = path.read_text(encoding="utf-8")
        page = path.relative_to(built)
        for url in dict.fromkeys(_LINK.findall(text)):
            if not url.startswith(ALLOWED):
                yield f"{page}: {url} is not among the allowed places"
        for loaded in _LOADED.findall(text):
            yield f"{page}: loads {''.join(loaded)}"

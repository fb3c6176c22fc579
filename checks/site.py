# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site, built without a warning."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from checks import results
from checks.results import Result
from checks.workspace import BUILD, Workspace, collections_path, tool

SETTINGS = Path("docs/site")


def site(workspace: Workspace) -> Result:
    """Build the site into build/site."""
    copy = workspace.stage("site")
    pages, built = workspace.folder / "site-pages", BUILD / "site"
    _write_pages(workspace, copy, pages)
    shutil.rmtree(built, ignore_errors=True)
    options = ("--builder", "html", "--fail-on-warning", "--keep-going", "--quiet")
    settings = ("--conf-dir", copy / SETTINGS, "--doctree-dir", workspace.folder / "site-doctrees")
    finished = workspace.run(tool("sphinx-build"), *options, *settings, pages, built, cwd=copy)
    remark = f"{len(list(built.rglob('*.html')))} pages"
    return replace(results.of_program(finished), remark=remark)


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

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: built without a warning, every page reachable, every link good."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag

from tests.gates import playbook_pages, verdicts
from tests.gates.bench import Bench, collections_path, tool
from tests.gates.links import Site
from tests.gates.programs import Finished
from tests.gates.verdicts import Verdict

SETTINGS = Path("docs/site")
PICTURES = Path("docs/performance")
EXTERNAL_LINKS = "external-links.txt"
_ADDRESS = re.compile(r"https://[^\s()<>]+")
_FILE = re.compile(
    r"https://(?:github\.com/touchbasepro/touchbasepro\.sms/(?:blob|edit|tree)"
    r"|raw\.githubusercontent\.com/touchbasepro/touchbasepro\.sms)/main/([^?#]*).*"
)


def site(bench: Bench) -> Verdict:
    """Build the site into build/site, and check what was built."""
    copy = bench.stage("site")
    pages, built = bench.folder / "site-pages", bench.folder / "site-built"
    unsaid = _write_pages(bench, copy, pages)
    if isinstance(unsaid, Finished):
        return verdicts.of_program(unsaid)
    finished = _build(bench, copy, pages, built)
    if finished.status:
        return verdicts.of_program(finished)
    found = Site(built)
    complaints = (
        *unsaid,
        *found.complaints(),
        *_missing(copy, found),
        *_moved(copy, found),
        *stale_links(copy),
    )
    _keep(bench, built, found)
    remark = f"{len(found.pages)} pages, {len(found.external())} links to other hosts"
    return Verdict(int(not complaints), len(complaints), "", complaints, remark)


def _write_pages(bench: Bench, copy: Path, pages: Path) -> list[str] | Finished:
    """Bring together what is generated, what is copied, and what is written for the site alone."""
    pages.mkdir(mode=0o755)
    pages.chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    generated = bench.run(
        tool("antsibull-docs"), "--config-file", copy / SETTINGS / "antsibull-docs.cfg",
        "collection", "--use-current", "--squash-hierarchy", "--fail-on-error",
        "--dest-dir", pages, "touchbasepro.sms",
        cwd=copy, env={"ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy))},
    )  # fmt: skip
    if generated.status:
        return generated
    # No plugin reads the environment by itself: a page that says so would mislead.
    (pages / "environment_variables.rst").unlink()
    shutil.copy(copy / SETTINGS / "index.rst", pages / "index.rst")
    # A guide names the chart by its place beside the guides, and antsibull-docs copies texts alone.
    shutil.copytree(copy / PICTURES, pages.parent / PICTURES.name)
    return playbook_pages.write_pages(copy, pages)


def _build(bench: Bench, copy: Path, pages: Path, built: Path) -> Finished:
    """Run Sphinx; whatever it warns of is an error, and all of it is shown."""
    options = ("--builder", "html", "--fail-on-warning", "--keep-going", "--quiet")
    settings = ("--conf-dir", copy / SETTINGS, "--doctree-dir", bench.folder / "site-doctrees")
    return bench.run(tool("sphinx-build"), *options, *settings, pages, built, cwd=copy)


def _missing(copy: Path, found: Site) -> Iterator[str]:
    """Name what has no page, or one that no reader gets to from the start page."""
    reachable = found.reachable()
    for page in sorted(expected(copy)):
        path, place = urldefrag(page)
        if path not in found.pages or (place and place not in found.pages[path].places):
            yield f"{page}: there is no such page"
        elif path not in reachable:
            yield f"{page}: no link leads there from the start page"


def _moved(copy: Path, found: Site) -> Iterator[str]:
    """Name links to files of the repository that it does not have."""
    for address, page in found.external().items():
        file = _FILE.fullmatch(address)
        if file and not (copy / file[1]).exists():
            yield f"{page}: {address}: there is no such file"


def stale_links(copy: Path) -> Iterator[str]:
    """Name links to files that the repository does not have in what is read outside the site."""
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        for address in _ADDRESS.findall((copy / name).read_text(encoding="utf-8")):
            file = _FILE.fullmatch(address)
            if file and not (copy / file[1]).exists():
                yield f"{name}: {address}: there is no such file"


def expected(copy: Path) -> set[str]:
    """Give the pages that there must be, by what the collection has."""
    role = "touchbase_sms_role.html#ansible-collections-touchbasepro-sms-touchbase-sms-role"
    entry_points = _entry_points(copy / "roles/touchbase_sms/meta/argument_specs.yml")
    return {
        "search.html",
        *(f"{path.stem}_module.html" for path in (copy / "plugins/modules").glob("*.py")),
        *(f"{role}-entrypoint-{name}" for name in entry_points),
        *(f"docsite/{path.stem}.html" for path in (copy / "docs/docsite/rst").glob("*.rst")),
        *(f"{name}_playbook.html" for name in playbook_pages.playbooks(copy)),
    }


def _entry_points(specs: Path) -> list[str]:
    import yaml  # noqa: PLC0415 - not needed to print the help

    return list(yaml.safe_load(specs.read_text(encoding="utf-8"))["argument_specs"])


def _keep(bench: Bench, built: Path, found: Site) -> None:
    """Leave the site where people look for it, with the links that nobody could follow here."""
    kept = bench.build / "site"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.move(built, kept)
    lines = sorted(f"{address}  ({page})" for address, page in found.external().items())
    (bench.build / EXTERNAL_LINKS).write_text("\n".join(lines) + "\n", encoding="utf-8")

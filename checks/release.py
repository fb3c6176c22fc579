# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: the changelog, a commit, a tag, the archive, and what Galaxy's importer says to it.

All of it is made in a second working tree of the repository. Only when all of it is there, the tag
is set and the branch moved up to it; until then, the checkout and the branch are as they were.
Nothing is published.

The version is demanded in galaxy.yml, rather than written there: what was checked is what is
released, but for the changelog. A test demands the same one in all files that state it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from checks import workspace as programs
from checks.tools import nox_in
from checks.workspace import COLLECTION, OWN_HOME, ROOT, Failed, Workspace, read_yaml, tool

BRANCH = "main"
SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# Sections of the changelog that ask for more than a patch (semver.org, 7 and 8).
ASK_FOR_MAJOR = {"breaking_changes", "removed_features"}
ASK_FOR_MINOR = {"major_changes", "minor_changes", "deprecated_features"}

Pack = Callable[[Workspace, Path], list[Path]]


@dataclass(frozen=True)
class Repository:
    """The checkout that is released from."""

    workspace: Workspace
    root: Path = ROOT

    def git(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run git; give what it prints.

        :raises Failed: it ended with an error.
        """
        return self.try_git(*arguments, cwd=cwd).checked().strip()

    def try_git(self, *arguments: str | Path, cwd: Path | None = None) -> programs.Finished:
        """Run git, with the name and the keys that its user has set up."""
        return self.workspace.run("git", *arguments, cwd=cwd or self.root, env=OWN_HOME)


def archive_and_report(workspace: Workspace, tree: Path) -> list[Path]:
    """Build the archive, and let Galaxy's importer report on it."""
    session = "build-import-check"
    result = nox_in(workspace, tree, [session])
    if result.failed:
        raise Failed(f"The archive cannot be imported:\n{result.output}")
    archive = next((tree / ".nox" / session / "tmp/collection").glob("*.tar.gz"))
    report = archive.with_name(archive.name.replace(".tar.gz", ".importer.txt"))
    report.write_text(result.output, encoding="utf-8")
    return [archive, report]


def release(
    workspace: Workspace,
    version: str,
    check: Callable[[], int],
    *,
    root: Path = ROOT,
    pack: Pack = archive_and_report,
) -> int:
    """Release a version; give the exit status.

    :param check: runs every check; gives 0 if they passed.
    :param pack: makes the archive and the report on it from a working tree.
    """
    repository = Repository(workspace, root)
    try:
        _check(repository, version, check)
        files = _record(repository, version, pack)
    except Failed as reason:
        print(f"NOT RELEASED\n{reason}", flush=True)
        return 1
    names = [path.relative_to(root) for path in files]
    print(f"\nReleased {version} in this repository: a commit, a tag, and", *names, sep="\n  ")
    print("Nothing has been published. To publish:")
    print(f"  git push --atomic origin {BRANCH} refs/tags/{version}")
    print(f"  ansible-galaxy collection publish {names[0]}")
    print("To take it back, as long as nothing is published:")
    print(f"  git reset --keep {version}~1 && git tag --delete {version}", flush=True)
    return 0


def _about_checkout(repository: Repository) -> Iterator[str]:
    branch = repository.git("branch", "--show-current")
    if branch != BRANCH:
        yield f"Releases are made on the branch {BRANCH}, and this is {branch or 'no branch'}."
    if repository.try_git("var", "GIT_COMMITTER_IDENT").status:
        yield "git does not know who releases: set user.name and user.email."
    changed = repository.git("status", "--porcelain")
    if changed:
        yield f"There are changes that are not committed:\n{changed}"


def _about_version(repository: Repository, version: str) -> Iterator[str]:
    if not SEMANTIC.fullmatch(version):
        yield f"{version!r} is no version like 1.2.3; give one: make release VERSION=1.2.3"
        return
    stated = _read(repository, "galaxy.yml").get("version")
    if stated != version:
        yield f"galaxy.yml says {stated}, not {version}."
    yield from _about_order(repository, Version(version))


def _about_order(repository: Repository, version: Version) -> Iterator[str]:
    """Compare a version with the last one, and with what the fragments announce."""
    changelog = _read(repository, "changelogs/changelog.yaml")
    known = [*changelog.get("releases", {}), *repository.git("tag").splitlines()]
    last = max((Version(one) for one in known if SEMANTIC.fullmatch(one)), default=Version("0"))
    fragments = repository.root.glob("changelogs/fragments/*.y*ml")
    sections = {section for path in fragments for section in _read(repository, path)}
    least = f"{last.major}.{last.minor}.{last.micro + 1}"
    if sections & ASK_FOR_MAJOR:
        least = f"{last.major + 1}.0.0"
    elif sections & ASK_FOR_MINOR:
        least = f"{last.major}.{last.minor + 1}.0"
    if version <= last:
        yield f"{version} is not greater than {last}, which was released."
    if not sections:
        yield "There is no fragment in changelogs/fragments: nothing to release."
    elif last < version < Version(least):
        why = ", ".join(sorted(sections))
        yield f"After {last}, the fragments ({why}) ask for {least} at least."


def _check(repository: Repository, version: str, check: Callable[[], int]) -> None:
    """Run the checks if nothing else is wrong, and make sure that what they saw is still there."""
    reasons = [*_about_checkout(repository), *_about_version(repository, version)]
    if reasons:
        raise Failed("\n".join(reasons))
    before = repository.git("rev-parse", "HEAD")
    if check():
        raise Failed("The checks have not passed.")
    if repository.git("rev-parse", "HEAD") != before or list(_about_checkout(repository)):
        raise Failed("The checkout has changed while the checks ran.")


def _record(repository: Repository, version: str, pack: Pack) -> list[Path]:
    """Make everything aside; then let the repository have it. Give the files that were made."""
    tree = repository.workspace.folder / "release" / COLLECTION
    repository.git("worktree", "prune")
    repository.git("worktree", "add", "--quiet", "--detach", tree, "HEAD")
    try:
        _commit(repository, version, tree)
        made = pack(repository.workspace, tree)
        title = f"touchbasepro.sms {version}"
        repository.git("tag", "--annotate", "--message", title, version, cwd=tree)
        try:
            repository.git("merge", "--quiet", "--ff-only", f"refs/tags/{version}")
        except BaseException:
            repository.git("tag", "--delete", version)
            raise
        build = repository.root / "build"
        build.mkdir(exist_ok=True)
        return [Path(shutil.copy2(path, build)) for path in made]
    finally:
        repository.git("worktree", "remove", "--force", tree)


def _commit(repository: Repository, version: str, tree: Path) -> None:
    """Turn the fragments into an entry of the changelog, and commit that."""
    command = (tool("antsibull-changelog"), "release", "--version", version)
    repository.workspace.run(*command, cwd=tree).checked()
    repository.git("add", "--all", cwd=tree)
    repository.git("commit", "--quiet", "--message", f"Release {version}", cwd=tree)


def _read(repository: Repository, path: str | Path) -> dict[str, Any]:
    return read_yaml((repository.root / path).read_text(encoding="utf-8"))

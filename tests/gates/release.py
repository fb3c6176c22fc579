# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release: the changelog, a commit, a tag, the archive, and what Galaxy's importer says to it.

All of it is made in a second working tree of the repository. Only when all of it is there, the tag
is set and the branch moved up to it; until then, the checkout and the branch are as they were. Such
a tag is the proof that the checks have passed: releasing the same version once more takes up from
there, so that archive and report can be had again. Nothing is published.

The version is demanded in the files that state it, rather than written to them: what was checked is
what is released, but for the changelog.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gates import tarball
from tests.gates.bench import COLLECTION, ROOT, Bench, own_home, tool
from tests.gates.programs import Finished

BRANCH = "main"
TRANSPORT = "plugins/module_utils/_http/transport.py"
STATING = (
    *("galaxy.yml", "execution-environment.yml", "decision-environment.yml"),
    *("README.md", TRANSPORT),
    *("docs", "playbooks", "simulator"),
)
# A lower bound (">=1.2.3") states no version of this release, nor does a version_added.
STATED = re.compile(
    r"""(?: ^version:[ ] | ^(?:VERSION|version)[ ]=[ ]" | touchbasepro\.sms@
        | name:[ ]touchbasepro\.sms\n[ ]+version:[ ]
        | _project_branch:[ ] | --branch[ ] | touchbasepro-sms(?:-|-[ed]e:) )
        (?P<version>\d+\.\d+\.\d+)""",
    re.MULTILINE | re.VERBOSE,
)
SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# Sections of the changelog that ask for more than a patch (semver.org, 7 and 8).
ASK_FOR_MAJOR = {"breaking_changes", "removed_features"}
ASK_FOR_MINOR = {"major_changes", "minor_changes", "deprecated_features"}

Version = tuple[int, ...]
Pack = Callable[[Bench, Path], list[Path]]


class Refused(Exception):
    """There will be no release; the text says why, a line for each reason."""


@dataclass(frozen=True)
class Repository:
    """The checkout that is released from."""

    bench: Bench
    root: Path

    def git(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Run git; give what it prints.

        :raises Refused: it failed.
        """
        finished = self.try_git(*arguments, cwd=cwd)
        if finished.status:
            command = " ".join(map(str, arguments))
            raise Refused(f"git {command} failed:\n{finished.output}")
        return finished.output.strip()

    def try_git(self, *arguments: str | Path, cwd: Path | None = None) -> Finished:
        """Run git, with the name and the keys that its user has set up."""
        return self.bench.run("git", *arguments, cwd=cwd or self.root, env=own_home())

    def has_tag(self, version: str) -> bool:
        """Say whether this version was released."""
        return self.try_git("rev-parse", "--verify", f"refs/tags/{version}").status == 0

    @contextlib.contextmanager
    def working_tree(self, commit: str) -> Iterator[Path]:
        """Give a second working tree, at a commit and on no branch."""
        place = self.bench.folder / "release" / COLLECTION
        self.git("worktree", "prune")
        self.git("worktree", "add", "--quiet", "--detach", place, commit)
        try:
            yield place
        finally:
            self.git("worktree", "remove", "--force", place)


def release(
    bench: Bench,
    version: str,
    check: Callable[[], int],
    *,
    root: Path = ROOT,
    pack: Pack | None = None,
) -> int:
    """Release a version; give the exit status.

    :param check: runs every check; gives 0 if they passed.
    :param pack: makes the archive and the report on it from a working tree.
    """
    repository = Repository(bench, root)
    try:
        again = _demand(repository, version)
        if not again:
            _check(repository, check)
        files = _record(repository, version, pack or archive_and_report, again=again)
    except Refused as refusal:
        print(f"NOT RELEASED\n{refusal}", flush=True)
        return 1
    _print_what_follows(repository, version, files, again=again)
    return 0


def _demand(repository: Repository, version: str) -> bool:
    """Refuse what cannot be released; say whether it was released already.

    :raises Refused: with every reason at once.
    """
    if not SEMANTIC.fullmatch(version):
        raise Refused(f"{version!r} is no version like 1.2.3; give one: make release VERSION=1.2.3")
    reasons = list(_about_checkout(repository))
    again = repository.has_tag(version)
    if not again:
        reasons += _about_version(repository, version)
    elif not _is_release(repository, version):
        reasons.append(
            f"There is a tag {version} that no release has set. Delete it first: "
            f"git tag --delete {version}"
        )
    if reasons:
        raise Refused("\n".join(reasons))
    return again


def _about_checkout(repository: Repository) -> Iterator[str]:
    branch = repository.git("branch", "--show-current")
    if branch != BRANCH:
        yield f"Releases are made on the branch {BRANCH}, and this is {branch or 'no branch'}."
    if repository.try_git("var", "GIT_COMMITTER_IDENT").status:
        yield "git does not know who releases: set user.name and user.email."
    changed = repository.git("status", "--porcelain")
    if changed:
        yield f"There are changes that are not committed:\n{changed}"


def _is_release(repository: Repository, version: str) -> bool:
    """A release sets an annotated tag on a commit whose changelog has the version."""
    tag = f"refs/tags/{version}"
    if repository.git("cat-file", "-t", tag) != "tag":
        return False
    changelog = repository.try_git("show", f"{tag}:changelogs/changelog.yaml")
    return not changelog.status and version in _parse_yaml(changelog.output).get("releases", {})


def _about_version(repository: Repository, version: str) -> Iterator[str]:
    stated = stated_versions(repository)
    for place, other in stated.items():
        if other != version:
            yield f"{place} says {other}, not {version}."
    for path in ("galaxy.yml", TRANSPORT):
        if not any(place.startswith(f"{path}:") for place in stated):
            yield f"{path} does not say which version it is."
    last = _last_release(repository)
    if last and _parsed(version) <= last:
        yield f"{version} is not greater than {_spelt(last)}, which was released."
    sections = _sections_of_fragments(repository.root)
    if not sections:
        yield "There is no fragment in changelogs/fragments: nothing to release."
    elif last and _parsed(version) < _least(last, sections):
        least, why = _spelt(_least(last, sections)), ", ".join(sorted(sections))
        yield f"After {_spelt(last)}, the fragments ({why}) ask for {least} at least."


def stated_versions(repository: Repository) -> dict[str, str]:
    """Find every place that states the version of the collection, as path and line."""
    found = {}
    known = ("--cached", "--others", "--exclude-standard")
    for name in repository.git("ls-files", *known, "--", *STATING).splitlines():
        text = (repository.root / name).read_text(encoding="utf-8", errors="replace")
        for statement in STATED.finditer(text):
            line = text.count("\n", 0, statement.start("version")) + 1
            found[f"{name}:{line}"] = statement["version"]
    return found


def _last_release(repository: Repository) -> Version | None:
    """Give the greatest version that the changelog or a tag knows."""
    changelog = _read_yaml(repository.root / "changelogs/changelog.yaml")
    known = [*changelog.get("releases", {}), *repository.git("tag").splitlines()]
    return max((_parsed(one) for one in known if SEMANTIC.fullmatch(one)), default=None)


def _sections_of_fragments(root: Path) -> set[str]:
    fragments = sorted((root / "changelogs/fragments").glob("*.y*ml"))
    return {section for fragment in fragments for section in _read_yaml(fragment)}


def _least(last: Version, sections: set[str]) -> Version:
    """Give the least version that may follow, by what the fragments announce."""
    major, minor, patch = last
    if sections & ASK_FOR_MAJOR:
        return (major + 1, 0, 0)
    if sections & ASK_FOR_MINOR:
        return (major, minor + 1, 0)
    return (major, minor, patch + 1)


def _check(repository: Repository, check: Callable[[], int]) -> None:
    """Run the checks, and make sure that what they have seen is still what is there."""
    before = repository.git("rev-parse", "HEAD")
    if check():
        raise Refused("The checks have not passed.")
    if repository.git("rev-parse", "HEAD") != before or list(_about_checkout(repository)):
        raise Refused("The checkout has changed while the checks ran.")


def _record(repository: Repository, version: str, pack: Pack, *, again: bool) -> list[Path]:
    """Make everything aside; then let the repository have it. Give the files that were made."""
    build = repository.root / "build"
    with repository.working_tree(f"refs/tags/{version}" if again else "HEAD") as tree:
        if not again:
            _commit(repository, version, tree)
        made = pack(repository.bench, tree)
        if not again:
            title = f"touchbasepro.sms {version}"
            repository.git("tag", "--annotate", "--message", title, version, cwd=tree)
        try:
            repository.git("merge", "--quiet", "--ff-only", f"refs/tags/{version}")
        except BaseException:
            if not again:
                repository.git("tag", "--delete", version)
            raise
    build.mkdir(exist_ok=True)
    return [Path(shutil.copy2(path, build)) for path in made]


def _commit(repository: Repository, version: str, tree: Path) -> None:
    """Turn the fragments into an entry of the changelog, and commit that."""
    command = (tool("antsibull-changelog"), "release", "--version", version)
    finished = repository.bench.run(*command, cwd=tree)
    if finished.status:
        raise Refused(f"antsibull-changelog failed:\n{finished.output}")
    repository.git("add", "--all", cwd=tree)
    repository.git("commit", "--quiet", "--message", f"Release {version}", cwd=tree)


def archive_and_report(bench: Bench, tree: Path) -> list[Path]:
    """Build the archive, and let Galaxy's importer report on it."""
    options = ("collection", "build", "--output-path", tarball.folder_of(bench))
    finished = bench.run(tool("ansible-galaxy"), *options, cwd=tree)
    if finished.status:
        raise Refused(f"The archive could not be built:\n{finished.output}")
    verdict = tarball.importer(bench)
    if verdict.failed:
        raise Refused(f"Galaxy's importer refuses the archive:\n{verdict.output}")
    archive = tarball.archive_of(bench)
    report = archive.with_name(archive.name.replace(".tar.gz", ".importer.txt"))
    report.write_text(verdict.output, encoding="utf-8")
    return [archive, report]


def _print_what_follows(
    repository: Repository, version: str, files: list[Path], *, again: bool
) -> None:
    names = [path.relative_to(repository.root) for path in files]
    word = "There was a tag already; made once more from it" if again else "A commit, a tag, and"
    print(f"\nReleased {version} in this repository. {word}:")
    print("\n".join(f"  {name}" for name in names))
    print("Nothing has been published. To publish:")
    print(f"  git push --atomic origin {BRANCH} refs/tags/{version}")
    print(f"  ansible-galaxy collection publish {names[0]}", flush=True)
    if not again:
        print("To take it back, as long as nothing is published:")
        print(f"  git tag --delete {version} && git reset --keep HEAD~1", flush=True)


def _parsed(version: str) -> Version:
    return tuple(int(part) for part in version.split("."))


def _spelt(version: Version) -> str:
    return ".".join(map(str, version))


def _read_yaml(path: Path) -> dict[str, Any]:
    return _parse_yaml(path.read_text(encoding="utf-8"))


def _parse_yaml(text: str) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - not needed to print the help

    content: dict[str, Any] = yaml.safe_load(text) or {}
    return content

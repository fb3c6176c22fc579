"""Releases, tried in small repositories: all that is refused, what is recorded, and what is not.

The checks and the archive are given to the function, and are others here; git and the changelog are
the real ones.
"""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from checks.release import release
from checks.workspace import Failed, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
FRAGMENT = "changelogs/fragments/one.yml"
FILES = {
    "galaxy.yml": "---\nnamespace: touchbasepro\nname: sms\nversion: 1.1.0\n"
    "readme: README.md\nauthors: [A tester]\n",
    "changelogs/config.yaml": (ROOT / "changelogs/config.yaml").read_text(encoding="utf-8"),
    "changelogs/changelog.yaml": "---\nancestor: null\nreleases:\n  1.0.0:\n"
    "    release_date: '2026-01-01'\n",
    FRAGMENT: "---\nminor_changes:\n  - Something more.\n",
    ".gitignore": "/build/\n/changelogs/.plugin-cache.yaml\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository that is ready for its release 1.1.0."""
    folder = tmp_path / "checkout"
    _write(folder, FILES)
    _git(folder, "init", "--quiet", "--initial-branch", "main")
    for name, value in (("user.name", "A tester"), ("user.email", "tester@example.org")):
        _git(folder, "config", name, value)
    _commit(folder)
    return folder


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def _git(folder: Path, *arguments: str) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return finished.stdout.strip()


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "A change")


def _state(folder: Path) -> list[str]:
    """Whatever a release could change: files, commits, tags, branches, working trees."""
    commands = (
        ("status", "--porcelain", "--ignored"),
        ("for-each-ref",),
        ("rev-parse", "HEAD"),
        ("worktree", "list"),
        ("diff", "HEAD"),
    )
    return [_git(folder, *command) for command in commands]


def _archive(_workspace: Workspace, tree: Path) -> list[Path]:
    assert "v1-1-0" in (tree / "CHANGELOG.md").read_text(encoding="utf-8")
    archive = tree.parent / "archive.tar.gz"
    archive.write_bytes(b"an archive")
    return [archive]


def _release(
    checkout: Path,
    version: str = "1.1.0",
    check: Callable[[], int] = lambda: 0,
    pack: Callable[[Workspace, Path], list[Path]] = _archive,
) -> int:
    with Workspace() as workspace:
        return release(workspace, version, check, root=checkout, pack=pack)


def _change(name: str, content: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        _write(folder, {name: content})
        _commit(folder)

    return change


def _on_another_branch(folder: Path) -> None:
    _git(folder, "switch", "--quiet", "--create", "topic")


def _of_nobody(folder: Path) -> None:
    _git(folder, "config", "user.useConfigOnly", "true")
    _git(folder, "config", "user.name", "")


def _as_it_is(_folder: Path) -> None:
    """Change nothing."""


BREAKING = "---\nbreaking_changes: [All is different.]\n"
REFUSALS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "no version": ("", _as_it_is, "make release VERSION=1.2.3"),
    "not three numbers": ("1.1", _as_it_is, "'1.1' is no version like 1.2.3"),
    "leading zero": ("1.01.0", _as_it_is, "'1.01.0' is no version"),
    "new file": ("1.1.0", lambda it: _write(it, {"new.txt": ""}), "not committed:\n?? new.txt"),
    "branch": ("1.1.0", _on_another_branch, "on the branch main, and this is topic."),
    "other version": ("1.2.0", _as_it_is, "galaxy.yml says 1.1.0, not 1.2.0."),
    "released": ("1.0.0", _as_it_is, "1.0.0 is not greater than 1.0.0, which was released."),
    "tagged": ("1.1.0", lambda it: _git(it, "tag", "1.1.1"), "1.1.0 is not greater than 1.1.1"),
    "nobody": ("1.1.0", _of_nobody, "git does not know who releases"),
    "no fragment": ("1.1.0", _change(FRAGMENT, ""), "nothing to release"),
    "breaking": ("1.1.0", _change(FRAGMENT, BREAKING), "(breaking_changes) ask for 2.0.0 at least"),
    "minor": ("1.0.1", _as_it_is, "(minor_changes) ask for 1.1.0 at least."),
}


@pytest.mark.parametrize(("version", "prepare", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_refused_release_runs_no_check_and_changes_nothing(
    version: str,
    prepare: Callable[[Path], object],
    reason: str,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare(checkout)
    before = _state(checkout)

    assert _release(checkout, version, check=pytest.fail) == 1

    assert reason in capsys.readouterr().out
    assert _state(checkout) == before


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        (_as_it_is, 1, "The checks have not passed."),
        (_change("README.md", ""), 0, "has changed while the checks ran"),
        (_on_another_branch, 0, "has changed while the checks ran"),
    ],
    ids=["failed", "commit", "branch"],
)
def test_release_of_what_has_not_passed_the_checks_is_refused(
    change: Callable[[Path], None],
    status: int,
    reason: str,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def check() -> int:
        change(checkout)
        return status

    assert _release(checkout, check=check) == 1
    assert reason in capsys.readouterr().out
    assert _git(checkout, "tag") == ""
    assert "Release" not in _git(checkout, "log", "--format=%s")


@pytest.mark.parametrize("failure", [Failed("no such luck"), SystemExit(130)], ids=repr)
def test_release_that_fails_half_way_leaves_all_as_it_was(
    failure: BaseException, checkout: Path
) -> None:
    def pack(*_: object) -> list[Path]:
        raise failure

    before = _state(checkout)
    with contextlib.suppress(SystemExit):
        assert _release(checkout, pack=pack) == 1
    assert _state(checkout) == before


def test_edit_during_a_release_is_kept_and_removes_the_tag(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fragment = {FRAGMENT: "---\nminor_changes:\n  - Something better.\n"}

    def pack(workspace: Workspace, tree: Path) -> list[Path]:
        _write(checkout, fragment)
        return _archive(workspace, tree)

    assert _release(checkout, pack=pack) == 1

    assert "git merge" in capsys.readouterr().out
    assert _git(checkout, "tag") == ""
    assert _git(checkout, "log", "--format=%s") == "A change"
    assert (checkout / FRAGMENT).read_text(encoding="utf-8") == fragment[FRAGMENT]


def test_release_is_a_commit_a_tag_and_an_archive(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _release(checkout) == 0

    told = capsys.readouterr().out
    assert "git push --atomic origin main refs/tags/1.1.0" in told
    assert "ansible-galaxy collection publish build/archive.tar.gz" in told
    assert (checkout / "build/archive.tar.gz").read_bytes() == b"an archive"
    assert _git(checkout, "status", "--porcelain") == ""
    assert _git(checkout, "log", "--format=%s %an %D") == (
        "Release 1.1.0 A tester HEAD -> main, tag: 1.1.0\nA change A tester"
    )
    assert _git(checkout, "cat-file", "-t", "1.1.0") == "tag"
    assert not (checkout / FRAGMENT).exists()
    changelog = yaml.safe_load((checkout / "changelogs/changelog.yaml").read_text("utf-8"))
    assert changelog["releases"]["1.1.0"]["changes"] == {"minor_changes": ["Something more."]}

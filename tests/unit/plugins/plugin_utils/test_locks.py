"""The locks of owners: whom they exclude, where they are kept, and when they end."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._locks import creation_locks

ACCOUNT = "https://api.example.org the-key-of-the-account"
FORK = multiprocessing.get_context("fork")


@contextmanager
def held_elsewhere(folder: Path, *owners: str) -> Iterator[Callable[[], None]]:
    """Another process that holds the locks; the function kills it."""
    is_held, never = FORK.Event(), FORK.Event()

    def hold() -> None:
        with creation_locks(folder, folder, ACCOUNT, owners):
            is_held.set()
            never.wait()

    process = FORK.Process(target=hold)
    process.start()
    assert is_held.wait(10.0)
    try:
        yield process.kill
    finally:
        process.kill()
        process.join()


def is_free(folder: Path, *owners: str, account: str = ACCOUNT) -> bool:
    try:
        with creation_locks(folder, folder, account, owners, wait=0.0):
            return True
    except NotPlannable:
        return False


def test_lock_excludes_the_same_owner_of_the_same_account(tmp_path: Path) -> None:
    locks = creation_locks(tmp_path, tmp_path, ACCOUNT, ["campaign 2"], wait=0.0)
    with held_elsewhere(tmp_path, "campaign 1", "campaign 2"):
        with pytest.raises(NotPlannable, match="run_once: true"), locks:
            pass
        assert not is_free(tmp_path, "campaign 1", "campaign 3")
        assert is_free(tmp_path, "campaign 3")
        assert is_free(tmp_path, "campaign 1", account="another key")


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path, "campaign 1") as kill:
        kill()
        with creation_locks(tmp_path, tmp_path, ACCOUNT, ["campaign 1"], wait=10.0):
            """It is free as soon as the process has ended."""


def test_lock_that_timed_out_leaves_none_behind(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path, "campaign 1"):
        assert not is_free(tmp_path, "campaign 1", "campaign 2", "campaign 3")
        with held_elsewhere(tmp_path, "campaign 2", "campaign 3"):
            """Held by another process than this one."""


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_lock_is_in_the_fallback_if_the_folder_cannot_be_made(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    fallback = tmp_path / "fallback"

    with creation_locks(tmp_path / place, fallback, ACCOUNT, ["campaign 1"]):
        assert len(list(fallback.iterdir())) == 1


def test_block_runs_without_locks_where_no_file_can_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", no_locks)

    assert is_free(tmp_path, "campaign 1")


def test_files_are_private_and_show_neither_key_nor_owner(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "touchbasepro.sms"
    with creation_locks(folder, tmp_path, ACCOUNT, ["campaign 1"]):
        (file,) = folder.iterdir()

    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert "key" not in file.name
    assert file.read_bytes() == b""

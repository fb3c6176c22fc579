# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs checks side by side and tells, one by one and in a closing line, how they went."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from checks.results import Result
from checks.workspace import Workspace

Check = Callable[[Workspace], Result]


def run_checks(workspace: Workspace, checks: Mapping[str, Check], *, workers: int = 2) -> int:
    """Run checks in their order, as many at once as there are workers; give the exit status."""
    started = time.monotonic()
    done: list[tuple[str, Result]] = []
    cpu_in_all = 0.0
    with ThreadPoolExecutor(workers) as pool:
        try:
            futures = [pool.submit(_timed, workspace, *one) for one in checks.items()]
            for future in as_completed(futures):
                name, result, seconds, cpu = future.result()
                done.append((name, result))
                cpu_in_all += cpu
                _print_result(name, result, seconds, cpu)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            workspace.stop()
            raise
    return _close(done, time.monotonic() - started, cpu_in_all)


def _timed(workspace: Workspace, name: str, check: Check) -> tuple[str, Result, float, float]:
    """Run a check; one that breaks down has failed, and the others go on.

    The seconds of its CPU are true on a loaded machine too.
    """
    started, used = time.monotonic(), workspace.cpu_seconds()
    try:
        result = check(workspace)
    except Exception:  # noqa: BLE001 - whatever it was, it counts as a failure of this check alone
        result = Result(0, 1, traceback.format_exc(), ("the check itself broke down",))
    return name, result, time.monotonic() - started, workspace.cpu_seconds() - used


def _print_result(name: str, result: Result, seconds: float, cpu: float) -> None:
    """Print a line, and of a failed check all that the tools had to say."""
    word = "FAILED" if result.failed else "ok"
    remark = f"  ({result.remark})" if result.remark else ""
    counts = f"{result.passed} passed, {result.failed} failed"
    times = f"{seconds:6.1f} s  {cpu:6.1f} s of CPU"
    print(f"{word:<7} {name:<24} {times}  {counts}{remark}", flush=True)
    if result.failed:
        print("\n".join(f"    {complaint}" for complaint in result.complaints))
        if result.output.strip():
            print(f"----- output of {name}\n{result.output.rstrip()}\n----- end of {name}")


def _close(done: Sequence[tuple[str, Result]], seconds: float, cpu: float) -> int:
    """Print what failed, once more and in short, then the closing line; give the exit status."""
    passed = sum(result.passed for _name, result in done)
    failed = sum(result.failed for _name, result in done)
    if failed:
        print("\nWhat failed:")
        for name, result in done:
            print("".join(f"  {name}: {complaint}\n" for complaint in result.complaints), end="")
    print(f"\n{seconds:.0f} s in all, {cpu:.0f} s of CPU")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs gates side by side and tells, gate by gate and in one closing line, how they went."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from tests.gates.bench import Bench
from tests.gates.programs import Stopped
from tests.gates.verdicts import Verdict


@dataclass(frozen=True)
class Gate:
    """A check with a name; `after` names the gates whose results it needs."""

    name: str
    check: Callable[[Bench], Verdict]
    after: tuple[str, ...] = ()


class Tally:
    """Prints each verdict as it comes and keeps the count of all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.passed = 0
        self.failed = 0
        self.failures: list[str] = []

    def add(self, name: str, seconds: float, verdict: Verdict) -> None:
        """Count a verdict and print it; a failed one with all that the tools had to say."""
        with self._lock:
            self.passed += verdict.passed
            self.failed += verdict.failed
            word = "FAILED" if verdict.failed else "ok"
            counts = f"{verdict.passed} passed, {verdict.failed} failed"
            remark = f"  ({verdict.remark})" if verdict.remark else ""
            print(f"{word:<7} {name:<24} {seconds:6.1f} s  {counts}{remark}", flush=True)
            if verdict.failed:
                self.failures += [f"{name}: {complaint}" for complaint in verdict.complaints]
                print(_framed(name, verdict), flush=True)

    def close(self, seconds: float) -> int:
        """Print what failed, once more and in short, then the closing line; give exit status."""
        if self.failures:
            print("\nWhat failed:")
            print("\n".join(f"  {failure}" for failure in self.failures))
        print(f"\n{seconds:.0f} s in all")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def run_gates(bench: Bench, gates: Sequence[Gate], *, lanes: int = 2) -> int:
    """Run the gates in their order, as many at once as there are lanes; give the exit status."""
    started = time.monotonic()
    tally = Tally()
    waiting = list(gates)
    done: dict[str, bool] = {}
    under_way: dict[Future[bool], Gate] = {}
    with ThreadPoolExecutor(lanes) as pool:
        try:
            while waiting or under_way:
                for gate in _ready(waiting, done)[: lanes - len(under_way)]:
                    waiting.remove(gate)
                    under_way[pool.submit(_pass_through, bench, gate, done, tally)] = gate
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    done[under_way.pop(future).name] = future.result()
        finally:
            if under_way:
                bench.stop()
    return tally.close(time.monotonic() - started)


def _ready(waiting: Sequence[Gate], done: dict[str, bool]) -> list[Gate]:
    return [gate for gate in waiting if all(name in done for name in gate.after)]


def _pass_through(bench: Bench, gate: Gate, done: dict[str, bool], tally: Tally) -> bool:
    started = time.monotonic()
    broken = [name for name in gate.after if not done[name]]
    if broken:
        complaint = f"not run, because it needs {', '.join(broken)}"
        verdict = Verdict(0, 1, complaints=(complaint,))
    else:
        verdict = _check(bench, gate)
    tally.add(gate.name, time.monotonic() - started, verdict)
    return not verdict.failed


def _check(bench: Bench, gate: Gate) -> Verdict:
    """Ask a gate; one that breaks down has not been passed."""
    try:
        return gate.check(bench)
    except Stopped:
        raise
    except Exception:  # noqa: BLE001 - whatever it was, the other gates go on and this one counts
        return Verdict(0, 1, traceback.format_exc(), ("the check itself broke down",))


def _framed(name: str, verdict: Verdict) -> str:
    complaints = [f"    {complaint}" for complaint in verdict.complaints]
    if not verdict.output.strip():
        return "\n".join(complaints)
    output = [f"----- output of {name}", verdict.output.rstrip(), f"----- end of {name}"]
    return "\n".join([*complaints, *output])

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what is read from given figures, and that the guide has those of the repository."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from tests.benchmarks import report
from tests.benchmarks.__main__ import CHART, FIGURES, GUIDE
from tests.benchmarks.chart import draw
from tests.benchmarks.figures import Figures, Measurement, NotMeasured
from tests.benchmarks.lines import Line, lines
from tests.benchmarks.ratios import ratios
from tests.benchmarks.workloads import CONCURRENCY, FULL, QUICK, Workload, workloads


def measured(
    group: str,
    contender: str,
    webhooks: int,
    seconds: float,
    *,
    differing: int = 0,
    server: str = "minimal",
    memory_mb: int = 60,
) -> Measurement:
    """A measurement of three runs, of which the middle one took so many seconds."""
    workload = Workload(group, contender, webhooks, differing=differing, server=server, repeats=3)
    runs = (seconds + 50, seconds, seconds / 2)
    return Measurement(workload, runs, memory_mb, workload.cost.reads, workload.cost.writes, 1)


GIVEN = Figures(
    {"Python": "3.12.1"},
    4,
    [
        measured("one", "empty", 1, 0.5),
        measured("one", "uri_get", 1, 1.0),
        measured("one", "uri_one", 1, 1.5, differing=1),
        measured("one", "uri_one", 1, 1.1),
        measured("one", "webhook_one", 1, 0.7, differing=1),
        measured("loop", "empty", 51, 0.5),
        measured("loop", "uri_loop", 51, 41.5, differing=51),
        measured("loop", "uri_loop", 51, 21.1),
        measured("loop", "webhook_loop", 51, 1.52, differing=51),
        measured("loop", "webhook_loop", 51, 1.01),
        measured("set", "empty", 1000, 0.5),
        measured("set", "load_json", 1000, 0.6),
        measured("set", "webhooks_set", 1000, 2.5, differing=1000),
        measured("set", "webhooks_set", 1000, 0.9),
        measured("set", "bare_requests", 1000, 1.6, differing=1000),
        measured("large", "empty", 10000, 0.5),
        measured("large", "webhooks_set", 10000, 24.5, differing=10000, memory_mb=150),
        measured("module", "empty", 20, 0.5),
        measured("module", "uri_get_loop", 20, 8.5),
        measured("module", "webhook_module_loop", 20, 8.9),
        measured("server", "bare_requests", 1000, 2.0, differing=1000),
        measured("server", "bare_requests", 1000, 5.0, differing=1000, server="simulator"),
    ],
)


def test_ratios_are_those_of_the_medians() -> None:
    assert {one.name: str(one) for one in ratios(GIVEN)} == {
        "One webhook, differs: the play, against a play with one ``uri`` ``GET``": "0.70 ×",
        "Loop of 51, all differ: ``uri`` loops, against it": "27.3 ×",
        "Loop of 51, none differ: ``uri`` loops, against it": "20.9 ×",
        "Loop of 51, all differ: each webhook, above an empty play": "20.0 ms",
        "Loop of 51, none differ: each webhook, above an empty play": "10.0 ms",
        "Set of 1,000, all differ: above an empty play, against the script": "1.25 ×",
        "Set of 1,000, none differ: above an empty play": "0.40 s",
        "Set of 1,000, none differ: above an empty play that reads the same file": "0.30 s",
        "Set of 10,000, all differ: each webhook, above an empty play, against a set of 1,000": (
            "1.20 ×"
        ),
        "Set of 10,000, all differ: memory of the largest process": "150 MB",
        "Modules in a loop of 20, none differ: above an empty play, against ``uri`` ``GET``": (
            "1.05 ×"
        ),
        "1,000 webhooks, all differ: the script and the simulator, against the minimal server": (
            "2.50 ×"
        ),
    }


def test_a_ratio_of_what_was_not_measured_is_left_out() -> None:
    few = Figures({}, 1, GIVEN.measurements[:5])
    assert [str(one) for one in ratios(few)] == ["0.70 ×"]


def test_many_uri_requests_are_extrapolated_from_one_and_a_loop() -> None:
    assert GIVEN.extrapolated(1001, "all", 0) == pytest.approx(1.5 + 0.8 * 1000)
    assert GIVEN.extrapolated(1001, "none", 0) == pytest.approx(1.1 + 0.4 * 1000)
    with pytest.raises(NotMeasured):
        GIVEN.extrapolated(1001, "all", 50)


def test_the_chart_goes_on_where_uri_was_not_measured() -> None:
    uri, loop, whole_set, script, empty = lines(GIVEN, 0)
    first, *further = uri.extrapolated
    assert uri.measured == [(1, 1.5), (51, 41.5)]
    assert first == (51, 41.5)
    assert further == [(1000, pytest.approx(800.7)), (10000, pytest.approx(8000.7))]
    assert loop == Line("touchbase_sms_webhook, in a loop", [(1, 0.7), (51, 1.52)], [])
    assert whole_set.measured == [(1000, 2.5), (10000, 24.5)]
    assert script.measured == [(1000, 1.6)]
    assert empty.measured == [(1, 0.5), (51, 0.5), (1000, 0.5), (10000, 0.5)]


def test_one_group_measured_anew_takes_the_place_of_what_it_was() -> None:
    first, second, *others = GIVEN.measurements
    anew = replace(second, workload=replace(second.workload, repeats=9), seconds=(7.0,) * 9)
    new = replace(second, workload=replace(second.workload, group="role"))

    merged = GIVEN.with_anew(replace(GIVEN, measurements=[new, anew]))

    assert merged == replace(GIVEN, measurements=[first, anew, *others, new])


@pytest.mark.parametrize("changed", [{"cores": 99}, {"versions": {"Python": "4.0"}}])
def test_figures_of_another_machine_or_version_are_not_mixed(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="measure all"):
        GIVEN.with_anew(replace(GIVEN, **changed))


def test_figures_that_are_written_are_read_again() -> None:
    assert Figures.from_json(report.as_json(GIVEN)) == GIVEN


def test_a_table_has_a_row_for_each_workload_and_says_what_is_extrapolated() -> None:
    (table,) = [
        one for one in report.tables(GIVEN) if one.title == "1,000 webhooks of one campaign"
    ]
    assert [row[:3] for row in table.rows] == [
        ("empty play", "", "0.50 s"),
        ("empty play that reads the set from JSON", "", "0.60 s"),
        ("``touchbase_sms_webhooks``", "1,000", "2.50 s"),
        ("``touchbase_sms_webhooks``", "0", "0.90 s"),
        ("script with ``requests``, no Ansible", "1,000", "1.60 s"),
        ("``uri`` loops, ``GET`` and ``PUT``, extrapolated", "1,000", "13 min"),
        ("``uri`` loops, ``GET`` and ``PUT``, extrapolated", "0", "7 min"),
    ]
    assert table.rows[2][3:] == ("1,001", "1", "60 MB")
    assert table.rows[5][3:] == ("2,000", "2,000", "")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.504, "0.50 s"), (12.34, "12.3 s"), (800, "13 min"), (8000, "2.2 h")],
)
def test_a_time_has_as_many_digits_as_one_reads(seconds: float, text: str) -> None:
    assert report.duration(seconds) == text


def test_only_what_is_between_the_comments_is_written() -> None:
    guide = f"Before\n{report.BEGIN}\nold figures\n{report.END}\nAfter\n"
    written = report.with_figures(guide, GIVEN)
    assert written.startswith(f"Before\n{report.BEGIN}\n\nMeasured with Python 3.12.1, on 4 ")
    assert written.endswith(f"\n{report.END}\nAfter\n")
    assert "old figures" not in written
    with pytest.raises(ValueError, match="lacks"):
        report.with_figures("Before\nAfter\n", GIVEN)


def test_the_guide_has_the_figures_of_the_repository() -> None:
    figures = Figures.from_json(FIGURES.read_text(encoding="utf-8"))
    guide = GUIDE.read_text(encoding="utf-8")
    assert report.with_figures(guide, figures) == guide, "make bench writes them, nobody else"
    assert report.as_json(figures) == FIGURES.read_text(encoding="utf-8")


def test_the_chart_is_of_the_figures_of_the_repository() -> None:
    digest = hashlib.sha256(FIGURES.read_bytes()).hexdigest()
    drawn = draw(Figures.from_json(FIGURES.read_text(encoding="utf-8")), digest)
    assert CHART.read_text(encoding="utf-8") == drawn, "make bench draws it"


def test_the_figures_of_the_repository_are_of_everything_that_make_bench_measures() -> None:
    figures = Figures.from_json(FIGURES.read_text(encoding="utf-8"))
    planned = [one for group in workloads(FULL) for one in group]
    assert [one.workload for one in figures.measurements] == planned
    assert [len(one.seconds) for one in figures.measurements] == [one.repeats for one in planned]


@pytest.mark.parametrize(
    ("contender", "webhooks", "differing"),
    [
        *[(one, 1, differing) for one in ("uri_one", "webhook_one") for differing in (0, 1)],
        ("uri_get", 1, 0),
        *[(one, 50, differing) for one in ("uri_loop", "webhook_loop") for differing in (0, 50)],
        *[
            (one, webhooks, differing)
            for one in ("webhooks_set", "bare_requests")
            for webhooks in (1000, 10000)
            for differing in (0, webhooks // 100, webhooks)
        ],
        *[("empty", webhooks, 0) for webhooks in (1, 50, 1000, 10000)],
    ],
)
@pytest.mark.parametrize("latency_ms", [0, 50])
def test_make_bench_measures_what_is_compared(
    contender: str, webhooks: int, differing: int, latency_ms: int
) -> None:
    wanted = (contender, webhooks, differing, latency_ms, CONCURRENCY)
    found = [
        one
        for group in workloads(FULL)
        for one in group
        if wanted == (one.contender, one.webhooks, one.differing, one.latency_ms, one.concurrency)
        and one.server == "minimal"
        and one.group != "server"
    ]
    assert len(found) == 1


def test_a_quick_run_is_small_and_of_the_same_kinds() -> None:
    quick = [one for group in workloads(QUICK) for one in group]
    full = [one for group in workloads(FULL) for one in group]
    assert {one.group for one in quick} == {one.group for one in full}
    assert max(one.webhooks for one in quick) < 10
    assert {one.repeats for one in quick} == {1}

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings as a table to read, a file to use, and a paragraph to report."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from touchbase_simulator.behaviour import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from touchbase_simulator.probe.observations import Finding

_WIDTH = 100
_CONTRACT = Path(__file__).parents[1] / "openapi.yaml"
_HEADER = ("switch", "value", "certainty", "evidence")


def table(switches: Sequence[Finding], others: Sequence[Finding]) -> str:
    """One line a switch, then one for what else was looked at; long evidence is wrapped."""
    rows = [_HEADER] + [(one.subject, _value(one), one.certainty, one.evidence) for one in switches]
    beside = [(one.subject, one.evidence) for one in others]
    return "\n".join([*_aligned(rows), "", *_aligned([("beside the switches", ""), *beside])])


def behaviour_file(switches: Sequence[Finding]) -> str:
    """The switches as YAML; what was not observed stays at its default, and says so."""
    lines = [
        f"# What touchbase-simulator probe found out, by contract {contract_version()}. To use it:",
        "# touchbase-simulator serve --behaviour FILE",
        "---",
    ]
    for one in switches:
        certainty = one.certainty if one.value else f"{_unfit(one)}, so the default"
        lines += textwrap.wrap(f"# {certainty}: {one.evidence}", _WIDTH, subsequent_indent="#   ")
        lines.append(f"{one.subject}: {one.value or SWITCHES[one.subject][0]}")
    return "\n".join(lines) + "\n"


def paragraph(
    switches: Sequence[Finding], others: Sequence[Finding], *, kind: str, stopped: str
) -> str:
    """The same for an issue, with nothing of the account.

    :param kind: what the webhooks belong to, such as "a campaign".
    :param stopped: why the run was not finished; empty if it was.
    """
    told = [f"{one.subject}: {one.value or _unfit(one)} ({one.evidence})" for one in switches]
    told += [f"{one.subject}: {one.evidence}" for one in others]
    end = f" The run was not finished: {stopped}." if stopped else ""
    text = (
        f"Probe of the webhooks of {kind}, contract {contract_version()}. {'; '.join(told)}.{end}"
    )
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def contract_version() -> str:
    """The version of the description of the API that the probe goes by."""
    found = re.search(r"^  version: (\S+)$", _CONTRACT.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "unknown"


def _value(finding: Finding) -> str:
    return finding.value or ("none fits" if finding.certainty == "observed" else "-")


def _unfit(finding: Finding) -> str:
    return "no value fits" if finding.certainty == "observed" else finding.certainty


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines with columns; the last column is wrapped."""
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        head = "  ".join(cells) + "  "
        wrapped = textwrap.wrap(row[-1], max(30, _WIDTH - len(head))) or [""]
        lines.append((head + wrapped[0]).rstrip())
        lines += [" " * len(head) + more for more in wrapped[1:]]
    return lines

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo fails when it does not show what it promises."""

from __future__ import annotations

import pytest

from checks import demo

DIFF = '--- before\n+++ after\n-    "url": "a"\n+    "url": "b"\n\nchanged: [localhost]\n'
OTHER = DIFF.replace('"b"', '"c"')
AS_PROMISED = [
    (DIFF, "changed=1 failed=0", "GET"),
    (DIFF, "changed=1 failed=0", "GET PUT"),
    ("ok: [localhost]\n", "changed=0 failed=0", "GET"),
]


@pytest.mark.parametrize(
    ("run", "said", "complaint"),
    [
        (0, AS_PROMISED[0], None),
        (0, (DIFF, "changed=1 failed=1", "GET"), "lacks changed=1 and failed=0"),
        (1, (OTHER, "changed=1 failed=0", "GET PUT"), "different diffs"),
        (2, (DIFF, "changed=0 failed=0", "GET"), "the second run shows a diff"),
        (2, ("ok: [localhost]\n", "changed=1 failed=0", "GET"), "lacks changed=0"),
        (2, ("ok: [localhost]\n", "changed=0 failed=0", "GET PUT"), "requests"),
    ],
)
def test_demo_complains(run: int, said: tuple[str, str, str], complaint: str | None) -> None:
    runs = [said if number == run else one for number, one in enumerate(AS_PROMISED)]
    seen = [
        (diff + recap, [{"method": one} for one in methods.split()])
        for diff, recap, methods in runs
    ]

    complaints = list(demo.complaints_about(seen))

    assert bool(complaints) is (complaint is not None)
    assert complaint is None or complaint in " ".join(complaints)

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an operation in the test's process, and read texts as a result shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._operations.runner import (
    Mode,
    Operation,
    run_operation,
)
from ansible_collections.touchbasepro.sms.plugins.module_utils._progress import Progress
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import Renderer
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import KEY, without


def ran(
    operation: Operation,
    params: Mapping[str, Any],
    check: bool = False,
    diff: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The result of an operation, warnings included, without ``invocation``."""
    result = run_operation(operation, params, Mode(check, diff), progress=progress)
    return without(result, "invocation")


def shown(text: object) -> str:
    """A text, or the message of an error, as a result shows it where nothing is masked."""
    return Renderer(KEY).text(str(text))


def has_words(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Whether there are as many texts as words, and each text has its word."""
    return len(texts) == len(words) and all(word in text for word, text in zip(words, texts))

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages of failed tasks, without what only tests of their own look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import HELP

_CONTENT = re.compile(r"""(webhooks\[\d+\](?: "[^"]*")?) \([^)]*\)(?=[:,]|$)""")


def message(result: Mapping[str, Any]) -> str:
    """The message of a failed task, without the link to the guide."""
    text: str = result["msg"]
    return text.removesuffix(HELP).rstrip()


def short_labels(text: str) -> str:
    """The text with entries named by position and name alone."""
    return _CONTENT.sub(r"\1", text)


def problem_lines(text: str) -> list[str]:
    """The lines about the problems of a set that was not changed, with short labels."""
    first, *lines = text.splitlines()
    assert first == "Nothing was changed, because of these problems:"
    return [short_labels(line) for line in lines]

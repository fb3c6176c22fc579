# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress of a long task on the controller's stderr; private."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ansible.utils.display import Display

from ..module_utils._http.transport import block_signals
from ..module_utils._progress import Progress

INTERVAL = 5.0  # seconds


@contextmanager
def show_progress(task: str, progress: Progress) -> Iterator[None]:
    """Show the counts every ``INTERVAL`` seconds for as long as the block takes.

    On stderr, since stdout is read by programs, such as with the callback plugin ``json``.
    """
    is_over = threading.Event()

    def show() -> None:
        while not is_over.wait(INTERVAL):
            counts = str(progress)
            if counts:
                Display().display(f"{task}: {counts}", stderr=True)

    thread = threading.Thread(target=show, daemon=True)
    with block_signals():
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()

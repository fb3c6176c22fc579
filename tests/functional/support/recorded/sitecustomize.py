"""Python runs this at its start where this folder is on PYTHONPATH: what others can see of it.

Everybody on a machine can see a command line, and the user an environment. A machine of the tests
need not have a syslog; the journal's own library is hidden, so that there is only this one way.
Each goes to the file that a variable names, if there is one.
"""

from __future__ import annotations

import os
import sys
import syslog


def _record(variable: str, what: object) -> None:
    with open(os.environ.get(variable, os.devnull), "a", encoding="utf-8") as record:
        record.write(f"{what}\n")


_record("RECORDED_ARGUMENTS", sys.orig_argv)
_record("RECORDED_ENVIRONMENTS", os.environ)
sys.modules["systemd"] = None  # type: ignore[assignment]
syslog.syslog = lambda *given: _record("RECORDED_SYSLOG", given[-1])

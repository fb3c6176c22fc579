"""Runs a program, and writes how long it took and the memory of its largest process to a file.

A small process of its own, since the memory of a program is never told as less than that of the
process which started it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Take the file for the result, and the program with its arguments; end as it ended."""
    result, *command = sys.argv[1:]
    began = time.perf_counter()
    status = subprocess.call(command)
    seconds = time.perf_counter() - began
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    measured = {"seconds": seconds, "memory_mb": megabytes(largest)}
    Path(result).write_text(json.dumps(measured), encoding="utf-8")
    return status


def megabytes(maxrss: int) -> int:
    """Convert what the system gives: kibibytes, but on macOS bytes."""
    return round(maxrss * (1 if sys.platform == "darwin" else 1024) / 1_000_000)


if __name__ == "__main__":
    sys.exit(main())

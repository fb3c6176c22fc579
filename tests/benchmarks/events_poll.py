"""The event source without ansible-rulebook: it starts, and polls as often as it is told.

The processor time of the polls goes to stdout, since a process that waits for a minute between
them is not slow.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Take a file with declared webhooks, and a number of polls."""
    # As the file of the source does, with nothing but the folder of the collection.
    sys.path.append(os.environ["ANSIBLE_COLLECTIONS_PATH"])
    source_file = importlib.import_module(
        "ansible_collections.touchbasepro.sms.plugins.module_utils._events.source"
    )
    declared = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["declared_webhooks"]
    source = source_file.Source({"webhooks": declared})
    for _poll in range(int(sys.argv[2])):
        began = time.process_time()
        events = asyncio.run(source.poll())
        print(f"{time.process_time() - began:.2f} s of processor time, {len(events)} events")


if __name__ == "__main__":
    main()

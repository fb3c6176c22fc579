"""What an engineer writes without Ansible: read each list once, write what differs.

One session per thread, since a session must not be shared; the address and the key come from the
environment, as for the modules.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

BASE = os.environ["TOUCHBASE_API_URL"]
_of_thread = threading.local()


def session() -> requests.Session:
    """Give this thread's session."""
    if not hasattr(_of_thread, "session"):
        _of_thread.session = requests.Session()
        _of_thread.session.headers["Authorization"] = f"Bearer {os.environ['TOUCHBASE_API_KEY']}"
    own: requests.Session = _of_thread.session
    return own


def read(campaign: int) -> list[dict[str, Any]]:
    """Read the webhooks of a campaign."""
    answer = session().get(f"{BASE}/sms/campaigns/{campaign}/webhooks", timeout=30)
    answer.raise_for_status()
    records: list[dict[str, Any]] = answer.json()
    return records


def write(webhook: dict[str, Any]) -> None:
    """Make a webhook what is declared."""
    address = f"{BASE}/sms/campaigns/{webhook['campaign_id']}/webhooks/{webhook['webhook_id']}"
    body = {"Url": webhook["url"], "IsActive": webhook["active"]}
    session().put(address, json=body, timeout=30).raise_for_status()


def main() -> None:
    """Take a file with declared webhooks, and how many requests may be under way at a time."""
    declared = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["declared_webhooks"]
    campaigns = sorted({webhook["campaign_id"] for webhook in declared})
    with ThreadPoolExecutor(int(sys.argv[2])) as pool:
        lists = pool.map(read, campaigns)
        found = {record["Id"]: record for records in lists for record in records}
        differing = [
            webhook
            for webhook in declared
            for record in [found[webhook["webhook_id"]]]
            if (record["Url"], record["IsActive"]) != (webhook["url"], webhook["active"])
        ]
        list(pool.map(write, differing))


if __name__ == "__main__":
    main()

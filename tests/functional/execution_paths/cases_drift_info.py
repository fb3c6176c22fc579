# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases of touchbase_sms_drift_info for the table that runs on both execution paths."""

from __future__ import annotations

from tests.functional.execution_paths.cases import Case
from tests.functional.support.playbooks import DRIFT_INFO

_DECLARED = {"campaign_id": 9141, "webhook_id": 28, "active": True}

CASES = [
    Case(
        "drift_none",
        {"webhooks": [_DECLARED, {"campaign_id": 9141, "webhook_id": 29, "active": True}]},
        ("G", "G"),
        DRIFT_INFO,
    ),
    Case(
        "drift_of_many_kinds",
        {
            "webhooks": [
                {**_DECLARED, "url": "https://hooks.example.org/s3cret/moved"},
                {**_DECLARED, "webhook_id": 999, "url": "https://hooks.example.org/s3cret"},
                {"list_id": 512, "webhook_id": 26, "active": False},
                {"campaign_id": 9142, "webhook_id": 31, "active": True},
                {"list_id": 999, "webhook_id": 1, "state": "absent"},
            ],
            "owners": [{"scope": "message"}, {"list_id": 999}],
            "mask_url": True,
        },
        # A list for each owner, and the note of the one that is inactive.
        ("GGGGGG", "GGGGGG"),
        DRIFT_INFO,
    ),
    Case(
        "drift_by_name",
        {
            "defaults": {"campaign_name": "Clinic reminders, October", "active": True},
            "webhooks": [{"webhook_id": 28}],
            "kinds": ["missing"],
        },
        ("GG", "GG"),
        DRIFT_INFO,
    ),
    Case(
        "drift_of_empty_list",
        {"webhooks": [_DECLARED]},
        ("G", "G"),
        DRIFT_INFO,
        fault={"status": 404, "body": {"Code": 142, "Message": "Webhook record does not exist"}},
        warns=("That counts as an empty list",),
    ),
    Case(
        "drift_unread",
        {"webhooks": [{**_DECLARED, "state": "absent"}], "mask_url": True},
        ("G", "G"),
        DRIFT_INFO,
        fault={"status": 404, "body": "Not here"},
        fails="api_url is probably wrong",
    ),
    Case(
        "drift_of_nonsense",
        {"webhooks": [_DECLARED, {**_DECLARED, "activ": True}]},
        ("", ""),
        DRIFT_INFO,
        fails="webhooks[1] (campaign 9141, webhook 28): There is no option activ",
    ),
]

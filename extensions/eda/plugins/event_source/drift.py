# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events about webhooks of the TouchBasePro SMS API that are not as declared."""

from __future__ import annotations

import importlib
import os
import sys
import types
from typing import Any

DOCUMENTATION = r"""
short_description: Tell when webhooks of the TouchBasePro SMS API are not as declared
version_added: 1.1.0
description:
  - Reads the webhooks again and again, compares them as
    M(touchbasepro.sms.touchbase_sms_drift_info) does, and writes nothing.
  - An event is put when a difference appears, again every O(remind) seconds while it lasts, and
    once, with the kind C(settled), when it is gone. After a restart, everything that is still so
    is told once more. An event is therefore told at least once, and an action has to be one that
    may be repeated.
  - When reading fails, nothing is told about any webhook. After the second failure in a row, an
    event of the kind C(unreadable) is put, and the pauses between attempts grow up to 15 minutes.
  - The source ends with an error if its options are wrong, or if the key is refused before the
    first success.
  - One poll costs one request for each owner, and one for each webhook that has become inactive
    since. Every half an hour, the notes of all inactive ones are read anew.
requirements:
  - ansible-core and requests 2.31 or later, in the Python that runs ansible-rulebook
options:
  webhooks:
    description:
      - The webhooks that are declared, as in M(touchbasepro.sms.touchbase_sms_drift_info).
      - At least one entry of O(webhooks) or O(owners) is required.
    type: list
    elements: dict
    default: []
  defaults:
    description: Options for entries of O(webhooks) that omit them.
    type: dict
  owners:
    description:
      - Further owners whose webhooks are compared. Without O(webhooks), only
        C(disabled_by_service), C(undeclared) and C(invalid) can be found.
    type: list
    elements: dict
    default: []
  kinds:
    description:
      - Which kinds of differences are told. C(unreadable) and C(settled) are told in any case.
    type: list
    elements: str
    choices:
      - missing
      - different
      - deactivated
      - activated
      - disabled_by_service
      - undeclared
      - invalid
    default: [missing, different, deactivated, activated, disabled_by_service, invalid]
  interval:
    description: The seconds between two polls, from 1 to 86400.
    type: int
    default: 60
  remind:
    description:
      - After how many seconds a difference that lasts is told again; V(0) is never. Otherwise not
        less than O(interval). Without reminders a repair that fails is not tried again.
    type: int
    default: 1800
  confirm:
    description:
      - How many polls in a row, from 1 to 5, have to agree before a difference, or its end, is
        told. One that runs while a job writes may see half of the changes.
      - Does not matter for C(disabled_by_service), which is told at once.
    type: int
    default: 2
  api_key:
    description: The key of the account. If omitted, E(TOUCHBASE_API_KEY).
    type: str
  api_url:
    description: The URL of the service. If omitted, E(TOUCHBASE_API_URL).
    type: str
    default: https://api.touchbasepro.com
  timeout:
    description: The seconds that one attempt of a request may take.
    type: float
    default: 30
  retries:
    description: Number of retries after the first attempt.
    type: int
    default: 3
  max_wait:
    description: The seconds that a request may wait between its attempts, all in all.
    type: float
    default: 60
  validate_certs:
    description: Whether to verify the certificate. If omitted, E(TOUCHBASE_VALIDATE_CERTS).
    type: bool
    default: true
  ca_path:
    description:
      - The certificates to trust. If omitted, E(TOUCHBASE_CA_PATH), then E(REQUESTS_CA_BUNDLE).
    type: path
  use_proxy:
    description: Whether to use the proxy of the environment.
    type: bool
    default: true
  mask_url:
    description:
      - Whether the paths of URLs, and all but plain words of notes, are masked in events.
        Differs from the modules, because events are kept and shown.
    type: bool
    default: true
"""

EXAMPLES = r"""
- touchbasepro.sms.drift:
    webhooks: "{{ touchbase_sms_webhooks }}"

- touchbasepro.sms.drift:
    owners:
      - campaign_id: 9142
    kinds: [disabled_by_service]
    interval: 300
"""

_COLLECTION = os.path.dirname(os.path.abspath(__file__)).rsplit(os.sep, 4)[0]
_PACKAGE = "touchbasepro_sms_plugins"


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Poll until cancelled, and put events into the queue.

    ansible-rulebook runs this file without a package. Its collection is therefore imported from the
    folder that the file is in, whatever else is installed, under a name of its own.
    """
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [os.path.join(_COLLECTION, "plugins")]
    sys.modules.setdefault(_PACKAGE, package)
    try:
        source = importlib.import_module(f"{_PACKAGE}.module_utils._events.source")
    except ImportError as error:
        raise ImportError(
            f"touchbasepro.sms.drift cannot be loaded ({error}). Install what it needs into the "
            f"Python that runs ansible-rulebook: {sys.executable} -m pip install ansible-core "
            "'requests>=2.31'"
        ) from None
    await source.run(queue, args)

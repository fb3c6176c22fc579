# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between declared and actual webhooks, as data and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import (
    Renderer,
    service_text,
    url_text,
)
from ansible_collections.touchbasepro.sms.plugins.plugin_utils._filters import (
    Record,
    declarations_in,
    explained,
    name_of,
    webhooks_in,
)

DOCUMENTATION = r"""
name: webhook_report
short_description: Report how webhooks differ from what is declared
version_added: 1.1.0
author:
  - TouchBasePro SMS collection contributors (@touchbasepro)
description:
  - Sorts what M(touchbasepro.sms.touchbase_sms_webhooks) would do, in check mode and with C(purge),
    into what is missing, different and undeclared, and adds what the service has switched off.
positional: records, declarations, unknown, counted, mask
options:
  _input:
    description:
      - The registered result of the task, which needs C(diff=true). One that failed because a
        declaration cannot be planned is reported as such.
    type: dict
    required: true
  records:
    description: What is there, read with C(details), so that notes are known.
    type: list
    elements: dict
    required: true
  declarations:
    description: The entries that the task was given.
    type: list
    elements: dict
    required: true
  unknown:
    description: Entries that it was not given, since the webhook with their id is not there.
    type: list
    elements: dict
    default: []
  counted:
    description: Which of the lists are drift if they are not empty.
    type: list
    elements: str
    choices: [missing, different, undeclared, switched_off, refused]
    default: [missing, different, undeclared, switched_off, refused]
  mask:
    description: Whether to mask URLs and the service's words. The list C(refused) repeats the
      message of the task, which the C(mask_url) of the task masks.
    type: bool
    default: false
seealso:
  - module: touchbasepro.sms.touchbase_sms_webhooks
"""

EXAMPLES = r"""
- name: Read what is there
  touchbasepro.sms.touchbase_sms_webhook_info:
    campaign_id: 9141
    details: true
  register: actual

- name: Compare it with what is declared
  touchbasepro.sms.touchbase_sms_webhooks:
    webhooks: "{{ declared }}"
    purge: true
    purge_limit: 1000
  check_mode: true
  diff: true
  register: comparison
  vars: &declared
    declared:
      - campaign_id: 9141
        webhook_id: 28
        active: true

- name: Report
  ansible.builtin.debug:
    msg: "{{ (comparison | touchbasepro.sms.webhook_report(actual.webhooks, declared)).summary }}"
  vars: *declared
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    drift:
      description: Whether any of the lists that count has an entry.
      type: bool
      returned: always
    missing:
      description: Records of what is declared and not there.
      type: list
      elements: dict
      returned: always
    different:
      description: Records C(before) and C(after), where a run would change something.
      type: list
      elements: dict
      returned: always
    undeclared:
      description: Records of what is there and not declared, or declared absent.
      type: list
      elements: dict
      returned: always
    switched_off:
      description: Records of what the service has switched off, with its note; those that are
        declared inactive are left out.
      type: list
      elements: dict
      returned: always
    refused:
      description: Why declarations cannot be compared; the other lists are incomplete then.
      type: list
      elements: str
      returned: always
    summary:
      description: The same in words, a line each.
      type: list
      elements: str
      returned: always
"""

_LISTS = ("missing", "different", "undeclared", "switched_off", "refused")


@explained
def webhook_report(
    outcome: Mapping[str, Any],
    records: Any,
    declarations: Any,
    unknown: Any = (),
    counted: Sequence[str] = _LISTS,
    mask: bool = False,
) -> dict[str, Any]:
    """Sort what would be done; see DOCUMENTATION."""
    pairs = outcome.get("diff") or []
    after = outcome.get("webhooks") or []
    off = _declared_off(declarations_in(declarations), after)
    switched_off = [
        webhook.record()
        for webhook in webhooks_in(records)
        if not webhook.active and webhook.note and (webhook.owner, webhook.webhook_id) not in off
    ]
    unknown_records = [_as_record(one) for one in declarations_in(unknown)]
    report: dict[str, Any] = {
        "missing": [*(one["after"] for one in pairs if not one["before"]), *unknown_records],
        "different": [
            {"before": one["before"], "after": one["after"]}
            for one in pairs
            if one["before"] and one["after"]
        ],
        "undeclared": [one["before"] for one in pairs if not one["after"]],
        "switched_off": switched_off,
        "refused": _complaints(str(outcome["msg"])) if "failure" in outcome else [],
    }
    drift = any(report[name] for name in _LISTS if name in counted)
    renderer = Renderer("", mask_text=mask, mask_fields=mask)
    rendered: dict[str, Any] = renderer.render(
        {"drift": drift, **report, "summary": _summary(report)}
    )
    return rendered


def _declared_off(
    declarations: Sequence[DesiredWebhook], after: Sequence[Record | None]
) -> set[tuple[object, object]]:
    """The webhooks that are declared inactive, by owner and id."""
    return {
        (declaration.owner, record["webhook_id"])
        for declaration, record in zip(declarations, after, strict=False)
        if declaration.active is False and record is not None
    }


def _complaints(msg: str) -> list[str]:
    """The lines of a refusal; the first of several says only that nothing was changed."""
    lines = msg.splitlines()
    return lines[1:] or lines


def _as_record(declaration: DesiredWebhook) -> dict[str, Any]:
    return {
        **declaration.owner.record(),
        "webhook_id": declaration.webhook_id,
        "webhook_type": declaration.webhook_type,
        "url": declaration.url,
        "active": declaration.active,
        "date_created": None,
        "note": None,
    }


def _summary(report: Mapping[str, Any]) -> list[str]:
    lines = [f"missing: {name_of(one)}{_address(one)}" for one in report["missing"]]
    lines += [
        f"different: {name_of(pair['before'])}: {_differences(**pair)}"
        for pair in report["different"]
    ]
    lines += [f"undeclared: {name_of(one)}{_address(one)}" for one in report["undeclared"]]
    lines += [
        f"switched off: {name_of(one)}: {service_text(one['note'])}"
        for one in report["switched_off"]
    ]
    lines += [f"not comparable: {line}" for line in report["refused"]]
    return lines or ["All webhooks are as declared."]


def _differences(before: Record, after: Record) -> str:
    changed = [name for name in after if name != "note" and before.get(name) != after[name]]
    return "; ".join(
        f"{name} is {_word(name, before.get(name))}, declared {_word(name, after[name])}"
        for name in changed
    )


def _word(name: str, value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return url_text(text) if name == "url" else text


def _address(record: Record) -> str:
    return f" at {url_text(record['url'])}" if record["url"] else ""


class FilterModule:
    """The filter, as Ansible looks for it."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name it."""
        return {"webhook_report": webhook_report}

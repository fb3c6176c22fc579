"""Who may know what, as the design says, held against the source itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

import pytest

from ansible_collections.touchbasepro.sms.tests.unit.support.sources import (  # isort: skip
    SOURCES, found, imported_files,
)  # fmt: skip

TRANSPORT, CLIENT = "module_utils/_http/transport.py", "module_utils/_api/client.py"
RUNNER, OPTIONS = "module_utils/_operations/runner.py", "module_utils/_options.py"
SENSITIVE, ACTION = "module_utils/_sensitive.py", "plugin_utils/_local_action.py"
NOWHERE = "(?!)"
EVENTS, EVENT_SOURCE = "module_utils/_events/source.py", "../extensions/eda/"
STANDARD = "__future__|importlib|os|sys|types|typing"
PURE = "module_utils/(_plan/|_api/models|_api/url|_errors|_sensitive)"
RECORDS = "Id|IsActive|Url|WebhookType|DateCreated|Note|CampaignId|TotalPages"

# thing: (pattern of its uses, pattern of the files that may have them, what to do elsewhere).
# fmt: off
RULES: dict[str, tuple[str, str, str]] = {
    "requests, urllib3, ssl": (
        r"import (requests|urllib3|ssl)\b", TRANSPORT, "Send requests through Client."),
    "URL paths": (r"text .*/sms/", CLIENT, "Give the API client a method for this endpoint."),
    "wire names of records": (
        rf"text ({RECORDS})$", CLIENT, "Use the fields of Webhook and Campaign."),
    "wire names of errors": (
        r"text (Code|Message|statusCode)$", "module_utils/_http/response.py",
        "Use the Failure of the error."),
    "writes to the API": (
        r"name (create|update|delete)_webhook$", f"{CLIENT}|module_utils/_apply/write.py",
        "Return a Change, and apply it with apply_change or apply_changes."),
    "AnsibleModule": (
        r"(name|text) (AnsibleModule|fail_json|exit_json)$", RUNNER,
        "Raise a TouchBaseError, or return a Result."),
    "action classes of Ansible": (
        r"import ansible\.(plugins|constants|executor)\b|name (Action(Base|Module)|NormalAction)$",
        "plugin_utils/|action/", "Keep this in plugin_utils/ or action/."),
    "Ansible": (
        r"import ansible\b", f"{RUNNER}|{OPTIONS}|{EVENTS}|plugin_utils/",
        "Take plain data, so that this runs without Ansible."),
    "check_mode": (
        r"(name|argument|text) check_mode$", f"{RUNNER}|{ACTION}",
        "Take dry_run, and pass it on to _apply."),
    "dry_run": (
        r"name _?dry_run$", "module_utils/_apply/",
        "Pass dry_run on to _apply as it is, and decide nothing on it."),
    "environment variables": (
        r"text .*(TOUCHBASE_|REQUESTS_CA_BUNDLE)|(name|text) (environ|getenv)$", OPTIONS,
        "Import the name from _options, or read the option."),
    "marks of sensitive text": (
        r"text (?s:.*)([\x01-\x04]|\\x0[1-4])", SENSITIVE,
        "Mark text with url_text, service_text or hidden_text of _sensitive."),
    "the mask and digests": (
        r"text .*\*{8}|import hashlib\b", f"{SENSITIVE}|plugin_utils/_locks.py",
        "Use MASK or masked_url of _sensitive."),
    "rendering of sensitive text": (
        r"(name|text) Renderer$", f"{SENSITIVE}|{RUNNER}",
        "Leave marks in the text: the runner renders at the one exit of an operation."),
    "thread pools": (r"import concurrent\b", "module_utils/_apply/parallel.py", "Use in_parallel."),
    "threads": (
        r"(name|text) Thread$", f"plugin_utils/_progress.py|{TRANSPORT}|{EVENTS}",
        "Use in_parallel."),
    "asyncio": (r"import asyncio\b", EVENTS, "Take plain functions."),
    "imports of event sources": (
        rf"import (?!({STANDARD})\b)", f"(?!{re.escape(EVENT_SOURCE)})",
        "An event source runs without a package: let module_utils/_events do the work."),
    "packages": (
        r"from \.", "(?!modules/)",
        "The mitogen strategy runs a module without its package: use the whole name."),
    "whole names of the collection": (
        r"from ansible_collections\.", "modules/", "Import relatively."),
    "the controller": (
        r"import ansible\.(?!module_utils\b)", "(?!modules/|module_utils/)",
        "Only ansible.module_utils exists on a host."),
    "I/O, threads and the clock": (
        r"import (os|io|time|datetime|random|socket|threading|concurrent|asyncio|subprocess|logging"
        r"|pathlib\.Path)(\.|$)", f"(?!{PURE})", "This file decides on data: pass the data in."),
    "what acts or waits": (
        r"from \.+(_http|(_api\.)?client\b|_options|_progress)", f"(?!{PURE})",
        "This file decides on data: pass the data in."),
    "_diff of AnsibleModule": (r"attribute _diff$", RUNNER, "Take the mode of the run."),
    "bags of keyword arguments": (
        r"def \w+ with a bag", TRANSPORT, "Name the arguments."),
    "dataclasses that are not frozen": (
        r"decorator (?!dataclass\(frozen=True\)$)", NOWHERE,
        "Write @dataclass(frozen=True): nobody alters what was read or planned."),
    "functions of more than 26 lines": (
        r"def \w+ of (02[7-9]|0[3-9]\d|[1-9]\d\d)", NOWHERE,
        "At most 26 lines without the docstring: name a part of it."),
    "private names of libraries": (
        r"attribute _(?!diff$)\w*(?<!__)$", NOWHERE,
        "Use a public name: a private one may change with any release."),
}
# fmt: on


def refuse(offenders: Iterable[object], advice: str) -> None:
    """Fail with a line for each offender, and what to do."""
    lines = sorted(map(str, offenders))
    assert not lines, "\n".join([*lines, advice])


@pytest.mark.parametrize(("pattern", "allowed", "advice"), RULES.values(), ids=RULES)
def test_thing_is_used_where_the_design_allows_it(pattern: str, allowed: str, advice: str) -> None:
    places = found(pattern)

    refuse([use for use in places if not re.match(allowed, use.file)], advice)
    assert places or allowed == NOWHERE, "Nothing is found any more: correct the rule."


# Imports

BASE = {OPTIONS, SENSITIVE, "module_utils/_errors.py", "module_utils/_progress.py"}
BELOW = {
    "base": {"base"},
    "_http": {"_http", "base"},
    "_api": {"_api", "_http", "base"},
    "_plan": {"_plan", "_api", "base"},
    "_apply": {"_apply", "_plan", "_api", "_http", "base"},
    "_operations": {"_operations", "_apply", "_plan", "_api", "_http", "base"},
    "_events": {"_events", "_operations", "_plan", "_api", "_http", "base"},
    "event_source": set[str](),
    "modules": {"_operations"},
    "plugin_utils": {"plugin_utils", "_operations", "_plan", "_api", "_http", "base"},
    "action": {"_operations", "modules", "plugin_utils"},
    "doc_fragments": set[str](),
}


def layer_of(file: str) -> str:
    """The layer of a file, a key of BELOW; else its folder."""
    return "base" if file in BASE else PurePath(file).parent.name


def test_every_file_belongs_to_a_layer() -> None:
    packages = {file for file in SOURCES if file.endswith("__init__.py")}

    strange = {file for file in SOURCES if layer_of(file) not in BELOW} - packages
    refuse(strange, "Move the file into a package of the design, or name it in BASE.")


@pytest.mark.parametrize("layer", BELOW)
def test_layer_imports_downwards_only(layer: str) -> None:
    upwards = {
        f"plugins/{file} imports {one}"
        for file in SOURCES
        if layer_of(file) == layer
        for one in imported_files(file)
        if layer_of(one) not in BELOW[layer]
    }

    allowed = ", ".join(sorted(BELOW[layer])) or "nothing"
    refuse(upwards, f"{layer} may import {allowed}. Move the code down, or pass the value in.")


def test_no_file_imports_a_private_name_of_another() -> None:
    files = {part.removesuffix(".py") for file in SOURCES for part in PurePath(file).parts}
    private = [
        use for use in found(r"import .*\._\w+$") if use.what.rpartition(".")[2] not in files
    ]

    refuse(private, "Make the name public in its file, or move what needs it there.")

"""The guide to what the vendor leaves unsaid: no switch of the simulator is missing in it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.functional.support import guides
from touchbase_simulator.behaviour import SWITCHES

CONTRACT = Path(__file__).parents[3] / "simulator/touchbase_simulator/openapi.yaml"
TEXT = (guides.FOLDER / "guide_undocumented.rst").read_text(encoding="utf-8")
# What is told of a switch, from its line to the next empty one.
TOLD = dict(re.findall(r"^:Switch: ``(\w+)``\n((?:.+\n)+)", TEXT, re.MULTILINE))
FIELDS = ["Not said", "Could be", "What we do", "You notice"]


def test_switch_without_a_complete_section_is_named() -> None:
    assert TOLD.keys() == SWITCHES.keys()
    for told in TOLD.values():
        assert re.findall(r"^:([\w ]+):", told, re.MULTILINE) == FIELDS


def test_positions_are_told_with_the_default_first() -> None:
    for switch, told in TOLD.items():
        could_be = told.split(":Could be:")[1].split(":What we do:")[0]
        assert tuple(re.findall(r"\(``(\w+)``\)", could_be)) == SWITCHES[switch]


def test_positions_that_break_a_promise_are_of_the_simulator() -> None:
    rows = re.findall(r"^   \* - ``(\w+)``: (.+)$", TEXT, re.MULTILINE)
    assert rows
    for switch, positions in rows:
        named = set(re.findall(r"``(\w+)``", positions))
        assert named
        assert named <= set(SWITCHES[switch])


def test_operation_of_which_no_page_was_seen_is_in_the_guide() -> None:
    """The contract marks them; what the guide says of the rest of them says it of each."""
    paths = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"]
    unseen = {
        (method, path.split("/")[2])
        for path, item in paths.items()
        for method, operation in item.items()
        if isinstance(operation, dict) and operation.get("x-inferred")
    }
    lists_and_account = {(method, kind) for method, kind in unseen if kind in ("lists", "message")}
    assert lists_and_account
    assert "The webhooks of lists and of the account" in TEXT
    assert unseen - lists_and_account == {("delete", "campaigns")}
    assert "The response to a creation and a deletion" in TEXT

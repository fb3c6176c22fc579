"""The comment at the head of a playbook is all that its users are told: it leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEAD = re.compile(r"\A---\n((?:#.*\n)+)")
TOLD = re.compile(r"(?<![.\w])survey_\w+(?= \| default)|\btouchbase_sms_\w+_result(?=:)")
PLAY = re.compile(r"^(?:- |  )(?:hosts|ansible\.builtin\.import_playbook):", re.MULTILINE)
PLAYBOOKS = [
    path
    for path in sorted((ROOT / "playbooks").rglob("*.yml"))
    if "examples" not in path.parts and PLAY.search(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_head_names_each_survey_variable_and_result(playbook: Path) -> None:
    text = playbook.read_text(encoding="utf-8")
    head = HEAD.match(text)
    assert head, "it has no comment at its head"
    assert re.search(r"^- name: .+$", text, re.MULTILINE), "its first play has no name"
    told = set(re.findall(r"\w+", head[1]))
    assert set(TOLD.findall(text)) - told == set()

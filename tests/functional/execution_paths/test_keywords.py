# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's own keywords do to a task of this collection, on both execution paths.

All rows of the table are played in one run for each path. Every task has a shell of its own that
notes its use: a module needs a shell, and a task in process does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from tests.functional.support.playbooks import (
    PROGRAM,
    WEBHOOK,
    Task,
    credentials,
    run_program,
    scenario,
)
from touchbase_simulator.process import SimulatorProcess

# The list of the keywords that a play, a block or a task takes from outside of a module.
KEYWORDS = """
    diff check_mode no_log environment throttle run_once timeout until async ignore_unreachable
    any_errors_fatal delegate_facts collections module_defaults become vars
"""
PATHS = {"in process": True, "module": False}
CHANGE = {"campaign_id": 9141, "webhook_id": 28, "url": "{{ url }}"}
GROUP = "group/touchbasepro.sms.touchbase"
FACT = "ansible_facts.touchbase_sms_webhook.webhook_id | default('no fact')"
# Every sudo is called as `sudo ... -u root COMMAND`.
SUDO = '#!/bin/sh\nwhile [ "$1" != root ]; do shift; done\nshift\nexec "$@"\n'
SHELL = '#!/bin/sh\n: > "$0.used"\nexec /bin/sh "$@"\n'
SSH = "#!/bin/sh\nexit 255\n"
RETRIED = {"retries": 2, "delay": 0}


@dataclass(frozen=True)
class Row:
    """A keyword: what it does, how it is played, and what comes of it.

    ``result`` and ``second_result`` are values of the results of the first two hosts, by the path
    to each; None is none, and a text is a pattern. ``requests`` are the methods of all hosts'
    requests; None where it depends on the moment. ``then`` is a template
    that is evaluated after the task. ``is_module`` says whether a module runs; None where the path
    decides. ``is_printed`` says whether the new URL is in the output; None where that is not told.
    ``goes_on`` says whether another task comes after it.
    """

    name: str
    keyword: str
    does: str
    keywords: Mapping[str, Any]
    requests: str | None
    result: Mapping[str, Any]
    second_result: Mapping[str, Any] = field(default_factory=dict)
    hosts: Sequence[str] = ("first",)
    play: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=lambda: CHANGE)
    module: str = WEBHOOK
    faults: Sequence[Mapping[str, Any]] = ()
    then: str = "nothing"
    is_module: bool | None = None
    is_printed: bool | None = None
    goes_on: bool = True

    @property
    def url(self) -> str:
        return f"https://hooks.example.org/{self.name}"


# fmt: off
TABLE = [
    Row("diff_on", "diff", does="Adds the diff to the result and prints it, without --diff.",
        keywords={"diff": True}, requests="GET, PUT",
        result={"changed": True, "diff.after.url": "diff_on"}, is_printed=True),
    Row("diff_off", "diff",
        does="The task's own beats that of the play, or --diff: no diff, in the result or printed.",
        keywords={"diff": False}, requests="GET, PUT", result={"changed": True, "diff": None},
        play={"diff": True}, is_printed=False),
    Row("check_mode_on", "check_mode", does="Reads and predicts the change; writes nothing.",
        keywords={"check_mode": True}, requests="GET",
        result={"changed": True, "webhook.url": "check_mode_on"}),
    Row("check_mode_off", "check_mode",
        does="The task's own beats that of the play, or --check: it writes in a check run.",
        keywords={"check_mode": False}, requests="GET, PUT",
        result={"changed": True, "webhook.url": "check_mode_off"}, play={"check_mode": True}),
    # What is masked in failures and warnings: secrets/test_secrets.py.
    Row("no_log", "no_log",
        does="Prints nothing, not even the diff. What is registered keeps the record.",
        keywords={"no_log": True, "diff": True}, requests="GET, PUT",
        result={"changed": True, "webhook.url": "no_log"}, is_printed=False),
    Row("environment_of_task", "environment",
        does="Makes the task a module, which reads key and URL from there, not from the "
             "controller.",
        keywords={"environment": {"TOUCHBASE_API_KEY": "not-the-key"}}, requests="GET",
        result={"failed": True, "failure.status": 401}, is_module=True),
    Row("environment_of_play", "environment",
        does="One for the whole play makes every task a module, whatever the variables are for.",
        keywords={}, requests="GET, PUT", result={"changed": True},
        play={"environment": {"LC_ALL": "C"}}, is_module=True),
    Row("throttle", "throttle",
        does="So many hosts at a time: with one, each finishes before the next begins.",
        keywords={"throttle": 1}, requests="GET, PUT, GET, PUT, GET, PUT", result={"changed": True},
        hosts=("first", "second", "third"),
        options={**CHANGE, "url": "{{ url }}/{{ inventory_hostname }}"},
        faults=[{"delay": 0.1, "times": 6}]),
    # Hosts that nobody can reach: test_credentials.py. Creation by every host without it:
    # test_many_hosts.py.
    Row("run_once", "run_once",
        does="One host runs the task; result and fact are those of all hosts.",
        keywords={"run_once": True}, requests="GET, PUT",
        result={"changed": True, "webhook.webhook_id": 28},
        second_result={"changed": True, "webhook.webhook_id": 28, "then": "28"},
        hosts=("first", "second"), then=FACT),
    # What a task does after its end: interruption/test_interruption.py.
    # Long enough for a module to have sent its request: it goes on alone, beside the next row.
    Row("timeout", "timeout",
        does="Ends the whole task. The failure is Ansible's: it has no `failure`, and says "
             "nothing of what may have been applied. The option of the same name bounds one "
             "request instead.",
        keywords={"timeout": 4}, requests=None,
        result={"failed": True, "msg": "time frame|Timed out", "failure": None},
        options={**CHANGE, "retries": 0}, faults=[{"delay": 12, "status": 403}]),
    Row("until", "until",
        does="Repeats the task until the condition holds of its result, a failed one included.",
        keywords={**RETRIED, "until": "until is success"}, requests="GET, GET, PUT",
        result={"changed": True, "attempts": 2}, faults=[{"status": 403}]),
    Row("until_wrong_options", "until",
        does="Repeats also what no repetition can mend, and every attempt says the same of it.",
        keywords={**RETRIED, "until": "until_wrong_options is success"}, requests="",
        result={"failed": True, "attempts": 2,
                "msg": "webhook_id is given, but it is null or empty"},
        options={**CHANGE, "webhook_id": None}, is_module=False),
    # With mask_url: test_credentials.py.
    Row("async_and_poll", "async",
        does="Makes the task a module in the background; with poll, Ansible waits for its result.",
        keywords={"async": 60, "poll": 1, "diff": True}, requests="GET, PUT",
        result={"changed": True, "finished": 1, "diff.after.url": "async_and_poll"},
        is_module=True),
    Row("ignore_unreachable_service", "ignore_unreachable",
        does="Cannot apply to the service: a service that does not respond makes the task failed, "
             "and no host unreachable.",
        keywords={"ignore_unreachable": True}, requests="",
        result={"failed": True, "unreachable": None, "failure.kind": "unreachable"},
        options={**CHANGE, "api_url": "http://127.0.0.1:1", "retries": 0}),
    Row("ignore_unreachable_host", "ignore_unreachable",
        does="Applies to the host that runs a module. The play goes on.",
        keywords={"ignore_unreachable": True}, requests="",
        result={"unreachable": True, "failure": None, "then": "nothing"}, hosts=("far",),
        is_module=False),
    Row("delegate_facts", "delegate_facts",
        does="The fact belongs to the host that the task is delegated to.",
        keywords={"delegate_to": "delegate", "delegate_facts": True}, requests="GET, PUT",
        result={"changed": True, "then": "no fact, 28"}, hosts=("delegating",),
        then=f"{FACT} ~ ', ' ~ hostvars.delegate.{FACT}"),
    Row("collections_of_play", "collections",
        does="The short name finds the module, and its action.", keywords={}, requests="GET, PUT",
        result={"changed": True}, play={"collections": ["touchbasepro.sms"]},
        module="touchbase_sms_webhook"),
    Row("collections_of_task", "collections", does="The same on a task.",
        keywords={"collections": ["touchbasepro.sms"]}, requests="GET, PUT",
        result={"changed": True}, module="touchbase_sms_webhook"),
    # By action group: test_credentials.py and test_action_group.py.
    Row("module_defaults", "module_defaults",
        does="By module, by group, of play and task: the nearest wins, and the task's options "
             "last.",
        keywords={"module_defaults": {WEBHOOK: {"campaign_id": 9141,
                  "url": "https://default.example"}}}, requests="GET, PUT",
        result={"changed": True, "webhook.campaign_id": 9141, "webhook.url": "/module_defaults"},
        play={"module_defaults": {WEBHOOK: {"campaign_id": 1}, GROUP: {"retries": 0}}},
        options={"webhook_id": 28, "url": "{{ url }}"}),
    Row("module_defaults_short_name", "module_defaults",
        does="Under the module's full name also for a task that says the short one.",
        keywords={"module_defaults": {WEBHOOK: {"campaign_id": 9141}}}, requests="GET, PUT",
        result={"changed": True, "webhook.campaign_id": 9141},
        play={"collections": ["touchbasepro.sms"]}, options={"webhook_id": 28, "url": "{{ url }}"},
        module="touchbase_sms_webhook"),
    Row("become", "become",
        does="Makes the task a module, of the other user: nothing here needs it.",
        keywords={"become": True}, requests="GET, PUT", result={"changed": True}, is_module=True),
    Row("vars_of_task", "vars",
        does="Reaches the options, and beats the play's variables, also touchbase_in_process.",
        keywords={"vars": {"touchbase_in_process": True, "wanted": 28}}, requests="GET, PUT",
        result={"changed": True, "webhook.webhook_id": 28},
        options={**CHANGE, "webhook_id": "{{ wanted }}"}, is_module=False),
    # The last, since it ends the run. On core 2.16 a block with rescue or always delays the end.
    Row("any_errors_fatal", "any_errors_fatal",
        does="After a failure of one host the task still runs for the others, and then all of "
             "them end.",
        keywords={"any_errors_fatal": True, "ignore_errors": False, "throttle": 1},
        requests="GET, GET, PUT", result={}, hosts=("failing", "succeeding"),
        options={**CHANGE, "webhook_id": "{{ 99 if inventory_hostname == 'failing' else 28 }}"},
        goes_on=False),
]
# fmt: on


NAMED: Callable[[Row], str] = attrgetter("name")


@dataclass(frozen=True)
class Played:
    """What came of all rows on one path."""

    output: str
    results: Mapping[str, Any]
    journals: Mapping[str, Sequence[Mapping[str, Any]]]
    modules: set[str]


@pytest.fixture(scope="module", params=PATHS)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def played(path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("keywords")
    with SimulatorProcess.start() as simulator:
        yield play(folder, simulator, in_process=PATHS[path])


def play(folder: Path, simulator: SimulatorProcess, *, in_process: bool) -> Played:
    """Play all rows in one run."""
    for name, text in {"sudo": SUDO, "ssh": SSH, **{row.name: SHELL for row in TABLE}}.items():
        write_program(folder / name, text)
    write_inventory(folder)
    *plays, last = (play_of(row, folder, in_process=in_process) for row in TABLE)
    plays += [keep(folder), last]
    (folder / "play.yml").write_text(json.dumps(plays, indent=1), encoding="utf-8")
    extra = {**scenario(folder, simulator, map(task_of, TABLE)), **credentials(simulator)}
    ran = run_program([str(PROGRAM), "play.yml"], folder, extra)
    assert (folder / "results.json").exists(), ran.stdout
    notes = json.loads((folder / "scenario.json.notes").read_text(encoding="utf-8"))
    return Played(
        ran.stdout,
        json.loads((folder / "results.json").read_text(encoding="utf-8")),
        notes["journals"],
        {row.name for row in TABLE if (folder / f"{row.name}.used").exists()},
    )


def write_program(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o700)


def write_inventory(folder: Path) -> None:
    hosts = sorted({host for row in TABLE for host in row.hosts} - {"far"})
    here = "ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'"
    away = f"ansible_connection=ssh ansible_ssh_executable={folder / 'ssh'}"
    lines = [*(f"{host} {here}" for host in [*hosts, "delegate"]), f"far {away}"]
    (folder / "inventory").write_text("\n".join(lines) + "\n", encoding="utf-8")


def play_of(row: Row, folder: Path, *, in_process: bool) -> dict[str, Any]:
    """A play of one task, and of one that looks at what there is afterwards."""
    then = {
        "name": after(row),
        "ansible.builtin.set_fact": {f"{row.name}_then": f"{{{{ {row.then} }}}}"},
    }
    variables = {
        "nothing": "nothing",
        "url": row.url,
        "touchbase_in_process": in_process,
        "ansible_shell_executable": str(folder / row.name),
        "ansible_become_exe": str(folder / "sudo"),
        "ansible_async_dir": str(folder / "background"),
    }
    return {
        "name": f"Play of {row.name}",
        "hosts": ",".join(row.hosts),
        "gather_facts": False,
        "vars": variables,
        "tasks": [task_of(row).as_data(), then],
        **row.play,
    }


def after(row: Row) -> str:
    return f"{row.name}, then"


def task_of(row: Row) -> Task:
    faults = [("POST", "faults", fault) for fault in row.faults]
    before = [("POST", "reset", {}), *faults]
    return Task(row.name, row.module, row.options, row.keywords, before)


def keep(folder: Path) -> dict[str, Any]:
    """A play that writes down what the hosts of each row have registered."""
    kept = ", ".join(
        f"'{host} {name}': hostvars.{host}.{name} | default({{}})"
        for row in TABLE
        for host in row.hosts
        for name in (row.name, f"{row.name}_then")
    )
    content = f"{{{{ {{{kept}}} | to_json }}}}"
    copy = {"content": content, "dest": str(folder / "results.json"), "mode": "0600"}
    return {
        "name": "Keep",
        "hosts": "first",
        "gather_facts": False,
        "tasks": [{"name": "Keep the results", "ansible.builtin.copy": copy}],
    }


def test_keyword_that_is_not_in_the_table_is_named() -> None:
    assert {row.keyword for row in TABLE} == set(KEYWORDS.split())


@pytest.mark.parametrize("row", TABLE, ids=NAMED)
def test_result_under_keyword_is_as_described(played: Played, row: Row) -> None:
    expected = (row.result, row.second_result)
    for host, values in zip(row.hosts, expected, strict=False):
        found = played.results[f"{host} {row.name}"]
        found["then"] = played.results[f"{host} {row.name}_then"] or None
        for place, value in values.items():
            assert is_as_expected(at(found, place), value), (host, place, found)


def at(found: Any, place: str) -> Any:
    """A value in a result; None if there is none."""
    for key in place.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def is_as_expected(found: Any, expected: Any) -> bool:
    if isinstance(expected, str):
        return re.search(expected, str(found)) is not None
    return bool(found == expected)


@pytest.mark.parametrize("row", [one for one in TABLE if one.requests is not None], ids=NAMED)
def test_requests_under_keyword_are_as_described(played: Played, row: Row) -> None:
    requests = ", ".join(entry["method"] for entry in played.journals[row.name])
    assert requests == row.requests


@pytest.mark.parametrize("row", TABLE, ids=NAMED)
def test_execution_path_under_keyword_is_as_described(played: Played, path: str, row: Row) -> None:
    decided = path == "module" if row.is_module is None else row.is_module
    assert (row.name in played.modules) == decided


@pytest.mark.parametrize("row", [one for one in TABLE if one.is_printed is not None], ids=NAMED)
def test_url_is_printed_as_described(played: Played, row: Row) -> None:
    assert bool(re.search(rf"{re.escape(row.url)}\b", played.output)) == row.is_printed


@pytest.mark.parametrize("row", TABLE, ids=NAMED)
def test_play_goes_on_as_described(played: Played, row: Row) -> None:
    assert (after(row) in played.journals) == row.goes_on

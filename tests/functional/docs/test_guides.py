"""The guides work word by word: their files are written as shown and their commands are run.

Each guide that is tried here starts from the small account of the demo.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from tests.functional.support import guides
from tests.functional.support.playbooks import credentials, run_program
from touchbase_simulator.process import SimulatorProcess

# What each command of a guide does, in order.
CHANGES, PREDICTS, FINDS_NOTHING = "changes", "predicts a change", "finds nothing to change"
TRIED_HERE = {
    "guide_check_mode": (CHANGES, FINDS_NOTHING, FINDS_NOTHING, PREDICTS),
    "guide_drift": (FINDS_NOTHING,),
    "guide_environments": (PREDICTS, CHANGES, CHANGES),
    "guide_maintenance": (CHANGES, CHANGES),
    "guide_quickstart": (FINDS_NOTHING, PREDICTS, CHANGES, FINDS_NOTHING, CHANGES, CHANGES),
    "guide_recipes": (
        *(PREDICTS, CHANGES, FINDS_NOTHING),  # set.yml
        *(CHANGES, CHANGES),  # each_host.yml
        *(CHANGES, CHANGES),  # move.yml
        *(PREDICTS, CHANGES, FINDS_NOTHING),  # ids.yml
        *(CHANGES, CHANGES),  # environment.yml
        CHANGES,  # accounts.yml
        *(CHANGES, CHANGES, CHANGES),  # without_loop.yml, loop.yml, each_account.yml
        CHANGES,  # downtime.yml
    ),
    "guide_role": (PREDICTS, CHANGES, FINDS_NOTHING),
    "guide_rotation": (PREDICTS, CHANGES, CHANGES),
    "guide_sets": (PREDICTS, CHANGES, FINDS_NOTHING, PREDICTS, CHANGES),
}
# Guides that need more than a folder and a simulator, and the test that tries them.
TRIED_ELSEWHERE: dict[str, str] = {
    "guide_awx": "tests/functional/awx/test_bootstrap.py",
    "guide_bootstrap": "tests/functional/docs/test_guide_bootstrap.py",
    "guide_events": "tests/functional/eda/test_rulebooks.py",
    "guide_execution_environments": "tests/functional/docs/test_guide_execution_environments.py",
    "guide_probe": "tests/functional/docs/test_guide_probe.py",
    "guide_simulator": "tests/functional/docs/test_guide_simulator.py",
}
# Guides that explain, and have nothing to type.
NOTHING_TO_TRY = {
    "guide_architecture",
    "guide_ended_early",
    "guide_performance",
    "guide_secrets",
    "guide_undocumented",
    "guide_troubleshooting",
}


def test_guide_that_is_not_tried_is_named() -> None:
    written = {path.stem for path in guides.FOLDER.glob("*.rst")}
    assert written == {*TRIED_HERE, *TRIED_ELSEWHERE, *NOTHING_TO_TRY}


def test_guide_tried_elsewhere_is_read_there() -> None:
    for name, test in TRIED_ELSEWHERE.items():
        text = Path(test).read_text(encoding="utf-8")
        assert name in text
        assert "guides.read(" in text


def test_guide_that_explains_has_no_commands() -> None:
    for name in NOTHING_TO_TRY:
        assert guides.read(guides.FOLDER / f"{name}.rst") == guides.Guide({}, [])


def test_search_for_purge_finds_its_guide_by_the_title() -> None:
    """The search of the site ranks titles first."""
    titles = {
        path.stem: path.read_text(encoding="utf-8").partition("\n===")[0].rpartition("\n")[2]
        for path in guides.FOLDER.glob("*.rst")
    }
    assert [name for name, title in titles.items() if "purge" in title] == ["guide_sets"]


def test_quick_start_names_the_key_of_the_simulator() -> None:
    account = yaml.safe_load(
        Path("simulator/touchbase_simulator/seeds/demo.yml").read_text(encoding="utf-8")
    )
    guide = (guides.FOLDER / "guide_quickstart.rst").read_text(encoding="utf-8")
    assert f"export TOUCHBASE_API_KEY={account['api_key']}\n" in guide


@pytest.mark.parametrize("name", sorted(TRIED_HERE))
def test_guide_works_word_by_word(name: str, simulator: SimulatorProcess, tmp_path: Path) -> None:
    guide = guides.read(guides.FOLDER / f"{name}.rst")
    guide.write_files(tmp_path)
    simulator.reset()
    printed = ""
    for command, effect in zip(guide.commands, TRIED_HERE[name], strict=True):
        simulator.clear_journal()
        run = run_program(shlex.split(command), tmp_path, credentials(simulator))
        assert run.returncode == 0, run.stdout
        assert ("changed=0" in run.stdout) == (effect == FINDS_NOTHING), run.stdout
        writes = [entry for entry in simulator.journal() if entry["method"] != "GET"]
        assert bool(writes) == (effect == CHANGES), run.stdout
        printed += run.stdout
    assert [output for output in guide.outputs if output not in printed] == []

"""touchbasepro.sms.awx.events, with stand-ins for the modules of ansible.eda."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.functional.awx.definitions import definitions, settings
from tests.functional.support.playbooks import PROGRAM, collections_path, run_program

HERE = Path(__file__).parent
MODULES = yaml.safe_load((HERE / "eda_modules.yml").read_text(encoding="utf-8"))
RULEBOOKS = Path("extensions/eda/rulebooks")
KEY = "s3cret-key-of-the-account"
TOKEN = "t0ken-of-the-controller"
ADDRESS = "https://hooks.example.org/replies/5f1c0a7e"
WEBHOOK = {"campaign_id": 9141, "webhook_type": "CampaignReply", "url": ADDRESS}
NEEDED = {
    "touchbase_awx_decision_image": "registry.example.org/touchbasepro-sms-de:1.1.0",
    "touchbase_awx_events_credential": "Controller",
    "touchbase_awx_inventory_variables": {"touchbase_sms_webhooks": [WEBHOOK]},
}


@dataclass(frozen=True)
class Events:
    """A folder with stand-ins for ansible.eda, and the file that has what they keep."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store.json"

    def run(self, *options: str, **changed: Any) -> tuple[int, str]:
        """Run the playbook; its status and all that it shows."""
        given = self.folder / "given.json"
        given.write_text(json.dumps({**NEEDED, **changed}), encoding="utf-8")
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": f"{self.folder}:{collections_path()}",
            "CONTROLLER_HOST": "https://eda.example.org",
            "CONTROLLER_TOKEN": TOKEN,
            "EDA_MODULES": str(self.folder / "modules.json"),
            "EDA_STORE": str(self.store),
            "TOUCHBASE_API_KEY": KEY,
        }
        book = ["touchbasepro.sms.awx.events", "-vvvv", "-e", f"@{given}"]
        finished = run_program([str(PROGRAM), *book, *options], self.folder, environment)
        return finished.returncode, finished.stdout

    def kept(self, kind: str) -> dict[str, Any]:
        """The objects of a kind by name."""
        objects: dict[str, Any] = json.loads(self.store.read_text(encoding="utf-8"))
        return dict(objects.get(kind, {}))


@pytest.fixture
def events(tmp_path: Path) -> Events:
    modules = tmp_path / "ansible_collections/ansible/eda/plugins/modules"
    modules.mkdir(parents=True)
    for name in MODULES:
        if not name.startswith("$"):
            shutil.copy(HERE / "eda_module.py", modules / f"{name}.py")
    (tmp_path / "modules.json").write_text(json.dumps(MODULES), encoding="utf-8")
    (tmp_path / "store.json").write_text("{}", encoding="utf-8")
    return Events(tmp_path)


def rulebook(name: str) -> dict[str, Any]:
    (found,) = yaml.safe_load((RULEBOOKS / name).read_text(encoding="utf-8"))
    return dict(found)


def test_events_are_made_once(events: Events) -> None:
    status, output = events.run()
    assert status == 0, output
    _status, again = events.run()

    name = settings()["touchbase_awx_name"]
    activations = events.kept("rulebook_activation")
    assert set(activations) == {f"{name}: heal", f"{name}: notify"}
    heal = activations[f"{name}: heal"]
    assert (heal["is_enabled"], heal["restart_policy"]) == (True, "always")
    assert heal["eda_credentials"] == [name, "Controller"]
    assert json.loads(heal["extra_vars"]) == {
        "touchbase_awx_name": name,
        "touchbase_awx_organization": "Default",
        "touchbase_sms_webhooks": [WEBHOOK],
    }
    (credential,) = events.kept("credential").values()
    assert credential["inputs"]["api_key"] == KEY
    (kind,) = events.kept("credential_type").values()
    assert kind["injectors"]["env"]["TOUCHBASE_API_KEY"] == "{{ api_key }}"
    assert re.search(r"changed=0 .* failed=0", again)
    shown = [secret for secret in (KEY, TOKEN, "5f1c0a7e") if secret in output + again]
    assert shown == []


def test_activation_is_stopped_to_be_changed_or_when_no_longer_wanted(events: Events) -> None:
    events.run()
    owners = {"touchbase_awx_inventory_variables": {"touchbase_sms_owners": [{"list_id": 512}]}}
    status, output = events.run(**owners)

    assert status == 0, output
    for activation in events.kept("rulebook_activation").values():
        assert activation["is_enabled"]
        assert json.loads(activation["extra_vars"])["touchbase_sms_owners"]

    status, output = events.run(**owners, touchbase_awx_rulebooks=["heal", "converge"])

    assert status == 0, output
    enabled = {
        name.rpartition(": ")[2]: one["is_enabled"]
        for name, one in events.kept("rulebook_activation").items()
    }
    assert enabled == {"heal": True, "notify": False, "converge": True}


def test_check_writes_nothing(events: Events) -> None:
    status, output = events.run("--check")

    assert status == 0, output
    assert "A real run would create everything" in output
    assert events.store.read_text(encoding="utf-8") == "{}"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no image": ({"touchbase_awx_decision_image": ""}, "Give an image with ansible-rulebook"),
    "no credential": ({"touchbase_awx_events_credential": ""}, "touchbase_awx_events_credential"),
    "no key": ({"touchbase_awx_api_key": ""}, "Give the API key"),
    "unknown rulebook": ({"touchbase_awx_rulebooks": ["mend"]}, "heal, notify and converge"),
    "nothing to watch": ({"touchbase_awx_inventory_variables": {}}, "touchbase_sms_owners"),
}


@pytest.mark.parametrize(("changed", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused_before_anything_is_made(
    changed: dict[str, Any], words: str, events: Events
) -> None:
    status, output = events.run(**changed)

    assert status != 0
    assert words in output
    assert events.store.read_text(encoding="utf-8") == "{}"


def test_rulebook_for_awx_has_an_activation_and_a_template() -> None:
    templates = {one["name"] for one in definitions("controller_templates")}
    rulebooks = set()
    for activation in definitions("eda_rulebook_activations"):
        rulebooks.add(activation["rulebook"])
        (rule,) = rulebook(activation["rulebook"])["rules"]
        action = rule["action"]["run_job_template"]
        assert action["include_events"] is False
        template = action["name"].rpartition(": ")[2]
        assert f"{{{{ touchbase_awx_name }}}}: {template}" in templates
        assert settings()["touchbase_awx_name"] in action["name"]
    assert rulebooks == {path.name for path in RULEBOOKS.glob("*_awx.yml")}


@pytest.mark.parametrize("name", ["heal", "converge", "notify"])
def test_rulebook_has_the_same_source_and_condition_in_both_forms(name: str) -> None:
    plain, awx = rulebook(f"{name}.yml"), rulebook(f"{name}_awx.yml")
    assert plain["sources"] == awx["sources"]
    assert plain["rules"][0]["condition"] == awx["rules"][0]["condition"]

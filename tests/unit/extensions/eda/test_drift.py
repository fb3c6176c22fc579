"""The file of the event source, run without a package as ansible-rulebook does."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.touchbasepro.sms.plugins.module_utils._events.source import SPEC
from ansible_collections.touchbasepro.sms.tests.unit.support.service import Service, black_hole
from ansible_collections.touchbasepro.sms.tests.unit.support.sources import ROOT

FILE = Path("extensions/eda/plugins/event_source/drift.py")

# Runs the file given, then says from where its code came, or what went wrong.
PROGRAM = """
import asyncio, contextlib, runpy, sys
main = runpy.run_path(sys.argv[1])["main"]
async def go():
    options = {"owners": [{"campaign_id": 1}]}
    task = asyncio.create_task(main(asyncio.Queue(1), options))
    await asyncio.sleep(0.2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
try:
    asyncio.run(go())
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
print(sys.modules["touchbasepro_sms_plugins.module_utils._events.source"].__file__)
"""


def run_file(
    path: Path, env: Mapping[str, str], before: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file in a Python of its own, which has to end before the response."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{PROGRAM}", str(path)],
        env={**kept, "TOUCHBASE_API_KEY": "s3cret-key-of-a-test", **env},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )


def install(root: Path) -> Path:
    """A copy of the collection below a folder; its path."""
    folder = root / "ansible_collections/touchbasepro/sms"
    for name in ("plugins/module_utils", FILE.parent):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(name="env")
def _env(service: Service) -> dict[str, str]:
    service.always_answers(black_hole())
    return {"TOUCHBASE_API_URL": service.url}


def test_own_copy_runs_through_a_link_although_another_is_found_first(
    tmp_path: Path, env: dict[str, str]
) -> None:
    link = tmp_path / "own/ansible_collections/touchbasepro/sms"
    link.parent.mkdir(parents=True)
    link.symlink_to(install(tmp_path / "checkout"))
    other = install(tmp_path / "other")
    (other.parent.parent / "__init__.py").touch()
    env["PYTHONPATH"] = str(tmp_path / "other")
    before = "import ansible_collections.touchbasepro.sms.plugins.module_utils._options"

    finished = run_file(link / FILE, env, before)

    assert finished.stdout.startswith(str(link)), finished.stderr
    assert (finished.returncode, finished.stderr) == (0, "")


MISSING = {
    "ansible-core": ("ansible", "ImportError: touchbasepro.sms.drift cannot be loaded"),
    "requests": ("requests", "StartError: The Python that runs ansible-rulebook lacks"),
}


@pytest.mark.parametrize(("package", "words"), MISSING.values(), ids=MISSING)
def test_missing_package_is_said_in_a_sentence(
    package: str, words: str, env: dict[str, str]
) -> None:
    finished = run_file(ROOT / FILE, env, f"import sys; sys.modules[{package!r}] = None")

    assert finished.returncode == 1
    assert finished.stderr.startswith(words)
    assert f"{sys.executable} -m pip install" in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


def documented(name: str) -> Any:
    spec = importlib.util.spec_from_file_location("drift", ROOT / FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return yaml.safe_load(getattr(module, name))


def facts_of(options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    known = ("type", "elements", "choices", "default")
    return {name: {key: one[key] for key in known if key in one} for name, one in options.items()}


def test_documented_options_are_those_that_are_taken() -> None:
    assert facts_of(documented("DOCUMENTATION")["options"]) == facts_of(SPEC)


def test_examples_have_documented_options() -> None:
    for example in documented("EXAMPLES"):
        assert set(example["touchbasepro.sms.drift"]) <= set(SPEC)

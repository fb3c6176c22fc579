"""The files of definitions as they are written, templates unrendered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PLAYBOOKS = Path("playbooks")
_FOLDER = PLAYBOOKS / "awx/vars"
# Each file defines a variable of its name; beside it there may be what the entries have in common.
KINDS = (
    *("credential_types", "credentials", "execution_environments", "hosts", "inventories"),
    *("projects", "schedules", "templates", "workflows"),
)


class _Loader(yaml.SafeLoader):
    """Takes text that Ansible must not render for the text that it is."""


_Loader.add_constructor("!unsafe", lambda _loader, node: node.value)


def load(text: str) -> Any:
    """Read YAML of Ansible's."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader with one more tag


def files() -> list[Path]:
    """Give the files of definitions, and the one with the settings."""
    return sorted(_FOLDER.glob("*.yml"))


def settings() -> dict[str, Any]:
    """Give the settings with their defaults."""
    given: dict[str, Any] = load((_FOLDER / "settings.yml").read_text(encoding="utf-8"))
    return given


def definitions(variable: str) -> list[dict[str, Any]]:
    """Give the entries of one variable, from the one file that has it."""
    found = [load(path.read_text(encoding="utf-8")) for path in files()]
    (entries,) = (content[variable] for content in found if variable in content)
    return list(entries)

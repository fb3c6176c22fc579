"""Read from a guide what its reader types, files and commands, and what they get to see."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("docs/docsite/rst")
_OUTPUTS = {"ansible-output", "diff"}
_BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\S+)\n"
    r"(?:(?P=indent)   :caption: (?P<caption>\S+)\n)?"
    r"\n(?P<content>(?:(?P=indent)   .*\n|\n)+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Guide:
    """The files that a guide shows with their names, its shell commands, and their outputs."""

    files: dict[str, str]
    commands: list[str]
    outputs: list[str] = field(default_factory=list)

    def write_files(self, folder: Path) -> None:
        """Write the files as shown."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")


def read(path: Path) -> Guide:
    """Take the captioned blocks as files, and the lines of the shell blocks as commands.

    Blocks in a language of outputs are pieces of what the commands print.
    """
    files, commands, outputs = {}, [], []
    for block in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        content = textwrap.dedent(block["content"]).strip() + "\n"
        if block["caption"]:
            files[block["caption"]] = content
        elif block["language"] == "shell":
            commands += content.splitlines()
        elif block["language"] in _OUTPUTS:
            outputs.append(content)
    return Guide(files, commands, outputs)


def without_head(text: str) -> str:
    """Give a YAML file as a guide shows it: without its first line and the comments on the file."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("---", "#")))

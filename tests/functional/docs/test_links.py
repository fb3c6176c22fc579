"""Links to files of the repository lead to files that it has."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
FILE = re.compile(
    r"https://(?:github\.com/touchbasepro/touchbasepro\.sms/(?:blob|edit|tree)"
    r"|raw\.githubusercontent\.com/touchbasepro/touchbasepro\.sms)/main/([^\s()<>\"'`\]?#{]*)"
)
READ = ("*.md", "*.rst", "*.yml", "*.toml", "plugins/*.py", "docs/site/*.py")


def test_links_to_files_of_the_repository_lead_somewhere() -> None:
    command = ["git", "ls-files", "--", *READ]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    links = {
        (name, place)
        for name in names.splitlines()
        for place in FILE.findall((ROOT / name).read_text(encoding="utf-8"))
    }
    assert links
    stale = {(name, place) for name, place in links if not (ROOT / place.rstrip(".,")).exists()}
    assert stale == set()

"""Do the unit tests notice that the code was broken? mutmut breaks it, in one place at a time.

Run from the root of the checkout, with mutmut on PATH from an environment with
requirements-mutation.txt: ``python -m tests.soak.mutation_run [FILE …]``, such as `_plan/bulk.py`.
The checkout itself is not touched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COLLECTION = Path("ansible_collections/touchbasepro/sms")
PACKAGE = ".".join((*COLLECTION.parts, "plugins", "module_utils", ""))
NEEDED = ("plugins", "pyproject.toml", "simulator", "tests/__init__.py", "tests/unit")
# A line of `mutmut results`: the module, the function, the number of the mutant, what became of it.
RESULT = re.compile(rf"^ *({re.escape(PACKAGE)}([\w.]+)\.\S+?__mutmut_\d+): (.+)$", re.MULTILINE)
KILLED = ("killed", "timeout", "suspicious", "segfault")
LEAST_SCORE = 90  # percent of the mutants of a file


def main() -> int:
    """Try every mutant of the files; 0 only if the tests notice enough of each."""
    files = sys.argv[1:]
    with TemporaryDirectory(prefix="mutation-") as folder:
        tree = Path(folder)
        _copy(tree)
        patterns = [f"{PACKAGE}{_module(file)}.*" for file in files]
        _mutmut(tree, "run", "--max-children", str(os.cpu_count() or 1), *patterns)
        results = RESULT.findall(_mutmut(tree, "results", "--all", "true"))
        counts: dict[str, Counter[str]] = {}
        for mutant, module, outcome in results:
            if files and outcome == "not checked":
                continue
            counts.setdefault(module, Counter())[outcome] += 1
            if outcome not in KILLED:
                print(_mutmut(tree, "show", mutant))
    return _judge(counts)


def _copy(tree: Path) -> None:
    for name in NEEDED:
        source, target = ROOT / name, tree / COLLECTION / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    shutil.copy(HERE / "mutmut.toml", tree / "pyproject.toml")


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def _mutmut(tree: Path, *arguments: str) -> str:
    """Run mutmut in a tree; it has to succeed."""
    finished = subprocess.run(
        ["mutmut", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "mutants")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise SystemExit(f"mutmut {arguments[0]} failed:\n{finished.stdout}")
    return finished.stdout


def _judge(counts: dict[str, Counter[str]]) -> int:
    """Print the score of each file; say whether all of them are good enough."""
    enough = bool(counts)
    for module, outcomes in sorted(counts.items()):
        killed = sum(outcomes[outcome] for outcome in KILLED)
        score = 100 * killed / outcomes.total()
        enough = enough and score >= LEAST_SCORE
        print(f"{module:<30}{outcomes.total():>6} mutants {score:6.1f} %  {dict(outcomes)}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())

"""The source of the plugins as syntax trees, and each use of a name, text or import in it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.touchbasepro.sms.plugins"
# By their paths from plugins/; event sources lie outside.
SOURCES = {
    Path(os.path.relpath(path, PLUGINS)).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for folder in (PLUGINS, ROOT / "extensions" / "eda")
    for path in sorted(folder.rglob("*.py"))
}
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
_DOCUMENTATION = ("DOCUMENTATION", "EXAMPLES", "RETURN", "INFO")


@dataclass(frozen=True)
class Use:
    """A place in a file, and what the code has there, such as ``name check_mode``."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"plugins/{self.file}:{self.line}: {self.what}"


@cache
def uses(file: str) -> tuple[Use, ...]:
    """Each use in a file; a ``dry_run`` that is only passed on is none."""
    left_out = _documentation_of(SOURCES[file])
    return tuple(
        Use(file, getattr(node, "lineno", 1), what)
        for node in ast.walk(SOURCES[file])
        if id(node) not in left_out
        for what in _found_in(file, node)
    )


def found(pattern: str) -> list[Use]:
    """The uses in all files whose text begins with the pattern."""
    return [use for file in SOURCES for use in uses(file) if re.match(pattern, use.what)]


def _documentation_of(tree: ast.Module) -> set[int]:
    """The nodes of docstrings and of Ansible's documentation, which may name anything."""
    documents = [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _DOCUMENTATION)
    ]
    inner = {id(one) for document in documents for one in ast.walk(document)}
    passed_on = {
        id(one)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for one in [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(one, ast.Name) and one.id.endswith("dry_run")
    }
    return inner | passed_on


def _found_in(file: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _of_function(node)
    elif isinstance(node, ast.ClassDef):
        yield from (f"decorator {ast.unparse(one)}" for one in node.decorator_list)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _of_import(file, node)
    else:
        yield from _of_expression(node)


def _of_import(file: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"import {alias.name}" for alias in node.names)
    else:
        yield f"from {'.' * node.level}{node.module or ''}"
        module = _whole_name(file, node)
        yield from (f"import {module}.{alias.name}" for alias in node.names)
        yield from (f"name {alias.name}" for alias in node.names)


def _of_expression(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield f"text {node.value}"
    elif isinstance(node, ast.Name):
        yield f"name {node.id}"
    elif isinstance(node, ast.Attribute):
        yield f"name {node.attr}"
        if ast.unparse(node.value) not in ("self", "cls"):
            yield f"attribute {node.attr}"
    elif isinstance(node, (ast.arg, ast.keyword)):
        yield f"argument {node.arg}"


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    if node.args.kwarg:
        yield f"def {node.name} with a bag of keyword arguments"
    first, last = node.body[0], node.end_lineno or 0
    docstring = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
    yield f"def {node.name} of {last - node.lineno + 1 - docstring:03} lines"


def _whole_name(file: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    folders = [PACKAGE, *Path(file).parent.parts]
    return ".".join([*folders[: len(folders) - node.level + 1], *filter(None, [node.module])])


def imported_files(file: str) -> set[str]:
    """The files of the collection that a file imports itself."""
    modules = [use.what.removeprefix("import ") for use in uses(file)]
    modules += [one.rpartition(".")[0] for one in modules]
    paths = {one.removeprefix(f"{PACKAGE}.").replace(".", "/") + ".py" for one in modules}
    return paths & set(SOURCES)

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source of the plugins as syntax trees, and who imports or spells what in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Union

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.touchbasepro.sms.plugins"
SOURCES = {
    path.relative_to(PLUGINS).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PLUGINS.rglob("*.py"))
}
EVENT_SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "extensions/eda").rglob("*.py"))
}
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
_DOCUMENTATION = ("DOCUMENTATION", "EXAMPLES", "RETURN", "INFO")


def _documentation_of(tree: ast.Module) -> set[int]:
    """The nodes of docstrings and of Ansible's documentation, which may name anything."""
    found: set[int] = set()
    for node in ast.walk(tree):
        is_document = isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in _DOCUMENTATION for target in node.targets
        )
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_document or is_docstring:
            found.update(id(inner) for inner in ast.walk(node))
    return found


@cache
def texts(name: str) -> frozenset[str]:
    """Every text in the code of a file; those of documentation left out."""
    left_out = _documentation_of(SOURCES[name])
    return frozenset(
        node.value
        for node in ast.walk(SOURCES[name])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in left_out
    )


@cache
def names(name: str) -> frozenset[str]:
    """Every name and attribute in the code of a file, and every text that could name one."""
    found = set(texts(name))
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            found.add(node.arg or "")
        elif isinstance(node, ast.alias):
            found.add(node.name)
    return frozenset(found)


@cache
def imports(name: str) -> frozenset[str]:
    """What a file imports, each by its whole name; relative imports as well."""
    found: set[str] = set()
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(_whole_names(name, node))
    return frozenset(found)


def imported_files(name: str) -> set[str]:
    """The files of the collection that a file imports itself."""
    paths = {one.removeprefix(f"{PACKAGE}.").replace(".", "/") + ".py" for one in imports(name)}
    return paths & set(SOURCES)


def _whole_names(name: str, node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    if node.level:
        folders = [PACKAGE, *Path(name).parent.parts]
        module = ".".join([*folders[: len(folders) - node.level + 1], *filter(None, [module])])
    yield module
    # What is imported may be a file, too.
    yield from (f"{module}.{alias.name}" for alias in node.names)


def reach_of(name: str) -> set[str]:
    """The files that a file imports, itself or through others."""
    reached: set[str] = set()
    left = [name]
    while left:
        further = imported_files(left.pop()) - reached
        reached |= further
        left += further
    return reached


def files_spelling(pattern: str) -> set[str]:
    """The files with a text in their code, apart from documentation, that the pattern finds."""
    found = re.compile(pattern)
    return {name for name in SOURCES if any(map(found.search, texts(name)))}


def files_naming(*wanted: str) -> set[str]:
    """The files whose code has one of the names."""
    return {name for name in SOURCES if names(name) & {*wanted}}


def files_importing(*wanted: str) -> set[str]:
    """The files that import one of the modules, or something of it."""
    found = re.compile(rf"(?:{'|'.join(map(re.escape, wanted))})(?:\.|$)")
    return {name for name in SOURCES if any(map(found.match, imports(name)))}


Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


def functions() -> Iterator[tuple[str, Function]]:
    """Every function, those of event sources too, with its file and name."""
    for name, tree in {**SOURCES, **EVENT_SOURCES}.items():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name}: {node.name}", node

# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leave out of a cosmic-ray session what would only flatter or blur its score.

Mutants that are no Python would all count as killed. Those that differ in annotations alone are the
same program, since nothing evaluates annotations in plugins/. An exception with a dotted name in an
``except`` is one that cosmic-ray 8 announces and then cannot replace.

Run in the environment of requirements-mutation.txt: ``python mutation_filter.py SESSION``.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from cosmic_ray import mutating, plugins, work_item  # type: ignore[import-not-found]
from cosmic_ray.work_db import WorkDB, use_db  # type: ignore[import-not-found]


class _WithoutAnnotations(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(value=None)
        return self.generic_visit(node)


def _program(source: str) -> str:
    """What a source means; equal for two that do the same because of their annotations alone."""
    return ast.dump(_WithoutAnnotations().visit(ast.parse(source)))


def _why_left_out(mutation: work_item.MutationSpec) -> str | None:
    source = Path(mutation.module_path).read_text(encoding="utf-8")
    operator = plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
    try:
        mutated = mutating.mutate_code(source, operator, mutation.occurrence)
    except AttributeError:
        if mutation.operator_name != "core/ExceptionReplacer":
            raise
        return "a dotted name of an exception"
    try:
        compile(mutated, mutation.module_path, "exec")
        return "in annotations" if _program(mutated) == _program(source) else None
    except SyntaxError:
        return "no Python"


def main() -> None:
    """Mark the mutants in question as skipped, with the reason as their output."""
    with use_db(sys.argv[1], WorkDB.Mode.open) as session:
        for item in list(session.pending_work_items):
            (mutation,) = item.mutations
            reason = _why_left_out(mutation)
            if reason is not None:
                skipped = work_item.WorkerOutcome.SKIPPED
                result = work_item.WorkResult(output=reason, worker_outcome=skipped)
                session.set_result(item.job_id, result)


if __name__ == "__main__":
    main()

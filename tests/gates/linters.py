# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Style, types and documentation, each judged in a clean copy of the checkout."""

from __future__ import annotations

import re

from tests.gates import verdicts
from tests.gates.bench import Bench, collections_path, tool
from tests.gates.programs import Finished
from tests.gates.verdicts import Verdict

TYPED_TESTS = ("tests/benchmarks", "tests/gates", "simulator/touchbase_simulator", "extensions")
ALL_IS_READ = re.compile(r"Total lines of code: [1-9].*Files skipped \(0\)", re.DOTALL)
GITHUB_FILES = (
    ("vendor.github-workflows", "workflows/*.yml"),
    ("custom.github-workflows-require-timeout", "workflows/*.yml"),
    ("vendor.github-issue-forms", "ISSUE_TEMPLATE/[!c]*.yml"),
    ("vendor.github-issue-config", "ISSUE_TEMPLATE/config.yml"),
    ("vendor.dependabot", "dependabot.yml"),
)


def ansible_lint(bench: Bench) -> Verdict:
    """Hold playbooks, roles and metadata to the production profile."""
    copy = bench.stage("ansible-lint")
    options = ("--offline", "--profile", "production", "--strict", "--nocolor")
    path = {"ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy))}
    return verdicts.of_program(bench.run(tool("ansible-lint"), *options, cwd=copy, env=path))


def yamllint(bench: Bench) -> Verdict:
    """Check the form of every YAML file."""
    copy = bench.stage("yamllint")
    return verdicts.of_program(bench.run(tool("yamllint"), "--strict", ".", cwd=copy))


def ruff(bench: Bench) -> Verdict:
    """Check the style of the Python code."""
    copy = bench.stage("ruff")
    return verdicts.of_program(bench.run(tool("ruff"), "check", "--no-cache", cwd=copy))


def ruff_format(bench: Bench) -> Verdict:
    """Check the layout of the Python code."""
    copy = bench.stage("ruff-format")
    options = ("format", "--check", "--diff", "--no-cache")
    return verdicts.of_program(bench.run(tool("ruff"), *options, cwd=copy))


def shellcheck(bench: Bench) -> Verdict:
    """Check the shell scripts that ansible-test does not look at."""
    return verdicts.of_program(bench.run(tool("shellcheck"), ".ci/run"))


def reuse(bench: Bench) -> Verdict:
    """Check that every file says, or REUSE.toml for it, whose it is and under which licence."""
    copy = bench.stage("reuse")
    return verdicts.of_program(bench.run(tool("reuse"), "lint", "--lines", cwd=copy))


def github(bench: Bench) -> Verdict:
    """Check workflow, issue forms and update bot by the schemas that check-jsonschema has."""
    copy = bench.stage("github")
    checks = []
    for schema, pattern in GITHUB_FILES:
        files = sorted(copy.glob(f".github/{pattern}"))
        options = ("--builtin-schema", schema)
        checks.append(
            verdicts.of_program(bench.run(tool("check-jsonschema"), *options, *files, cwd=copy))
        )
    return verdicts.merge(checks)


def zizmor(bench: Bench) -> Verdict:
    """Look for what an attacker could use in the workflow and in the settings of the update bot."""
    copy = bench.stage("zizmor")
    options = ("--offline", "--persona", "auditor", "--strict-collection", "--color", "never")
    return verdicts.of_program(bench.run(tool("zizmor"), *options, ".github", cwd=copy))


def bandit(bench: Bench) -> Verdict:
    """Look for what is dangerous in the code that users run."""
    copy = bench.stage("bandit")
    return judge_bandit(bench.run(tool("bandit"), "--recursive", "plugins", cwd=copy))


def judge_bandit(finished: Finished) -> Verdict:
    """Judge by what was found, and by what was read: a file left out is no failure to bandit."""
    if finished.status == 0 and not ALL_IS_READ.search(finished.output):
        return Verdict(0, 1, finished.output, ("bandit did not read every file",))
    return verdicts.of_program(finished)


def mypy(bench: Bench) -> Verdict:
    """Check types: the plugins under their collection's name, then the programs that test them."""
    copy = bench.stage("mypy")
    tree = collections_path(copy)
    options = ("--config-file", copy / "pyproject.toml", "--no-error-summary")
    plugins = bench.run(
        tool("mypy"), *options, "--cache-dir", bench.build / "mypy/plugins", copy / "plugins",
        cwd=tree, env={"MYPYPATH": str(tree)},
    )  # fmt: skip
    tests = bench.run(
        tool("mypy"), *options, "--cache-dir", bench.build / "mypy/tests",
        "--python-version", "3.11", *TYPED_TESTS,
        cwd=copy, env={"MYPYPATH": str(copy)},
    )  # fmt: skip
    return verdicts.merge([verdicts.of_program(plugins), verdicts.of_program(tests)])


def docs(bench: Bench) -> Verdict:
    """Check the documentation of every plugin and role, and its references."""
    copy = bench.stage("docs")
    options = ("lint-collection-docs", "--plugin-docs", "--validate-collection-refs", "self", ".")
    path = {"ANSIBLE_COLLECTIONS_PATH": str(collections_path(copy))}
    return verdicts.of_program(bench.run(tool("antsibull-docs"), *options, cwd=copy, env=path))


def changelog(bench: Bench) -> Verdict:
    """Check the changelog and its fragments."""
    copy = bench.stage("changelog")
    return verdicts.of_program(bench.run(tool("antsibull-changelog"), "lint", cwd=copy))

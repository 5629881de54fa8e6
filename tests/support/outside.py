"""Checks by programs that are not ours, such as hledger: run where they are installed, named where they are not.

A skipped test is easily overlooked, and a check that silently does not run proves nothing. So each test that needs a
program says so (`outside("hledger")`); where it is missing, the summary of the test run ends with what was left out and
how to get it. Where `KYODO_ALL_CHECKS` is set, as in .ci/run, a missing program is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

NPM_BIN = Path(__file__).parents[2] / "deploy" / "checks" / "node_modules" / ".bin"
"""Where `npm ci` in deploy/checks puts its programs."""

INSTALL = {
    "dclint": "npm ci --prefix deploy/checks",
    "hledger": "apt-get install hledger",
    "kcat": "apt-get install kcat",
    "kustomize": "go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.0",
    "nginx": "apt-get install nginx",
    "node": "Node.js 20 or newer, and npm ci --prefix deploy/checks",
    "prometheus": "apt-get install prometheus",
    "promtool": "apt-get install prometheus",
}
"""The programs that tests may need, and how to get each."""

ALL_CHECKS = "KYODO_ALL_CHECKS"


def outside(program: str) -> pytest.MarkDecorator:
    """Mark a test, or a module by `pytestmark`, that needs this program."""
    if program not in INSTALL:
        raise LookupError(f"say in {__name__} how to install {program}")
    return pytest.mark.outside(program)


def path_of(program: str) -> str | None:
    """Where a program is installed; None where it is not. What needs npm's packages is there once those are."""
    if program in {"dclint", "node"} and not NPM_BIN.is_dir():
        return None
    return shutil.which(program) or shutil.which(program, path=f"{NPM_BIN}{os.pathsep}/usr/sbin")


def require(item: pytest.Item) -> None:
    """Before a test: what it needs is there; else it is left out and noted, or fails where nothing may be left out."""
    for mark in item.iter_markers("outside"):
        program = mark.args[0]
        if path_of(program) is None:
            if os.environ.get(ALL_CHECKS):
                pytest.fail(f"{program} is not installed: {INSTALL[program]}", pytrace=False)
            pytest.skip(f"needs {program}: {INSTALL[program]}")


def left_out(reports: list[pytest.TestReport]) -> list[str]:
    """The lines that say which checks were left out, a program each; none where none was."""
    tests: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple | list) else ""
        for program in INSTALL:
            if reason.startswith(f"Skipped: needs {program}:"):
                tests[program].append(report.nodeid)
    return [
        f"LEFT OUT: {len(found)} checks by {program} ({INSTALL[program]}), such as {found[0]}"
        for program, found in sorted(tests.items())
    ]

"""A check that needs a program which is not installed is left out by name, and a failure where nothing may be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.outside import ALL_CHECKS, INSTALL, outside

ROOT = Path(__file__).parents[1]
NEEDS_HLEDGER = "services/cost-ledger/tests/test_exports_hledger.py::test_hledger_comes_to_the_ledgers_balances"


def run(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a test that needs hledger on a machine without it."""
    variables = {name: value for name, value in os.environ.items() if name != ALL_CHECKS}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", NEEDS_HLEDGER],
        cwd=ROOT,
        env={**variables, "PATH": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_last_lines_name_what_was_left_out(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert found.returncode == 0, found.stdout
    assert f"LEFT OUT: 1 checks by hledger ({INSTALL['hledger']}), such as {NEEDS_HLEDGER}" in found.stdout


def test_nothing_is_left_out_where_all_checks_are_due(tmp_path: Path) -> None:
    found = run(tmp_path, **{ALL_CHECKS: "1"})
    assert found.returncode == 1
    assert "hledger is not installed: apt-get install hledger" in found.stdout


def test_a_program_that_nobody_knows_how_to_install_is_refused() -> None:
    with pytest.raises(LookupError):
        outside("nonesuch")

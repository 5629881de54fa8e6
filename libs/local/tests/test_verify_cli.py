"""`kyodo verify`: three outcomes, each in plain words and with a status of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kyodo_local.cli import app
from tests.support.statement_samples import file_of, lines_of


def verify(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["verify", str(file), *options])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sealed statement as it was handed out."""
    written = tmp_path / "statement.json"
    written.write_text(file_of(lines_of()).model_dump_json(), encoding="utf-8")
    return written


def test_a_file_as_it_was_handed_out_holds(file: Path) -> None:
    found = verify(file)
    assert (found.exit_code, "WRONG" in found.output) == (0, False)
    assert "令和6年度-月次-04-0001" in found.output
    assert "compare the seal" in found.output
    sealed = file_of(lines_of()).sealed
    assert sealed
    assert verify(file, "--seal", sealed.seal).exit_code == 0


def test_what_does_not_hold_is_named(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace('"amount":3030', '"amount":3031', 1), encoding="utf-8")
    found = verify(file)
    assert found.exit_code == 1
    assert "WRONG  the hash of the lines fits the lines and their salt" in found.output
    assert "holds  the seal covers these statements and the seal before it" in found.output


def test_another_seal_than_the_published_one_is_named(file: Path) -> None:
    found = verify(file, "--seal", "00" * 32)
    assert (found.exit_code, "WRONG  the seal is the one that was published" in found.output) == (1, True)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "\x00", '{"format": "kyodo-statement/2"}'])
def test_what_is_no_statement_file_is_told_apart(tmp_path: Path, text: str) -> None:
    written = tmp_path / "other.json"
    written.write_text(text, encoding="utf-8")
    found = verify(written)
    assert (found.exit_code, "is no statement file" in found.output) == (2, True)
    assert verify(tmp_path / "missing.json").exit_code == 2

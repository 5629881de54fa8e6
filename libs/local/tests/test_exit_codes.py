"""What operators rely on in scripts: exit codes as they are documented, and JSON on each of their commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from kyodo_local.cli import app
from kyodo_local.exit_codes import Exit

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
TABLE = re.compile(r"<!-- exit codes:.*?-->\n(.*?)<!-- end of exit codes -->", re.DOTALL)
ROW = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)

WITH_JSON = [
    *("status", "verify", "rebuild", "republish", "backup", "restore"),
    *("topics apply", "topics diff"),
    *("dead-letters list", "dead-letters show", "dead-letters replay", "dead-letters dismiss"),
]


def test_the_documented_codes_are_those_of_the_code() -> None:
    found = TABLE.search(OPERATIONS.read_text(encoding="utf-8"))
    assert found, "docs/operations.md has lost the marks around its exit codes"
    assert {int(code): words for code, words in ROW.findall(found[1])} == {int(exit_): exit_.words for exit_ in Exit}


@pytest.mark.parametrize("command", WITH_JSON)
def test_each_command_of_operators_answers_in_json(command: str) -> None:
    found = typer.main.get_command(app)
    for name in command.split():
        found = found.commands[name]  # type: ignore[attr-defined]  # a group, except at the end
    assert "--json" in {option for parameter in found.params for option in parameter.opts}

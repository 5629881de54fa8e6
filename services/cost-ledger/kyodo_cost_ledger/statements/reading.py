"""A statement as a file: its rows, put together, with the seal where its period has one."""

from __future__ import annotations

from typing import Any

from kyodo_cost_ledger.statements.file import MAX_LINES, FileHeading, FileLine, ProjectSubtotal, StatementFile
from kyodo_cost_ledger.statements.seals import proof_of
from kyodo_cost_ledger.statements.views import lines_of, statement, statement_line, subtotals_of
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import by_code
from kyodo_platform.resources import ReadSession

MAX_PROJECTS = 1_000


async def statement_file(reader: ReadSession, municipality: str, statement_id: str) -> StatementFile:
    """Everything of a statement. Raises NotFound where there is none that the caller may see."""
    row = await reader.tx.row(
        statement.select().where(statement.c.municipality == municipality, statement.c.statement_id == statement_id)
    )
    if row is None:
        raise NotFound(what="statement", id=statement_id)
    found: dict[str, Any] = dict(row)
    lines = lines_of(municipality, statement_id).order_by(statement_line.c.line)
    return StatementFile(
        format="kyodo-statement/1",
        heading=FileHeading(**{name: found[name] for name in FileHeading.model_fields}),
        municipality_ja=by_code(municipality).name_ja,
        salt=found["salt"],
        projects=tuple(
            await reader.all(ProjectSubtotal, subtotals_of(municipality, statement_id), at_most=MAX_PROJECTS)
        ),
        lines=tuple(FileLine(**_own(dict(line))) for line in await reader.tx.rows(lines.limit(MAX_LINES))),
        lines_hash=found["lines_hash"],
        statement_hash=found["statement_hash"],
        sealed=await proof_of(reader.tx, found["period"]),
    )


def _own(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in FileLine.model_fields}

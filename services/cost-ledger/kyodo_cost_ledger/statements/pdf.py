"""A statement on paper: 負担金通知書 on A4, as an accountant files it.

Drawn from the statement file alone, by a worker process; the same file gives the same bytes (docs/decisions/0019).
"""

from __future__ import annotations

from functools import partial

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.pdf_parts import story_of
from kyodo_platform.documents import drawn


def render(text: str) -> bytes:
    """The document of a statement file, given as its JSON text."""
    file = StatementFile.read(text)
    heading = file.heading
    return drawn(
        partial(story_of, file),
        title=f"負担金通知書 {heading.number}",
        foot=f"{heading.number}　{file.municipality_ja}",
        issued_on=heading.issued_on,
    )

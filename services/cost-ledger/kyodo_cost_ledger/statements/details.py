"""What stands beside the yen of a line: names, quantity, price, base figure, and why a correction came.

A few statements for all lines of all municipalities together, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kyodo_cost_ledger.charges.model import ITEMS_JA, Book
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.statements.basis import BaseFigures
from kyodo_cost_ledger.statements.lines import StatementLine
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import Month

REASONS_JA = {
    "terms": "費用負担条件の発効・改定",
    "participation": "参加団体の異動",
    "usage": "利用実績の追加・訂正",
    "drivers": "基礎数値の公表・更正",
    "correction": "訂正の決定",
    "dispute": "異議の決定",
}
OTHER_REASON_JA = "訂正"

_NAMES = "SELECT project_id, name_ja FROM project WHERE project_id = ANY($1::text[])"
_ITEMS = """
SELECT DISTINCT ON (book, project_id, item) book, project_id, item, label_ja, unit_ja FROM (
    SELECT 'usage' AS book, project_id, meter AS item, terms_version, label_ja, unit_ja FROM priced_meter
    UNION ALL SELECT 'base', project_id, item, terms_version, label_ja, NULL FROM base_component
) named
WHERE project_id = ANY($1::text[]) ORDER BY book, project_id, item, terms_version DESC
"""
_KEYS = "unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS wanted (municipality, project_id, item, month)"
# What the statements before this one named already is left out: a correction names what came on top.
_QUANTITIES = f"""
SELECT municipality, project_id, item, month, c.quantity, c.records, (c.quantity - coalesce((
    SELECT sum(l.quantity) FROM statement_line l JOIN statement s USING (municipality, statement_id)
    WHERE l.municipality = c.municipality AND l.project_id = c.project_id AND l.book = 'usage' AND l.item = c.meter
        AND l.month = c.month AND s.kind IN ('monthly', 'settlement')
), 0))::bigint AS unstated
FROM {_KEYS} JOIN usage_cell c USING (municipality, project_id, month)
WHERE c.meter = wanted.item
"""  # noqa: S608 - a constant
_REASONS = """
SELECT DISTINCT wanted.*, p.reason
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS wanted (municipality, project_id, book, item, month)
JOIN posting_line l USING (project_id, book, item, month) JOIN posting p USING (posting_id)
WHERE l.party = wanted.municipality AND l.period = $6
ORDER BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Names:
    """What the projects and their items are called: components of the base cost, and meters with their unit."""

    projects: Mapping[str, str]
    items: Mapping[tuple[str, str, str], tuple[str, str | None]]

    def of(self, line: StatementLine) -> dict[str, Any]:
        """The names that people read on a line."""
        otherwise = ITEMS_JA.get(line.item, line.item), None
        item_ja, unit_ja = self.items.get((line.book.value, line.project_id, line.item), otherwise)
        return {"project_ja": self.projects.get(line.project_id), "item_ja": item_ja, "unit_ja": unit_ja}


async def names_of(tx: Transaction, projects: Sequence[str]) -> Names:
    """The names of these projects and of their items, in two statements."""
    names = await tx.rows(_NAMES, list(projects))
    items = await tx.rows(_ITEMS, list(projects))
    return Names(
        {row["project_id"]: row["name_ja"] for row in names},
        {(book, project_id, item): (label_ja, unit_ja) for book, project_id, item, label_ja, unit_ja in items},
    )


async def detailed(
    tx: Transaction, lines: Sequence[StatementLine], *, period: str, first: Month
) -> list[StatementLine]:
    """The booked lines of a period with everything beside their yen; those of months before `first` with a reason."""
    ids = sorted({line.project_id for line in lines})
    names, projects = await names_of(tx, ids), await known_projects(tx, ids)
    used = await _quantities(tx, [line for line in lines if line.book is Book.USAGE])
    reasons = await _reasons(tx, [line for line in lines if line.month < first], period)
    figures, found = BaseFigures(projects), []
    for line in lines:
        key = line.municipality, line.project_id, line.item, line.month
        beside: dict[str, Any] = {**names.of(line), "reason_ja": reasons.get((*key, line.book.value))}
        if line.book is Book.USAGE and key in used:
            cell, unstated = used[key]
            beside |= {"quantity": unstated, "unit_price": rate(projects[line.project_id], cell).unit_price}
        elif line.book is Book.BASE:
            beside["basis"] = figures.of(line)
        found.append(replace(line, **beside))
    return found


async def _quantities(
    tx: Transaction, lines: Sequence[StatementLine]
) -> dict[tuple[str, str, str, str], tuple[UsageCell, int]]:
    if not lines:
        return {}
    keys = zip(*((line.municipality, line.project_id, line.item, line.month) for line in lines), strict=True)
    return {
        (municipality, project_id, item, month): (
            UsageCell(municipality, project_id, item, Month(month), quantity, records),
            unstated,
        )
        for municipality, project_id, item, month, quantity, records, unstated in await tx.rows(_QUANTITIES, *keys)
    }


async def _reasons(
    tx: Transaction, lines: Sequence[StatementLine], period: str
) -> dict[tuple[str, str, str, str, str], str]:
    if not lines:
        return {}
    keys = zip(
        *((line.municipality, line.project_id, line.book.value, line.item, line.month) for line in lines), strict=True
    )
    reasons: dict[tuple[str, str, str, str, str], list[str]] = {}
    for municipality, project_id, book, item, month, reason in await tx.rows(_REASONS, *keys, period):
        words = REASONS_JA.get(reason, OTHER_REASON_JA)
        reasons.setdefault((municipality, project_id, item, month, book), []).append(words)
    return {key: "、".join(dict.fromkeys(words)) for key, words in reasons.items()}

"""The scenario's result: who bears what, and whether it adds up to the yen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import by_code
from kyodo_local.demo import plan
from kyodo_local.demo.client import Client, Json
from kyodo_local.demo.plan import Project, Usage
from kyodo_local.landing import RESULT
from kyodo_platform.identity.model import Role


@dataclass(frozen=True, slots=True)
class Row:
    """What one party bears in the fiscal year, yen."""

    code: str
    name_ja: str
    name_en: str
    base: int
    usage: int
    total: int


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold, in words with its figures."""

    says: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Result:
    """All 62, Tokyo, the sum, and what was checked."""

    municipalities: list[Row]
    tokyo: Row
    total: Row
    checks: list[Check]

    @property
    def correct(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def save(self, folder: Path) -> None:
        """Write it for the landing page."""
        (folder / RESULT).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))


async def check(client: Client, projects: Sequence[Project], usage: Sequence[Usage]) -> Result:
    """Read what everybody bears and hold it against what the projects cost."""
    until = plan.FISCAL_YEAR.month(12)
    totals = await client.get("/cost-ledger/v1/totals", Role.AUDITOR, until=until)
    closing = await client.get(f"/cost-ledger/v1/closings/{plan.CLOSED_MONTH}", Role.AUDITOR)
    waiting = await client.get("/cost-ledger/v1/waiting-usage", Role.AUDITOR)
    audit = await client.get("/cost-ledger/v1/audit", Role.AUDITOR)
    rows = [_row(row) for row in totals["municipalities"]]
    total = Row(
        "", "62区市町村計", "all 62", *(sum(getattr(r, book) for r in rows) for book in ("base", "usage", "total"))
    )
    tokyo = Row("tokyo", "東京都", "Tokyo", *(totals["tokyo"][book] for book in ("base", "usage", "total")))
    base, used = sum(p.annual_amount for p in projects), sum(record.amount for record in usage)
    expected_waiting = sum(1 for record in usage if record.waits)
    found_waiting = sum(row["records"] for row in waiting["items"])
    return Result(
        rows,
        tokyo,
        total,
        [
            _equal("base of the 62 and Tokyo's share = yearly cost of the projects", total.base + tokyo.base, base),
            _equal("usage = metered quantities × unit prices", total.usage, used),
            _equal("all shares = cost by the journal", totals["sum"]["total"], totals["cost"]),
            Check("journal = what the facts say, computed anew", bool(audit["consistent"] and totals["balanced"])),
            Check(
                f"{closing['statements']} statements of {closing['month']}: {yen(closing['total'])}",
                closing["total"] > 0,
            ),
            Check(
                f"{found_waiting} usage record waits: its municipality joins later", found_waiting == expected_waiting
            ),
        ],
    )


def _equal(says: str, found: int, wanted: int) -> Check:
    same = found == wanted
    return Check(f"{says}: {yen(found)}" + ("" if same else f", should be {yen(wanted)}"), same)


def _row(row: Json) -> Row:
    municipality = by_code(row["municipality"])
    return Row(municipality.code, municipality.name_ja, municipality.name_en, row["base"], row["usage"], row["total"])

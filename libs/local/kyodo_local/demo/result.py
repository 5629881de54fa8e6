"""The scenario's result: who bears what, and whether it adds up to the yen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import by_code
from kyodo_local.demo import plan, talent_plan
from kyodo_local.demo.academy_plan import Trained
from kyodo_local.demo.client import Client, Json
from kyodo_local.demo.plan import Project, Theme, Usage
from kyodo_local.demo.purchase import Bought
from kyodo_local.demo.purchase_plan import DELIVERED_TO, Purchase
from kyodo_local.demo.supporters_plan import Supported
from kyodo_local.demo.talent_plan import Shared
from kyodo_local.demo.who import AUDITOR
from kyodo_local.landing import RESULT


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


@dataclass(frozen=True)
class Told:
    """What the scenario planned, and what the API answered where that is part of the result."""

    themes: Sequence[Theme]
    projects: Sequence[Project]
    usage: Sequence[Usage]
    became: Json
    terms: Mapping[str, str]
    purchase: Purchase
    bought: Bought
    shared: Shared
    supported: Supported
    trained: Trained

    @property
    def used(self) -> int:
        """Yen of all usage: reported records, half-days of experts, hours of supporters, attendances at training."""
        reported = sum(record.amount for record in self.usage)
        return reported + talent_plan.charged() + self.supported.charged + self.trained.charged


async def check(client: Client, told: Told, kept: Sequence[Check]) -> Result:
    """Read what everybody bears and hold it against what the projects cost; `kept` was checked on the way."""
    projects, usage = told.projects, told.usage
    until = plan.FISCAL_YEAR.month(12)
    totals = await client.get("/cost-ledger/v1/totals", AUDITOR, until=until)
    waiting = await client.get("/cost-ledger/v1/waiting-usage", AUDITOR)
    audit = await client.get("/cost-ledger/v1/audit", AUDITOR)
    selected = await client.get("/procurement/v1/themes", AUDITOR, status="selected", limit="200")
    rows = [_row(row) for row in totals["municipalities"]]
    total = Row(
        "", "62区市町村計", "all 62", *(sum(getattr(r, book) for r in rows) for book in ("base", "usage", "total"))
    )
    tokyo = Row("tokyo", "東京都", "Tokyo", *(totals["tokyo"][book] for book in ("base", "usage", "total")))
    base, used = sum(p.annual_amount for p in projects), told.used
    taken_up = {row["name_ja"] for row in selected["items"]} & {theme.name_ja for theme in told.themes}
    expected_waiting = sum(1 for record in usage if record.waits)
    found_waiting = sum(row["records"] for row in waiting["items"])
    return Result(
        rows,
        tokyo,
        total,
        [
            Check(
                f"{len(taken_up)} of {len(told.themes)} themes taken up, each needed by two or more",
                len(taken_up) == len(projects),
            ),
            *[await _previewed(client, terms_id, told) for terms_id in told.terms.values()],
            *_purchased(told.purchase, told.bought),
            _equal("base of the 62 and Tokyo's share = yearly cost of the projects", total.base + tokyo.base, base),
            _equal("usage = metered quantities × unit prices", total.usage, used),
            _equal("all shares = cost by the journal", totals["sum"]["total"], totals["cost"]),
            Check("journal = what the facts say, computed anew", bool(audit["consistent"] and totals["balanced"])),
            Check(f"{found_waiting} usage record waits: its meter has no price yet", found_waiting == expected_waiting),
            Check(
                f"{told.became['refused']} usage record refused: its municipality had not subscribed",
                told.became["refused"] == sum(1 for record in usage if not record.subscribed),
            ),
            *kept,
        ],
    )


async def _previewed(client: Client, terms_id: str, told: Told) -> Check:
    """What was shown before the consent is what the year costs."""
    preview = await client.get(f"/cost-ledger/v1/burden-terms/{terms_id}/preview", AUDITOR)
    base, amounts = preview["sum"]["base"], {project.annual_amount for project in told.projects}
    return Check(f"preview of burden terms: {yen(base)} for the year", base in amounts)


def _purchased(purchase: Purchase, bought: Bought) -> list[Check]:
    """What was committed to is what was contracted, and what was ordered is what was delivered and invoiced."""
    (winner,) = (bidder for bidder in purchase.bidders if bidder.name_ja == bought.supplier_ja)
    units = sum(_first(purchase))
    price = winner.prices[-1]
    contracted = purchase.breaks[-1] * price
    reached = f"{purchase.missing:,} units topped up, so that {purchase.breaks[-1]:,} PCs reach the best price"
    return [
        Check(reached, bought.tier == len(purchase.breaks) and bought.topped_up == purchase.missing),
        _equal(f"{bought.contracts} contracts with {bought.supplier_ja}", bought.joint_cost, contracted),
        Check(f"{bought.accepted:,} PCs ordered, delivered and accepted", bought.ordered == bought.accepted == units),
        _equal("invoices matched, with tax", bought.invoiced, sum(int(q * price * 11 // 10) for q in _first(purchase))),
    ]


def _first(purchase: Purchase) -> list[int]:
    return list(purchase.quantities.values())[:DELIVERED_TO]


def _equal(says: str, found: int, wanted: int) -> Check:
    same = found == wanted
    return Check(f"{says}: {yen(found)}" + ("" if same else f", should be {yen(wanted)}"), same)


def _row(row: Json) -> Row:
    municipality = by_code(row["municipality"])
    return Row(municipality.code, municipality.name_ja, municipality.name_en, row["base"], row["usage"], row["total"])

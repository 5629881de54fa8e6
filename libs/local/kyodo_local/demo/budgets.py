"""The forum's budget of fiscal year 2023: 13 lines in thousand yen, beside those of the year before."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from kyodo_events.values.money import yen
from kyodo_local.demo import calendar
from kyodo_local.demo.result import Check
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import SECRETARIAT

FISCAL_YEAR = 2023
DECIDED_ON = "2023-03-24"  # invented but likely: Tokyo's assembly decides in March


def bodies() -> list[dict[str, Any]]:
    """The body of `POST /v1/budgets`: the lines as the forum's paper prints them, changes included."""
    document = json.loads(files(__package__).joinpath("forum-2023.json").read_text(encoding="utf-8"))
    lines = [_line(row) for row in document["budget_thousand_yen"]]
    return [{"fiscal_year": FISCAL_YEAR, "decided_on": DECIDED_ON, "unit": "thousand_yen", "lines": lines}]


async def load_budgets(telling: Telling) -> list[Check]:
    """Enter the budget, read its lines back, and hold them against the paper, line by line."""
    advance = telling.task("予算 budget lines", 1)
    [body] = bodies()
    await telling.client.do(
        "POST", "/cost-ledger/v1/budgets", body, SECRETARIAT, calendar.CONSENTED, key=f"budget-{FISCAL_YEAR}"
    )
    advance(1)
    path = f"/cost-ledger/v1/budgets/{FISCAL_YEAR}"
    budget = await telling.client.get(path, SECRETARIAT)
    rows = (await telling.client.get(f"{path}/lines", SECRETARIAT, limit="200"))["items"]
    printed = [(line["name_ja"], line["change"] * 1_000) for line in body["lines"]]
    says = f"{len(rows)} budget lines of fiscal year {FISCAL_YEAR}: {yen(budget['amount'])}"
    changed = f"{yen(budget['change'])} more than the year before, as printed line by line"
    return [Check(f"{says}, {changed}", [(row["name_ja"], row["change"]) for row in rows] == printed)]


def _line(row: dict[str, Any]) -> dict[str, Any]:
    rule = row.get("subsidy")
    subsidy = rule and {
        "ratio": rule["ratio"],
        "yearly_cap": rule["yearly_cap_yen"],
        "new_awards": rule["new_awards_fy2023"],
    }
    return {
        "group_ja": row["group_ja"],
        "name_ja": row["name_ja"],
        "amount": row["fy2023"],
        "previous_amount": row["fy2022"],
        "change": row["change"],
        "subsidy": subsidy,
    }

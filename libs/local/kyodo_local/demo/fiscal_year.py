"""The books of the scenario's year: closed month by month, disputed, paid, noticed, settled and sealed."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, time

from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.verification import verify
from kyodo_events.values.fiscal import TOKYO_TIME, Month
from kyodo_events.values.money import yen
from kyodo_local.demo import calendar, plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.result import Check
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import AUDITOR, SECRETARIAT, approver, officer

LEDGER = "/cost-ledger/v1"
DISPUTING = "131016"  # Chiyoda objects to what it used in April
MONTHS = plan.FISCAL_YEAR.months()
SETTLEMENT = f"{MONTHS[-1]}s"  # 出納整理期間: the year's March with an s


async def keep_the_books(telling: Telling) -> list[Check]:
    """From the first closing to the seal of the year; answers with what must hold at its end."""
    advance = telling.task("決算 the year's books", len(MONTHS) * 2 + 7)
    for month in MONTHS[:6]:
        await _close(telling, month)
        advance(1)
    disputed = await _dispute(telling)
    advance(1)
    paid = await _pay(telling)
    advance(1)
    await _notice(telling, "interim", calendar.INTERIM)
    advance(1)
    for month in MONTHS[6:]:
        await _close(telling, month)
        advance(1)
        if month == MONTHS[9]:
            await _notice(telling, "final", calendar.FINAL)
            advance(1)
    await _settle(telling)
    advance(2)
    for month in MONTHS:
        await _seal(telling, month)
        advance(1)
    await _seal(telling, SETTLEMENT)
    advance(1)
    return [*await _closed(telling), disputed, paid, *await _sealed(telling)]


async def _close(telling: Telling, month: Month) -> None:
    """On the tenth of the month after it, or once its usage is reported."""
    tenth = month.next().first_day.replace(day=10)
    at = max(datetime.combine(tenth, time(10), TOKYO_TIME), calendar.REPORTED)
    await telling.client.do("POST", f"{LEDGER}/closings", {"month": month}, SECRETARIAT, at, key=f"closing-{month}")


async def _dispute(telling: Telling) -> Check:
    """One municipality objects to a line; Tokyo answers and keeps it."""
    do, get = telling.client.do, telling.client.get
    lines = await get(f"{LEDGER}/municipalities/{DISPUTING}/statements/{plan.CLOSED_MONTH}/lines", officer(DISPUTING))
    line = next(line for line in lines["items"] if line["book"] == "usage")
    body = {name: line[name] for name in ("project_id", "book", "item", "month")} | {
        "period": plan.CLOSED_MONTH,
        "grounds_ja": "庁内の受付件数と一致しないため、内訳の確認を求める。",
    }
    who = approver(DISPUTING)
    raised = await do("POST", f"{LEDGER}/disputes", body, who, calendar.DISPUTED, key="dispute")
    path = f"{LEDGER}/disputes/{raised['dispute_id']}"
    answer = {"answer_ja": "夜間の申請を含む件数であり、記録の一覧を送付した。"}
    await do("PUT", f"{path}/answer", answer, SECRETARIAT, calendar.ANSWERED, key="dispute-answer")
    decision = {"decision": "kept", "reason_ja": "記録の一覧により確認された"}
    await do("PUT", f"{path}/resolution", decision, SECRETARIAT, calendar.RESOLVED, key="dispute-resolution")
    ended = await get(path, who)
    return Check(f"a line of {yen(line['amount'])} disputed, answered and kept", ended["status"] == "kept")


async def _pay(telling: Telling) -> Check:
    """All statements of the first month are paid, one of them in two parts."""
    query = {"kind": "monthly", "fiscal_year": str(plan.FISCAL_YEAR), "limit": "200"}
    found = await telling.client.get(f"{LEDGER}/statements", AUDITOR, **query)
    first = [statement for statement in found["items"] if statement["statement_id"] == plan.CLOSED_MONTH]
    await asyncio.gather(*(_pay_statement(telling, statement) for statement in first))
    after = await telling.client.get(f"{LEDGER}/statements", AUDITOR, **query, state="paid")
    total = sum(statement["total"] for statement in first)
    return Check(f"{len(first)} statements paid in full, {yen(total)}", len(after["items"]) == len(first))


async def _pay_statement(telling: Telling, statement: Json) -> None:
    code, total = statement["municipality"], statement["total"]
    half = total // 2 if code == DISPUTING else 0
    for number, amount in enumerate(filter(None, (half, total - half)), start=1):
        body = {"amount": amount, "paid_on": calendar.PAID.date().isoformat(), "reference": f"入金-{code}-{number}"}
        path = f"{LEDGER}/municipalities/{code}/statements/{statement['statement_id']}/payments"
        await telling.client.do("POST", path, body, SECRETARIAT, calendar.PAID, key=f"payment-{code}-{number}")


async def _notice(telling: Telling, kind: str, at: datetime) -> None:
    body = {"kind": kind, "fiscal_year": plan.FISCAL_YEAR}
    await telling.client.do("POST", f"{LEDGER}/notices", body, SECRETARIAT, at, key=f"notice-{kind}")


async def _settle(telling: Telling) -> None:
    """The year is calculated after its end, and its settlement period begins."""
    do, year = telling.client.do, plan.FISCAL_YEAR
    body = {"fiscal_year": year}
    await do("POST", f"{LEDGER}/fiscal-years", body, SECRETARIAT, calendar.CALCULATED, key="year")
    path = f"{LEDGER}/fiscal-years/{year}/settlement"
    await do("PUT", path, {}, SECRETARIAT, calendar.CALCULATED, key="year-settlement")


async def _seal(telling: Telling, period: str) -> None:
    await telling.client.do(
        "POST", f"{LEDGER}/seals", {"period": period}, SECRETARIAT, calendar.SEALED, key=f"seal-{period}"
    )


async def _closed(telling: Telling) -> list[Check]:
    """What stands on the twelve months' statements is what the municipalities bear."""
    closings = (await telling.client.get(f"{LEDGER}/closings", AUDITOR, limit="200"))["items"]
    totals = await telling.client.get(f"{LEDGER}/totals", AUDITOR, until=MONTHS[-1])
    stated, borne = sum(row["total"] for row in closings), sum(row["total"] for row in totals["municipalities"])
    statements = sum(row["statements"] for row in closings)
    return [
        Check(f"{statements} statements of {len(closings)} months: {yen(stated)}, all that is borne", stated == borne)
    ]


async def _sealed(telling: Telling) -> list[Check]:
    chain = await telling.client.get(f"{LEDGER}/seals/verification", AUDITOR)
    path = f"{LEDGER}/municipalities/{DISPUTING}/statements/{plan.CLOSED_MONTH}/file"
    file = await telling.client.get(path, officer(DISPUTING))
    findings = verify(StatementFile.read(json.dumps(file)))
    proved = file["sealed"] is not None and all(finding.holds for finding in findings)
    return [
        Check(f"{chain['seals']} periods sealed, each seal on the one before it", bool(chain["intact"])),
        Check(f"a sealed statement proved offline by {len(findings)} checks", proved),
    ]

"""Budgets as people read them: their lines beside last year's, and every entry on them in its order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.budgets.events import (
    BudgetEntered,
    BudgetLineLinked,
    BudgetSupplemented,
    BudgetTransferred,
    CommitmentMade,
    CommitmentReleased,
    EnteredLine,
    ForecastBackWithinBudget,
    SpendingRecorded,
    SpendingReturned,
)
from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.periods.calendar import settlement_of
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.budgets import BudgetForecastExceeded
from kyodo_events.database import Transaction
from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, View, change, insert_missing

budget = Table(
    "budget",
    metadata,
    Column("fiscal_year", sa.Integer, primary_key=True),
    Column("decided_on", sa.Date, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

budget_line = Table(
    "budget_line",
    metadata,
    Column("fiscal_year", sa.Integer, primary_key=True),
    Column("line", sa.Integer, primary_key=True),
    Column("group_ja", sa.Text, nullable=False),
    Column("name_ja", sa.Text, nullable=False),
    Column("initial_amount", sa.BigInteger, nullable=False),
    Column("previous_amount", sa.BigInteger, nullable=False),
    Column("subsidy_ratio", sa.Text),
    Column("subsidy_yearly_cap", sa.BigInteger),
    Column("subsidy_new_awards", sa.Integer),
    Column("project_id", sa.Text),
)

budget_entry = Table(
    "budget_entry",
    metadata,
    Column("fiscal_year", sa.Integer, primary_key=True),
    Column("number", sa.Integer, primary_key=True, comment="place in the budget's stream"),
    Column("line", sa.Integer, primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("reference", sa.Text),
    Column("commitment", sa.Text),
    Column("day", sa.Date, nullable=False),
    Column("amount", sa.BigInteger, nullable=False, comment="yen"),
    Column("reason", sa.Text),
)

ENTRIES_JA = {
    "supplement": "補正",
    "transfer": "流用",
    "commitment": "支出負担行為",
    "release": "支出負担行為の減額",
    "spending": "支出",
    "return": "戻入",
}

budgets = View("budgets", budget, budget_line, budget_entry)


@budgets.on(BudgetEntered)
def _(rows: Batch[BudgetEntered]) -> list[AnyWrite]:
    return [
        insert_missing(
            budget,
            [
                {"fiscal_year": r.event.fiscal_year, "decided_on": r.event.decided_on, "version": r.version}
                for r in rows
            ],
        ),
        insert_missing(
            budget_line,
            [
                _line(int(r.stream), number, line, line.amount)
                for r in rows
                for number, line in enumerate(r.event.lines, 1)
            ],
        ),
    ]


@budgets.on(BudgetSupplemented)
def _(rows: Batch[BudgetSupplemented]) -> list[AnyWrite]:
    """The number of a new line is the next one of the budget, as the aggregate gives it."""
    return [
        insert_missing(
            budget_line,
            [
                _line(int(r.stream), number, line, 0)
                for r in rows
                for number, line in enumerate(r.event.added, r.event.first_added)
            ],
        ),
        insert_missing(
            budget_entry,
            [
                _entry(r, line, "supplement", amount, day=r.event.decided_on, reason=r.event.reason)
                for r in rows
                for line, amount in r.event.by_line().items()
            ],
        ),
        _versions(rows),
    ]


@budgets.on(BudgetTransferred)
def _(rows: Batch[BudgetTransferred]) -> list[AnyWrite]:
    return [
        insert_missing(
            budget_entry,
            [
                _entry(r, line, "transfer", amount, day=r.event.decided_on, reason=r.event.reason)
                for r in rows
                for line, amount in ((r.event.from_line, -r.event.amount), (r.event.to_line, r.event.amount))
            ],
        ),
        _versions(rows),
    ]


@budgets.on(BudgetLineLinked)
def _(rows: Batch[BudgetLineLinked]) -> list[AnyWrite]:
    linked = [{"fiscal_year": int(r.stream), "line": r.event.line, "project_id": r.event.project_id} for r in rows]
    return [change(budget_line, linked), _versions(rows)]


@budgets.on(CommitmentMade, CommitmentReleased, SpendingRecorded, SpendingReturned)
def _(rows: Batch[CommitmentMade | CommitmentReleased | SpendingRecorded | SpendingReturned]) -> list[AnyWrite]:
    return [
        insert_missing(
            budget_entry,
            [
                _entry(
                    r,
                    r.event.line,
                    _KINDS[type(r.event)],
                    r.event.amount,
                    day=r.event.day,
                    reference=r.event.reference,
                    commitment=getattr(r.event, "commitment", None),
                    reason=getattr(r.event, "reason", None),
                )
                for r in rows
            ],
        ),
        _versions(rows),
    ]


@budgets.on(BudgetForecastExceeded, ForecastBackWithinBudget)
def _(rows: Batch[BudgetForecastExceeded | ForecastBackWithinBudget]) -> AnyWrite:
    return _versions(rows)


_KINDS: Mapping[type[Event], str] = {
    CommitmentMade: "commitment",
    CommitmentReleased: "release",
    SpendingRecorded: "spending",
    SpendingReturned: "return",
}


def _line(fiscal_year: int, number: int, line: EnteredLine, initial: int) -> dict[str, Any]:
    rule = line.subsidy
    return {
        "fiscal_year": fiscal_year,
        "line": number,
        "group_ja": line.group_ja,
        "name_ja": line.name_ja,
        "initial_amount": initial,
        "previous_amount": line.previous_amount,
        "subsidy_ratio": str(rule.ratio) if rule else None,
        "subsidy_yearly_cap": rule.yearly_cap if rule else None,
        "subsidy_new_awards": rule.new_awards if rule else None,
        "project_id": None,
    }


def _entry(row: Recorded[Any], line: int, kind: str, amount: int, **more: Any) -> dict[str, Any]:
    blank = {"reference": None, "commitment": None, "reason": None}
    key = {"fiscal_year": int(row.stream), "number": row.version, "line": line}
    return {**blank, **key, "kind": kind, "amount": amount, **more}


def _versions(rows: Batch[Any]) -> AnyWrite:
    return change(budget, [{"fiscal_year": int(r.stream), "version": r.version} for r in rows])


def lines_of(fiscal_year: int | None = None) -> Select[Any]:
    """The lines (of one year) as the forum's table shows them, with what moved them since and what they hold now."""
    entry, line = budget_entry.c, budget_line.c

    def moved(kind: str) -> sa.ColumnElement[int]:
        amount = sa.select(sa.func.coalesce(sa.func.sum(entry.amount), 0)).where(
            entry.fiscal_year == line.fiscal_year, entry.line == line.line, entry.kind == kind
        )
        return sa.cast(amount.scalar_subquery(), sa.BigInteger)

    supplemented, transferred = moved("supplement"), moved("transfer")
    query = sa.select(
        budget_line,
        (line.initial_amount - line.previous_amount).label("change"),
        (line.previous_amount == 0).label("new"),
        supplemented.label("supplemented"),
        transferred.label("transferred"),
        (line.initial_amount + supplemented + transferred).label("amount"),
    )
    return query if fiscal_year is None else query.where(line.fiscal_year == int(fiscal_year))


def budgets_with_sums() -> Select[Any]:
    """The budgets with the sums of their lines."""
    lines = lines_of().subquery()
    names = ("initial_amount", "previous_amount", "change", "amount")
    sums = [sa.cast(sa.func.sum(lines.c[name]), sa.BigInteger).label(name) for name in names]
    return (
        sa.select(budget, sa.func.count().label("lines"), *sums)
        .join(lines, lines.c.fiscal_year == budget.c.fiscal_year)
        .group_by(*budget.c)
    )


def entries_of(fiscal_year: int, line: int) -> Select[Any]:
    """What was entered on a line, in its order."""
    kind_ja = sa.case(ENTRIES_JA, value=budget_entry.c.kind)
    return sa.select(budget_entry, kind_ja.label("kind_ja")).where(
        budget_entry.c.fiscal_year == int(fiscal_year), budget_entry.c.line == line
    )


async def own_shares(tx: Transaction, year: FiscalYear) -> dict[str, dict[Month, int]]:
    """Tokyo's own share by project and accounting month of the year, as the journal has it.

    What is booked in the settlement period (`YYYY-03s`) belongs to the year, and counts in its March.
    """
    first, last = year.month(1), settlement_of(year)
    query = (
        sa.select(charge.c.project_id, charge.c.period, sa.cast(sa.func.sum(charge.c.amount), sa.BigInteger))
        .where(charge.c.party == TOKYO, charge.c.period.between(first, last))
        .group_by(charge.c.project_id, charge.c.period)
    )
    shares: dict[str, dict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for project_id, period, amount in await tx.rows(query):
        shares[project_id][Month(period[:7])] += amount
    return shares

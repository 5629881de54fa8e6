"""Programmes and awards, which governments read, and applications, which are private to who applied."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.subsidies.events import (
    Status,
    SubsidyApplicationWithdrawn,
    SubsidyApplied,
    SubsidyCostEstablished,
    SubsidyDeclined,
    SubsidyProgrammeOpened,
)
from kyodo_cost_ledger.subsidies.model import STANDING, STATUS_JA
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.subsidies import (
    SubsidyAwardChanged,
    SubsidyAwarded,
    SubsidyAwardWithdrawn,
    SubsidySettled,
)
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.views import AnyWrite, View, change, insert_missing, upsert

subsidy_programme = Table(
    "subsidy_programme",
    metadata,
    Column("id", sa.Text, primary_key=True),
    Column("fiscal_year", sa.Integer, nullable=False),
    Column("line", sa.Integer, nullable=False),
    Column("name_ja", sa.Text, nullable=False),
    Column("ratio", sa.Text, nullable=False),
    Column("yearly_cap", sa.BigInteger, nullable=False),
    Column("new_awards", sa.Integer, nullable=False),
    Column("applications_until", sa.Date, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

subsidy_application = Table(
    "subsidy_application",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("programme_id", sa.Text, primary_key=True),
    Column("status", sa.Text, nullable=False),
    Column("planned_cost", sa.BigInteger, nullable=False),
    Column("purpose", sa.Text, nullable=False),
    Column("reason", sa.Text),
    Column("actual_cost", sa.BigInteger),
    info={"private_to": "municipality"},
)

subsidy_award = Table(
    "subsidy_award",
    metadata,
    Column("programme_id", sa.Text, primary_key=True),
    Column("municipality", sa.Text, primary_key=True),
    Column("status", sa.Text, nullable=False),
    Column("amount", sa.BigInteger, nullable=False),
    Column("decided_on", sa.Date, nullable=False),
    Column("settled_amount", sa.BigInteger),
    Column("surplus", sa.BigInteger),
)

subsidies = View("subsidies", subsidy_programme, subsidy_application, subsidy_award)


@subsidies.on(SubsidyProgrammeOpened)
def _(rows: Batch[SubsidyProgrammeOpened]) -> AnyWrite:
    return insert_missing(
        subsidy_programme,
        [
            {
                "id": r.stream,
                "fiscal_year": int(r.event.fiscal_year),
                "line": r.event.line,
                "name_ja": r.event.name_ja,
                "ratio": str(r.event.rule.ratio),
                "yearly_cap": r.event.rule.yearly_cap,
                "new_awards": r.event.rule.new_awards,
                "applications_until": r.event.applications_until,
                "version": r.version,
            }
            for r in rows
        ],
    )


@subsidies.on(SubsidyApplied)
def _(rows: Batch[SubsidyApplied]) -> list[AnyWrite]:
    applied = [
        {
            **_key(r),
            "status": r.event.status.value,
            "planned_cost": r.event.planned_cost,
            "purpose": r.event.purpose,
            "reason": None,
        }
        for r in rows
    ]
    return [upsert(subsidy_application, applied), _versions(rows)]


@subsidies.on(SubsidyDeclined)
def _(rows: Batch[SubsidyDeclined]) -> list[AnyWrite]:
    declined = [{**_key(r), "status": Status.DECLINED.value, "reason": r.event.reason} for r in rows]
    return [change(subsidy_application, declined), _versions(rows)]


@subsidies.on(SubsidyApplicationWithdrawn)
def _(rows: Batch[SubsidyApplicationWithdrawn]) -> list[AnyWrite]:
    return [_statuses(rows, Status.WITHDRAWN), _versions(rows)]


@subsidies.on(SubsidyAwarded, SubsidyAwardChanged)
def _(rows: Batch[SubsidyAwarded | SubsidyAwardChanged]) -> list[AnyWrite]:
    awarded = [
        {
            **_key(r),
            "status": Status.AWARDED.value,
            "amount": r.event.amount,
            "decided_on": tokyo_date(r.at),
            "settled_amount": None,
            "surplus": None,
        }
        for r in rows
    ]
    return [_statuses(rows, Status.AWARDED), upsert(subsidy_award, awarded), _versions(rows)]


@subsidies.on(SubsidyAwardWithdrawn)
def _(rows: Batch[SubsidyAwardWithdrawn]) -> list[AnyWrite]:
    withdrawn = [{**_key(r), "status": Status.WITHDRAWN.value} for r in rows]
    return [_statuses(rows, Status.WITHDRAWN), change(subsidy_award, withdrawn), _versions(rows)]


@subsidies.on(SubsidyCostEstablished)
def _(rows: Batch[SubsidyCostEstablished]) -> list[AnyWrite]:
    costs = [{**_key(r), "actual_cost": r.event.actual_cost} for r in rows]
    return [change(subsidy_application, costs), _versions(rows)]


@subsidies.on(SubsidySettled)
def _(rows: Batch[SubsidySettled]) -> list[AnyWrite]:
    settled = [
        {
            **_key(r),
            "status": Status.SETTLED.value,
            "settled_amount": r.event.amount,
            "surplus": r.event.surplus,
        }
        for r in rows
    ]
    return [_statuses(rows, Status.SETTLED), change(subsidy_award, settled), _versions(rows)]


def _key(row: Recorded[Any]) -> dict[str, Any]:
    return {"programme_id": row.stream, "municipality": row.event.municipality}


def _statuses(rows: Batch[Any], status: Status) -> AnyWrite:
    return change(subsidy_application, [{**_key(r), "status": status.value} for r in rows])


def _versions(rows: Batch[Any]) -> AnyWrite:
    return change(subsidy_programme, [{"id": r.stream, "version": r.version} for r in rows])


def programmes() -> Select[Any]:
    """The programmes, with how many awards stand and what they come to."""
    award = subsidy_award.c
    standing = award.status.in_([status.value for status in STANDING])
    committed = sa.func.coalesce(award.settled_amount, award.amount)
    return (
        sa.select(
            subsidy_programme,
            sa.func.count(award.municipality).label("awards"),
            sa.cast(sa.func.coalesce(sa.func.sum(committed), 0), sa.BigInteger).label("awarded"),
        )
        .outerjoin(subsidy_award, sa.and_(award.programme_id == subsidy_programme.c.id, standing))
        .group_by(*subsidy_programme.c)
    )


def applications(programme_id: str) -> Select[Any]:
    """The applications of a programme, with what was awarded; the version is the programme's."""
    applied, award = subsidy_application.c, subsidy_award.c
    return (
        sa.select(
            subsidy_application,
            sa.case(STATUS_JA_BY_CODE, value=applied.status).label("status_ja"),
            award.amount.label("awarded"),
            award.settled_amount,
            award.surplus,
            subsidy_programme.c.version,
        )
        .join(subsidy_programme, subsidy_programme.c.id == applied.programme_id)
        .outerjoin(
            subsidy_award,
            sa.and_(award.programme_id == applied.programme_id, award.municipality == applied.municipality),
        )
        .where(applied.programme_id == programme_id)
    )


def awards(programme_id: str) -> Select[Any]:
    """The awards of a programme, those withdrawn among them."""
    status_ja = sa.case(STATUS_JA_BY_CODE, value=subsidy_award.c.status)
    return sa.select(subsidy_award, status_ja.label("status_ja")).where(subsidy_award.c.programme_id == programme_id)


STATUS_JA_BY_CODE = {status.value: label for status, label in STATUS_JA.items()}

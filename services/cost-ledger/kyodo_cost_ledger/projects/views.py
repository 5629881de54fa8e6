"""The facts about projects, filled from procurement's events; rows of one stream each, so any order will do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from kyodo_cost_ledger.drivers.views import figures_for
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion, figures_named
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce
from kyodo_events.database import Row, Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.views import AnyWrite, View, insert_missing

project = Table(
    "project",
    metadata,
    Column("project_id", sa.Text, primary_key=True),
    Column("name_ja", sa.Text, nullable=False),
    Column("stage", sa.Text, nullable=False),
    Column("event_id", sa.Uuid, nullable=False),
)

participation = Table(
    "participation",
    metadata,
    Column("project_id", sa.Text, primary_key=True),
    Column("version", sa.Integer, primary_key=True, comment="place in the project's stream"),
    Column("municipality", sa.Text, nullable=False),
    Column("takes_part", sa.Boolean, nullable=False),
    Column("from_month", sa.Text, nullable=False),
    Column("event_id", sa.Uuid, nullable=False),
    Column("from_day", sa.Date, comment="where it is not the first of the month"),
)

terms = Table(
    "terms",
    metadata,
    Column("project_id", sa.Text, primary_key=True),
    Column("terms_version", sa.Integer, primary_key=True),
    Column("terms_id", sa.Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("terms_hash", sa.Text, nullable=False),
    Column("event_id", sa.Uuid, nullable=False),
    Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
)

priced_meter = Table(
    "priced_meter",
    metadata,
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("terms_version", sa.Integer, primary_key=True),
    Column("label_ja", sa.Text, nullable=False),
    Column("unit_ja", sa.Text, nullable=False),
)

base_component = Table(
    "base_component",
    metadata,
    Column("project_id", sa.Text, primary_key=True),
    Column("item", sa.Text, primary_key=True),
    Column("terms_version", sa.Integer, primary_key=True),
    Column("label_ja", sa.Text, nullable=False),
)

projects = View("projects", project, participation, terms, priced_meter, base_component)


@projects.on(ProjectStarted)
def _(rows: Batch[ProjectStarted]) -> AnyWrite:
    return insert_missing(
        project,
        [
            {"project_id": r.stream, "name_ja": r.event.name_ja, "stage": r.event.stage.value, "event_id": r.id}
            for r in rows
        ],
    )


@projects.on(ParticipantJoined, ParticipantLeft)
def _(rows: Batch[ParticipantJoined | ParticipantLeft]) -> AnyWrite:
    """Who leaves takes part in the last month still, and no longer from the month after it."""
    return insert_missing(
        participation,
        [
            {
                "project_id": r.stream,
                "version": r.version,
                "municipality": r.event.municipality,
                "takes_part": isinstance(r.event, ParticipantJoined),
                "from_month": r.event.from_month
                if isinstance(r.event, ParticipantJoined)
                else r.event.last_month.next(),
                "event_id": r.id,
                "from_day": _changes_on(r.event),
            }
            for r in rows
        ],
    )


def _changes_on(event: ParticipantJoined | ParticipantLeft) -> date | None:
    if isinstance(event, ParticipantJoined):
        return event.from_day
    return event.last_day + timedelta(days=1) if event.last_day else None


@projects.on(BurdenTermsEnteredIntoForce)
def _(rows: Batch[BurdenTermsEnteredIntoForce]) -> list[AnyWrite]:
    return [
        insert_missing(
            terms,
            [
                {
                    "project_id": r.event.project_id,
                    "terms_version": r.event.terms_version,
                    "terms_id": r.stream,
                    "body": r.event.terms.model_dump(mode="json"),
                    "terms_hash": r.event.terms_hash,
                    "event_id": r.id,
                    "in_force_at": r.at,
                }
                for r in rows
            ],
        ),
        insert_missing(
            priced_meter,
            [
                {
                    "project_id": r.event.project_id,
                    "meter": price.meter,
                    "terms_version": r.event.terms_version,
                    "label_ja": price.label_ja,
                    "unit_ja": price.unit_ja,
                }
                for r in rows
                for price in r.event.terms.usage
            ],
        ),
        insert_missing(
            base_component,
            [
                {
                    "project_id": r.event.project_id,
                    "item": component.driver,
                    "terms_version": r.event.terms_version,
                    "label_ja": component.name_ja,
                }
                for r in rows
                if r.event.terms.base
                for component in r.event.terms.base.components
            ],
        ),
    ]


def meter_labels() -> sa.Subquery:
    """The Japanese name and unit of each meter of a project, from the newest terms that price it."""
    return _newest(priced_meter, "meter").subquery("meter_label")


def component_labels() -> sa.Subquery:
    """The Japanese name of each component of a project's base book, from the newest terms that name it."""
    return _newest(base_component, "item").subquery("component_label")


def _newest(table: Table, name: str) -> sa.Select[Any]:
    key = [table.c.project_id, table.c[name]]
    return sa.select(table).ext(distinct_on(*key)).order_by(*key, table.c.terms_version.desc())


async def known_projects(tx: Transaction, ids: Iterable[str]) -> dict[str, Project]:
    """What is known of each of these projects, in four statements."""
    wanted = sorted(ids)
    started = {
        row["project_id"]
        for row in await tx.rows("SELECT project_id FROM project WHERE project_id = ANY($1::text[])", wanted)
    }
    changes = _by_project(
        await tx.rows(
            "SELECT project_id, version, municipality, takes_part, from_month, from_day FROM participation"
            " WHERE project_id = ANY($1::text[])",
            wanted,
        )
    )
    versions = _by_project(
        await tx.rows(
            "SELECT project_id, terms_version, terms_id, body, terms_hash, event_id FROM terms"
            " WHERE project_id = ANY($1::text[])",
            wanted,
        )
    )
    agreed = {id_: tuple(_terms_version(row) for row in versions[id_]) for id_ in wanted}
    named = {key for id_, some in agreed.items() for version in some for key in figures_named(id_, version.terms)}
    figures = await figures_for(tx, named)
    return {
        id_: Project(id_, id_ in started, tuple(_change(c) for c in changes[id_]), agreed[id_], figures)
        for id_ in wanted
    }


async def with_figures_of(tx: Transaction, project: Project, terms: BurdenTerms) -> Project:
    """The project, with the figures that terms name which are not in force for it."""
    figures = await figures_for(tx, set(figures_named(project.id, terms)))
    return replace(project, figures={**project.figures, **figures})


async def yen_of_project(
    tx: Transaction, project_id: str, year: FiscalYear, as_of: datetime | None = None
) -> dict[str, tuple[int, int]]:
    """By book, what a project's fiscal year cost and what Tokyo bears of it; no rows, whoever asks, but their sums."""
    months = year.months()
    sql = "SELECT book, cost, tokyo FROM project_yen($1, $2, $3, coalesce($4::timestamptz, 'infinity'))"
    rows = await tx.rows(sql, project_id, months[0], months[-1], as_of)
    return {book: (cost, tokyo) for book, cost, tokyo in rows}


async def names_of_projects(tx: Transaction) -> dict[str, str]:
    """The name of each project that started."""
    return {row["project_id"]: row["name_ja"] for row in await tx.rows("SELECT project_id, name_ja FROM project")}


async def project_ids(tx: Transaction) -> list[str]:
    """Every project that any fact names."""
    rows = await tx.rows(
        "SELECT project_id FROM project UNION SELECT project_id FROM terms UNION SELECT project_id FROM participation"
        " UNION SELECT project_id FROM usage_cell ORDER BY 1"
    )
    return [row["project_id"] for row in rows]


def _change(row: Row) -> ParticipationChange:
    return ParticipationChange(
        row["version"], row["municipality"], row["takes_part"], Month(row["from_month"]), row["from_day"]
    )


def _terms_version(row: Row) -> TermsVersion:
    return TermsVersion(
        row["terms_version"],
        BurdenTerms.model_validate(row["body"]),
        row["terms_id"],
        row["terms_hash"],
        row["event_id"],
    )


def _by_project(rows: Iterable[Row]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row["project_id"]].append(row)
    return grouped

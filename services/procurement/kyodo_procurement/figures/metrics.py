"""Gauges of the joint work, for Grafana: themes, demand, participation, joint calls and savings.

No municipality is named, and a sum behind which fewer than three of them stand counts nothing: with two, each would
read the other's amount off it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product

import sqlalchemy as sa
from prometheus_client import Gauge

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.database import Row, Transaction
from kyodo_events.values.fiscal import Month, tokyo_date
from kyodo_procurement.calls.queries import phase
from kyodo_procurement.calls.state import CallPhase
from kyodo_procurement.participation.events import AgreementStatus
from kyodo_procurement.participation.views import standing_in
from kyodo_procurement.projects.model import ProjectStatus
from kyodo_procurement.projects.views import project
from kyodo_procurement.savings.views import LEAST_TOGETHER, REPORTED, report
from kyodo_procurement.themes.events import Need, ThemeKind
from kyodo_procurement.themes.model import ThemeStatus
from kyodo_procurement.themes.views import theme

themes = Gauge("kyodo_procurement_themes", "Themes by the stage that is wanted and by status", ["stage", "status"])
answers = Gauge("kyodo_procurement_answers", "Municipalities' answers to themes, by kind of theme", ["kind", "answer"])
projects = Gauge("kyodo_procurement_projects", "Projects by stage and status", ["stage", "status"])
participations = Gauge(
    "kyodo_procurement_participations",
    "Municipalities by how they stand to a project that is not concluded, in the current month",
    ["project_id", "project", "stage", "status"],
)
calls = Gauge("kyodo_procurement_calls", "Joint calls by phase", ["phase"])
savings = Gauge(
    "kyodo_procurement_savings_yen",
    "Yen saved by joint calls, by how far the figure is; calls with fewer than three municipalities are left out",
    ["status"],
)

# A theme's own counts, which everybody may read: who answered what is the municipality's affair.
_ANSWERS = """
SELECT kind, sum(needs)::bigint AS need, sum(coalesce(interests, 0))::bigint AS interest,
       sum(greatest(coalesce(answered, 0) - needs - coalesce(interests, 0), 0))::bigint AS none
FROM theme GROUP BY kind
"""


async def measure_joint_work(tx: Transaction) -> None:
    """Set the gauges as things stand now."""
    await measure_at(tx, datetime.now(UTC))


async def measure_at(tx: Transaction, now: datetime) -> None:
    """Set the gauges. All values at once, after the last wait: a scrape never sees a part of them."""
    today = tokyo_date(now)
    of_themes = await _count(tx, theme.c.stage, theme.c.status)
    of_projects = await _count(tx, project.c.stage, project.c.status)
    of_calls = await _count(tx, phase(today))
    answered = await tx.rows(_ANSWERS)
    of_answers: dict[tuple[str, ...], int] = {(row["kind"], need): row[need] for row in answered for need in Need}
    running = await tx.rows(sa.select(project).where(project.c.status != ProjectStatus.CONCLUDED.value))
    standing = await _standing(tx, running, Month.containing(today))
    saved = await tx.rows(report(None, LEAST_TOGETHER))
    _fill(themes, of_themes, Stage, ThemeStatus)
    _fill(answers, of_answers, ThemeKind, Need)
    _fill(projects, of_projects, Stage, ProjectStatus)
    _fill(calls, of_calls, CallPhase)
    participations.clear()
    for one in running:
        for stands in AgreementStatus:
            number = standing.get((one["id"], stands), 0)
            participations.labels(one["id"], one["name_ja"], one["stage"], stands).set(number)
    for status in REPORTED:
        savings.labels(status).set(sum(row[status] or 0 for row in saved))


def _fill(gauge: Gauge, counts: Mapping[tuple[str, ...], int], *codes: type[StrEnum]) -> None:
    """Set every combination of codes, also what there is none of: a series that comes and goes is no line."""
    for labels in product(*codes):
        gauge.labels(*labels).set(counts.get(labels, 0))


async def _count(tx: Transaction, *by: sa.ColumnElement[str]) -> dict[tuple[str, ...], int]:
    """How many there are, by these columns of one table."""
    rows = await tx.rows(
        sa.select(*by, sa.func.count()).group_by(*(sa.text(str(place + 1)) for place in range(len(by))))
    )
    return {tuple(names): number for *names, number in rows}


async def _standing(tx: Transaction, running: Sequence[Row], month: Month) -> dict[tuple[str, str], int]:
    """How many municipalities stand how to these projects in a month."""
    stands = standing_in([row["id"] for row in running], month).subquery("stands")
    key = (stands.c.project_id, stands.c.status)
    rows = await tx.rows(sa.select(*key, sa.func.count()).group_by(*key))
    return {(project_id, status): number for project_id, status, number in rows}

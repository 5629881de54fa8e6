"""Gauges of the joint work, for Grafana: themes, demand, participation, joint calls and savings.

No municipality is named, and a sum behind which fewer than three of them stand counts nothing: with two, each would
read the other's amount off it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from prometheus_client import Gauge

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.database import Row, Transaction
from kyodo_events.values.fiscal import Month, tokyo_date
from kyodo_procurement.calls.queries import phase
from kyodo_procurement.calls.state import CallPhase
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

CONCLUDED: Final = ProjectStatus.CONCLUDED.value

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
    answered = {row["kind"]: row for row in await tx.rows(_ANSWERS)}
    standing = await _standing(tx, Month.containing(today))
    saved = await tx.rows(report(None, LEAST_TOGETHER))
    for stage in Stage:
        for theme_status in ThemeStatus:
            themes.labels(stage.value, theme_status.value).set(of_themes.get((stage.value, theme_status.value), 0))
        for project_status in ProjectStatus:
            projects.labels(stage.value, project_status.value).set(
                of_projects.get((stage.value, project_status.value), 0)
            )
    for call_phase in CallPhase:
        calls.labels(call_phase.value).set(of_calls.get((call_phase.value,), 0))
    for kind in ThemeKind:
        for answer in Need:
            answers.labels(kind.value, answer.value).set(answered[kind.value][answer.value] if kind in answered else 0)
    participations.clear()
    for row in standing:
        labels = (row[name] for name in ("project_id", "project", "stage", "status"))
        participations.labels(*labels).set(row["municipalities"])
    for status in REPORTED:
        savings.labels(status.value).set(sum(row[status.value] or 0 for row in saved))


async def _count(tx: Transaction, *by: sa.ColumnElement[str]) -> dict[tuple[str, ...], int]:
    """How many there are, by these columns of one table."""
    rows = await tx.rows(
        sa.select(*by, sa.func.count()).group_by(*(sa.text(str(place + 1)) for place in range(len(by))))
    )
    return {tuple(names): number for *names, number in rows}


async def _standing(tx: Transaction, month: Month) -> list[Row]:
    """How many municipalities stand how to each project that is not concluded."""
    running = [row["id"] for row in await tx.rows(sa.select(project.c.id).where(project.c.status != CONCLUDED))]
    stands = standing_in(running, month).subquery("stands")
    key = (project.c.id.label("project_id"), project.c.name_ja.label("project"), project.c.stage, stands.c.status)
    same = stands.c.project_id == project.c.id
    query = sa.select(*key, sa.func.count().label("municipalities")).join_from(stands, project, same)
    return await tx.rows(query.group_by(project.c.id, project.c.name_ja, project.c.stage, stands.c.status))

"""The forum's board as a query: a theme stands at the stage that is wanted, a project at the stage it has reached.

It is no table: a row would depend on the streams of a theme and of its projects.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_procurement.projects.model import STAGES, ProjectStatus
from kyodo_procurement.projects.views import project
from kyodo_procurement.themes.model import ThemeStatus
from kyodo_procurement.themes.views import theme

GROUPS_JA = {
    "existing_services": "既存サービス",
    "joint_procurement": "共同調達",
    "joint_development": "共同開発・運用",
    "other": "その他",
}
"""The forum's groups in the order of its sheet; their cells are there also where they are empty."""

GONE = (ThemeStatus.SHELVED, ThemeStatus.MERGED)

GROUP_PLACE, STAGE_PLACE = sa.column("group_place", sa.Integer), sa.column("stage_place", sa.Integer)
BY: list[sa.ColumnElement[Any]] = [GROUP_PLACE, sa.column("group", sa.Text), STAGE_PLACE]
"""The order of the sheet: known groups first; within a group, research, trial, full."""


def board(group: str | None, stage: Stage | None) -> sa.Select[Any]:
    """A row for each group and stage, with the themes and projects that stand there."""
    entry, cell = _entries().cte("entry"), _cells().cte("cell")
    cells = sa.union(sa.select(cell.c.group, cell.c.stage), sa.select(entry.c.group, entry.c.stage)).subquery("cells")
    here = sa.and_(entry.c.group == cells.c.group, entry.c.stage == cells.c.stage)
    query = (
        sa.select(
            cells.c.group,
            cells.c.stage,
            sa.case(GROUPS_JA, value=cells.c.group, else_=cells.c.group).label("group_ja"),
            sa.case({one.value: one.label_ja for one in STAGES}, value=cells.c.stage).label("stage_ja"),
            _place(cells.c.group, list(GROUPS_JA)).label("group_place"),
            _place(cells.c.stage, [one.value for one in STAGES]).label("stage_place"),
            *_standing("theme", entry),
            *_standing("project", entry),
        )
        .select_from(cells.outerjoin(entry, here))
        .group_by(cells.c.group, cells.c.stage)
    )
    if group:
        query = query.where(cells.c.group == group)
    if stage:
        query = query.where(cells.c.stage == stage.value)
    rows = query.subquery("board")
    return sa.select(rows)


def _entries() -> sa.CompoundSelect[Any]:
    """Each theme that is still on and no project yet, and each project that is not concluded."""
    begun = sa.exists().where(project.c.theme_id == theme.c.id)
    return sa.union_all(
        sa.select(theme.c.group, theme.c.stage, sa.literal("theme").label("what"), theme.c.id, theme.c.name_ja).where(
            theme.c.status.not_in([status.value for status in GONE]), ~begun
        ),
        sa.select(theme.c.group, project.c.stage, sa.literal("project"), project.c.id, project.c.name_ja)
        .join_from(project, theme, project.c.theme_id == theme.c.id)
        .where(project.c.status != ProjectStatus.CONCLUDED.value),
    )


def _cells() -> sa.Select[Any]:
    known = [(group, stage.value) for group in GROUPS_JA for stage in STAGES]
    cells = sa.values(sa.column("group", sa.Text), sa.column("stage", sa.Text), name="known").data(known)
    return sa.select(cells)


def _place(column: sa.ColumnElement[Any], names: list[str]) -> sa.ColumnElement[int]:
    return sa.case({name: place for place, name in enumerate(names)}, value=column, else_=len(names))


def _standing(what: str, entry: sa.CTE) -> list[sa.ColumnElement[Any]]:
    """How many themes or projects stand in the cell, and their names by id."""
    such = entry.c.what == what
    names = sa.func.jsonb_object_agg(entry.c.id, entry.c.name_ja, type_=JSONB).filter(such)
    none: sa.ColumnElement[Any] = sa.literal_column("'{}'::jsonb", JSONB)
    return [
        sa.func.count(entry.c.id).filter(such).label(f"{what}_count"),
        sa.func.coalesce(names, none).label(f"{what}s"),
    ]

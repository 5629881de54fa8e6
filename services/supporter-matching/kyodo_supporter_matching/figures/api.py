"""Targets over HTTP: supporters, people supported and sessions of a fiscal year, beside the forum's figures."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from pydantic import Field

from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Answer, Page, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.reports.views import activity_report
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind, SessionStatus
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.views import supporter

router = Router(prefix="/v1/targets", tags=["figures"])

SUPPORTERS: Final = 1_000
"""Supporters by the end of 2023 (CIO forum, February 2023)."""

PEOPLE: Final = 22_500
"""People supported in 2023 (the same)."""

FORUM: Final = {
    (2021, SessionKind.EXPERIENCE): 500,
    (2021, SessionKind.CONSULTATION): 140,
    (2022, SessionKind.EXPERIENCE): 1_200,
    (2022, SessionKind.CONSULTATION): 490,
}
"""Sessions held by fiscal year, as the forum reported them; those of 2022 up to December."""


class TargetRow(Answer):
    """One figure, what it should be, and what the forum reported for the years before this product."""

    figure: str = Field(title="指標コード")
    figure_ja: str = Field(title="指標")
    reached: int = Field(title="実績")
    target: int | None = Field(title="目標")
    forum_2021: int | None = Field(title="2021年度（フォーラム報告）")
    forum_2022: int | None = Field(title="2022年度12月まで（フォーラム報告）")


@router.get("/{fiscal_year}", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def read_targets(fiscal_year: FiscalYear, reader: Reader) -> Page[TargetRow]:
    """How far the scheme is: supporters today, people supported and sessions of a fiscal year."""
    held = await _held(reader, fiscal_year)
    rows = [
        _row("supporters", "登録サポーター数", await _supporters(reader), SUPPORTERS),
        _row("people_supported", "支援した人数", await _people(reader, fiscal_year), PEOPLE),
        *(_of_kind(kind, held.get(kind.value, 0)) for kind in SessionKind),
    ]
    return Page[TargetRow](items=rows)


def _row(figure: str, figure_ja: str, reached: int, target: int) -> TargetRow:
    return TargetRow(
        figure=figure, figure_ja=figure_ja, reached=reached, target=target, forum_2021=None, forum_2022=None
    )


def _of_kind(kind: SessionKind, held: int) -> TargetRow:
    return TargetRow(
        figure=f"sessions_{kind.value}",
        figure_ja=f"{KINDS_JA[kind]}の実施回数",
        reached=held,
        target=None,
        forum_2021=FORUM.get((2021, kind)),
        forum_2022=FORUM.get((2022, kind)),
    )


async def _supporters(reader: ReadSession) -> int:
    """Those who are registered and have not left."""
    gone = [Status.CANDIDATE.value, Status.WITHDRAWN.value]
    query = sa.select(sa.func.count().label("number")).select_from(supporter).where(supporter.c.status.not_in(gone))
    (row,) = await reader.tx.rows(reader.own(query))
    return int(row["number"])


async def _people(reader: ReadSession, year: FiscalYear) -> int:
    people = sa.func.coalesce(sa.func.sum(activity_report.c.people_supported), 0).label("people")
    query = sa.select(people).join(session, session.c.session_id == activity_report.c.session_id)
    (row,) = await reader.tx.rows(reader.own(query.where(_in(year))))
    return int(row["people"])


async def _held(reader: ReadSession, year: FiscalYear) -> dict[str, int]:
    done = session.c.step.in_([SessionStatus.HELD.value, SessionStatus.REPORTED.value])
    query = sa.select(session.c.kind, sa.func.count().label("number")).where(done, _in(year)).group_by(session.c.kind)
    return {row["kind"]: int(row["number"]) for row in await reader.tx.rows(query)}


def _in(year: FiscalYear) -> sa.ColumnElement[bool]:
    """Sessions that begin in a fiscal year, by the days of Tokyo."""
    day = sa.func.date(sa.func.timezone("Asia/Tokyo", session.c.starts_at))
    return day.between(year.first_day, year.last_day)

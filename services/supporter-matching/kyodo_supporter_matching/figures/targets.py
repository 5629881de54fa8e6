"""Targets over HTTP: supporters, people supported and sessions of a fiscal year, beside the forum's figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from pydantic import Field, computed_field

from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Answer, Page, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.figures.activity import people_supported
from kyodo_supporter_matching.figures.periods import bounds, held, within
from kyodo_supporter_matching.figures.ratios import percent
from kyodo_supporter_matching.figures.supporting import supporters_at
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind
from kyodo_supporter_matching.sessions.views import session

router = Router(prefix="/v1/targets", tags=["figures"])

SUPPORTERS: Final = 1_000
"""Supporters by the end of 2023 (CIO forum, February 2023)."""

IN_PILOT: Final = 200
"""About so many supporters took part in the pilot (the same)."""

PEOPLE: Final = 22_500
"""People supported in 2023 (the same)."""

PEOPLE_IN: Final = FiscalYear(2023)
"""The year for which that target was set."""

FORUM: Final = {
    (2021, SessionKind.EXPERIENCE): 500,
    (2021, SessionKind.CONSULTATION): 140,
    (2022, SessionKind.EXPERIENCE): 1_200,
    (2022, SessionKind.CONSULTATION): 490,
}
"""Sessions held by fiscal year, as the forum reported them; those of 2022 up to December."""

MOMENT: Final = timedelta(microseconds=1)


class TargetRow(Answer):
    """One figure, what it should be, and what the forum reported for the time before this product."""

    figure: str = Field(title="指標コード")
    figure_ja: str = Field(title="指標")
    reached: int = Field(title="実績")
    target: int | None = Field(title="目標（2023年）", default=None)
    forum_2021: int | None = Field(title="2021年度（フォーラム報告）", default=None)
    forum_2022: int | None = Field(title="2022年度12月まで（フォーラム報告）", default=None)
    forum_pilot: int | None = Field(title="試行（フォーラム報告・約）", default=None)

    @computed_field(title="達成率％")  # type: ignore[prop-decorator]
    @property
    def reached_percent(self) -> int | None:
        """Of the target, rounded down; null where there is none."""
        return percent(self.reached, self.target or 0)


@router.get("/{fiscal_year}", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def read_targets(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> Page[TargetRow]:
    """How far the scheme is in a fiscal year: supporters at its end or now, people supported, sessions by kind."""
    _, end = bounds(fiscal_year)
    supporters = await supporters_at(reader, min(commands.now, end - MOMENT))
    people = sum((await people_supported(reader, fiscal_year)).values())
    done = await _held(reader, fiscal_year)
    rows = [
        TargetRow(
            figure="supporters",
            figure_ja="登録サポーター数",
            reached=supporters,
            target=SUPPORTERS,
            forum_pilot=IN_PILOT,
        ),
        TargetRow(figure="people_supported", figure_ja="支援した人数", reached=people, target=PEOPLE),
        *(_of_kind(kind, done.get(kind.value, 0)) for kind in SessionKind),
    ]
    return Page[TargetRow](items=rows)


def _of_kind(kind: SessionKind, number: int) -> TargetRow:
    return TargetRow(
        figure=f"sessions_{kind.value}",
        figure_ja=f"{KINDS_JA[kind]}の実施回数",
        reached=number,
        forum_2021=FORUM.get((2021, kind)),
        forum_2022=FORUM.get((2022, kind)),
    )


async def _held(reader: ReadSession, year: FiscalYear) -> dict[str, int]:
    query = sa.select(session.c.kind, sa.func.count().label("number")).where(held, within(year, session.c.starts_at))
    return {row["kind"]: int(row["number"]) for row in await reader.tx.rows(query.group_by(session.c.kind))}

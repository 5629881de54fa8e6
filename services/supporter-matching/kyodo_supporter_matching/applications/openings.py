"""The sessions that a supporter may apply for, those first that need somebody most.

Sessions with nobody come first, then those with the fewest wishes for each open seat, then the nearest: so each wish
lowers its session's rank, and not all apply for the same (the first-come self-service filled four seats of five).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of
from kyodo_platform.resources import Answer, Page, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.applications.views import session_interest
from kyodo_supporter_matching.matching.eligibility import eligible
from kyodo_supporter_matching.matching.facts import Window, instance_of
from kyodo_supporter_matching.matching.values import Instance, Opening, Weights, kilometres
from kyodo_supporter_matching.sessions.values import KINDS_JA, SessionKind
from kyodo_supporter_matching.sessions.views import session

router = Router(prefix="/v1/supporters/{supporter_id}/openings", tags=["applications"])

AHEAD: Final = timedelta(days=120)
MOST_ROWS: Final = 200


class OpeningRow(Answer):
    """A session with a seat that the supporter could take."""

    rank: int = Field(title="順位")
    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    kind: SessionKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類")
    title_ja: str = Field(title="名称")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    lines: list[int] = Field(title="応募できる内訳")
    open_seats: int = Field(title="空席")
    nobody_yet: bool = Field(title="まだ誰もいない")
    wishes: int = Field(title="応募数")
    tenths_km: int = Field(title="距離（0.1km）", description="From home, as the crow flies.")
    applications_until: datetime = Field(title="応募締切")
    applied: bool = Field(title="応募済み")


@router.get("", allow=person_of("supporter_id", Role.SUPPORTER))
async def list_openings(supporter_id: Id, commands: Commands, reader: Reader) -> Page[OpeningRow]:
    """What you could help at in the next months, where help is needed most first; at most 200."""
    window = Window(commands.now, commands.now + AHEAD, commands.now)
    instance = await instance_of(reader.tx, window, Weights(), 0, supporter_id=supporter_id)
    possible = _possible(instance)
    wishes = await _wishes(reader, possible)
    ranked = sorted(possible, key=lambda one: _rank(instance, one, wishes))[:MOST_ROWS]
    told = await _told(reader, ranked)
    rows = [
        OpeningRow(
            rank=rank,
            lines=possible[one],
            open_seats=_seats(one),
            nobody_yet=not one.staffed,
            wishes=wishes.get(one.session_id, 0),
            tenths_km=round(_way(instance, one) * 10),
            applied=one.session_id in instance.candidates[0].applied,
            **told[one.session_id],
        )
        for rank, one in enumerate(ranked, start=1)
    ]
    return Page[OpeningRow](items=rows)


def _possible(instance: Instance) -> dict[Opening, list[int]]:
    """The sessions that break no rule, with the lines of seats that the supporter could take."""
    pairs, possible = eligible(instance), dict[Opening, list[int]]()
    for number, place in sorted(zip(pairs.opening.tolist(), pairs.line.tolist(), strict=True)):
        opening = instance.openings[number]
        possible.setdefault(opening, []).append(opening.lines[place].number)
    return possible


def _rank(instance: Instance, one: Opening, wishes: Mapping[str, int]) -> tuple[bool, float, float, str]:
    return one.staffed, wishes.get(one.session_id, 0) / _seats(one), _way(instance, one), one.session_id


def _seats(one: Opening) -> int:
    return sum(line.seats for line in one.lines)


def _way(instance: Instance, one: Opening) -> float:
    home = instance.candidates[0]
    return float(kilometres(home.latitude, home.longitude, one.latitude, one.longitude))


async def _wishes(reader: ReadSession, openings: Iterable[Opening]) -> dict[str, int]:
    """How many apply for each session."""
    ids = [one.session_id for one in openings]
    query = session_interest.select().where(session_interest.c.session_id.in_(ids))
    return {row["session_id"]: row["applications"] for row in await reader.tx.rows(query)}


async def _told(reader: ReadSession, openings: Iterable[Opening]) -> dict[str, dict[str, Any]]:
    """What the calendar says of each session."""
    names = ("session_id", "municipality", "kind", "title_ja", "starts_at", "ends_at", "applications_until")
    query = sa.select(*(session.c[name] for name in names))
    query = query.where(session.c.session_id.in_([one.session_id for one in openings]))
    return {
        row["session_id"]: {**dict(row), "kind_ja": KINDS_JA[SessionKind(row["kind"])]}
        for row in await reader.tx.rows(query)
    }

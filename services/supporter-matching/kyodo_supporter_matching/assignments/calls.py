"""Calls for replacement: a wave asks several supporters for each open seat, and the first to accept has it.

Least recently asked first, so that not always the same are woken; and nobody more often than three times a week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from kyodo_events.database import Transaction
from kyodo_events.event import new_id
from kyodo_platform.commands import CommandBus
from kyodo_supporter_matching.assignments.events import AssignmentOffered
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.values import Origin
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.matching.eligibility import eligible
from kyodo_supporter_matching.matching.facts import Window, instance_of
from kyodo_supporter_matching.matching.values import Instance, Weights
from kyodo_supporter_matching.sessions.model import Session

PER_SEAT: Final = 3
ANSWER_WITHIN: Final = timedelta(hours=24)
SPAN: Final = timedelta(days=7)
MOST_IN_SPAN: Final = 3

NEVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def call(commands: CommandBus, tx: Transaction, session_id: str) -> int:
    """Send one wave for the open seats of a session; answers with how many are asked.

    Seats for which an earlier wave still waits are not called for again. Raises SessionNotOpen, SessionInThePast.
    """
    session = await commands.read(Session, session_id)
    session.require_open(commands.now)
    window = Window(session.starts_at, session.ends_at, commands.now)
    instance = await instance_of(tx, window, Weights(), 0, session_id=session.id)
    asked = await _asked(tx, commands.now)
    offers = [
        (
            new_id(),
            AssignmentOffered(
                municipality=session.municipality,
                supporter_id=supporter_id,
                session_id=session.id,
                line=line,
                origin=Origin.REPLACEMENT,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                expires_at=min(commands.now + ANSWER_WITHIN, session.starts_at),
            ),
        )
        for supporter_id, line in wave(instance, asked)
    ]
    await commands.on(Session, session_id, lambda one: one.note_call(len(offers)))
    await commands.record_each(Assignment.category, offers)
    return len(offers)


def wave(instance: Instance, asked: Mapping[str, tuple[datetime, int]]) -> list[tuple[str, int]]:
    """Whom to ask for which line: least recently asked first, then who costs least; each for one line.

    `asked` says of a supporter when the last offer was made and how many were made lately.
    """
    pairs = eligible(instance)
    names = [instance.candidates[number].supporter_id for number in pairs.candidate.tolist()]
    order = sorted(
        (place for place, name in enumerate(names) if asked.get(name, (NEVER, 0))[1] < MOST_IN_SPAN),
        key=lambda place: (asked.get(names[place], (NEVER, 0))[0], int(pairs.cost[place]), names[place]),
    )
    called: dict[str, int] = {}
    for_line = defaultdict[int, int](int)
    for place in order:
        line = instance.openings[int(pairs.opening[place])].lines[int(pairs.line[place])]
        if names[place] not in called and for_line[line.number] < PER_SEAT * line.seats:
            called[names[place]] = line.number
            for_line[line.number] += 1
    return list(called.items())


async def _asked(tx: Transaction, now: datetime) -> dict[str, tuple[datetime, int]]:
    """When each supporter was last asked by anybody, and how often within the span."""
    lately = sa.func.count().filter(assignment.c.offered_at > now - SPAN)
    query = sa.select(
        assignment.c.supporter_id, sa.func.max(assignment.c.offered_at).label("last"), lately.label("lately")
    ).group_by(assignment.c.supporter_id)
    return {row["supporter_id"]: (row["last"], row["lately"]) for row in await tx.rows(query)}

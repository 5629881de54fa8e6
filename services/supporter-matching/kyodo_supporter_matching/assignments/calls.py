"""Calls for replacement: a wave asks several supporters for each open seat, and the first to accept has it.

Least recently asked first, so that not always the same are woken; and nobody more often than three times a week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from kyodo_events.database import Transaction
from kyodo_events.event import new_id
from kyodo_platform.commands import CommandBus
from kyodo_platform.own_scope import as_the_service
from kyodo_supporter_matching.assignments.events import AssignmentOffered
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.values import Origin
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.matching.eligibility import eligible
from kyodo_supporter_matching.matching.facts import Window, instance_of
from kyodo_supporter_matching.matching.values import Instance, Placement
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.settings.standing import weights_now

PER_SEAT: Final = 3
ANSWER_WITHIN: Final = timedelta(hours=24)
SPAN: Final = timedelta(days=7)
MOST_IN_SPAN: Final = 3
LOOK_BACK: Final = timedelta(days=183)  # who was not asked for so long is as good as never asked

NEVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def call(commands: CommandBus, tx: Transaction, session_ids: Iterable[str]) -> int:
    """Send one wave for the open seats of some sessions; answers with how many are asked.

    Seats for which an earlier wave still waits are not called for again. Who could come is looked up under the
    service's own scope, for they live anywhere; what is written is held against the caller's. Raises SessionNotOpen,
    SessionInThePast.
    """
    sessions = {session_id: await commands.read(Session, session_id) for session_id in session_ids}
    for session in sessions.values():
        session.require_open(commands.now)
    if not sessions:
        return 0
    first, last = min(one.starts_at for one in sessions.values()), max(one.ends_at for one in sessions.values())
    window, weights = Window(first, last, commands.now), await weights_now(commands)
    async with as_the_service(tx):
        instance = await instance_of(tx, window, weights, 0, session_ids=sessions)
        called = wave(instance, await _asked(tx, commands.now))
    offers = [(new_id(), _offer(sessions[one.session_id], one, commands.now)) for one in called]
    asked = Counter(one.session_id for one in called)
    for session_id in sessions:
        await commands.on(Session, session_id, lambda one: one.note_call(asked[one.id]))
    await commands.record_each(Assignment.category, offers)
    return len(offers)


def _offer(session: Session, called: Placement, now: datetime) -> AssignmentOffered:
    return AssignmentOffered(
        municipality=session.municipality,
        supporter_id=called.supporter_id,
        session_id=session.id,
        line=called.line,
        origin=Origin.REPLACEMENT,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        expires_at=min(now + ANSWER_WITHIN, session.starts_at),
    )


def wave(instance: Instance, asked: Mapping[str, tuple[datetime, int]]) -> list[Placement]:
    """Whom to ask for which seat: least recently asked first, then who costs least; each for one seat.

    `asked` says of a supporter when the last offer was made and how many were made lately.
    """
    pairs = eligible(instance)
    names = [instance.candidates[number].supporter_id for number in pairs.candidate.tolist()]
    order = sorted(
        (place for place, name in enumerate(names) if asked.get(name, (NEVER, 0))[1] < MOST_IN_SPAN),
        key=lambda place: (asked.get(names[place], (NEVER, 0))[0], int(pairs.cost[place]), names[place]),
    )
    called: dict[str, Placement] = {}
    for_line = Counter[tuple[str, int]]()
    for place in order:
        opening = instance.openings[int(pairs.opening[place])]
        line = opening.lines[int(pairs.line[place])]
        seat = opening.session_id, line.number
        if names[place] not in called and for_line[seat] < PER_SEAT * line.seats:
            called[names[place]] = Placement(*seat, names[place])
            for_line[seat] += 1
    return list(called.values())


async def _asked(tx: Transaction, now: datetime) -> dict[str, tuple[datetime, int]]:
    """When each supporter was last asked by anybody in the last half year, and how often within the span."""
    lately = sa.func.count().filter(assignment.c.offered_at > now - SPAN)
    query = sa.select(
        assignment.c.supporter_id, sa.func.max(assignment.c.offered_at).label("last"), lately.label("lately")
    )
    query = query.where(assignment.c.offered_at > now - LOOK_BACK).group_by(assignment.c.supporter_id)
    return {row["supporter_id"]: (row["last"], row["lately"]) for row in await tx.rows(query)}

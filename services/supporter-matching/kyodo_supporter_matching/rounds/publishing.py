"""Publishing a round: everybody who is proposed is asked in one batch, at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from kyodo_events.event import new_id
from kyodo_platform.commands import CommandBus
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments.events import AssignmentOffered
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.values import Origin
from kyodo_supporter_matching.rounds.events import Proposal
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.views import supporter

ANSWER_WITHIN: Final = timedelta(days=7)


async def ask_all(commands: CommandBus, reader: ReadSession, proposals: Iterable[Proposal]) -> int:
    """Offer a seat to everybody who is proposed and can still be asked; answers with their number.

    Who rests since, and sessions that were cancelled or have begun, are left out; whether a seat is still free is
    decided when the supporter accepts.
    """
    open_sessions = sa.select(session.c.session_id, session.c.starts_at, session.c.ends_at).where(
        session.c.step == SessionStatus.PUBLISHED.value, session.c.starts_at > commands.now
    )
    times = {row["session_id"]: row for row in await reader.tx.rows(open_sessions)}
    active = sa.select(supporter.c.id).where(supporter.c.status == Status.ACTIVE.value)
    here = {row["id"] for row in await reader.tx.rows(active)}
    offers = [
        (
            new_id(),
            AssignmentOffered(
                municipality=one.municipality,
                supporter_id=one.supporter_id,
                session_id=one.session_id,
                line=one.line,
                origin=Origin.ROUND,
                starts_at=times[one.session_id]["starts_at"],
                ends_at=times[one.session_id]["ends_at"],
                expires_at=min(commands.now + ANSWER_WITHIN, times[one.session_id]["starts_at"]),
            ),
        )
        for one in proposals
        if one.session_id in times and one.supporter_id in here
    ]
    await commands.record_each(Assignment.category, offers)
    return len(offers)

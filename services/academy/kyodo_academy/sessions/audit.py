"""What must hold of every session at every moment, checked on what stands: by tests, and on live data by Tokyo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import SessionStatus


def broken(session: TrainingSession, now: datetime) -> Iterator[str]:
    """What does not hold, in words; nothing where all is well.

    A free seat beside a queue is none before the next minute's round of lapsed offers and released quotas: it is told
    for an open session whose changes have not ended, and of which neither is due.
    """
    plan = session.planned
    taken = len(session.seated) + len(session.offers)
    if taken > plan.seats:
        yield f"{taken} seats are given or offered, but there are {plan.seats}"
    for one, other in (("seated", "offers"), ("seated", "queue"), ("offers", "queue")):
        for enrolment_id in {*getattr(session, one)} & {*getattr(session, other)}:
            yield f"enrolment {enrolment_id} stands in {one} and in {other}"
    for enrolment_id, offer in session.offers.items():
        if offer.until > plan.changes_until:
            yield f"the offer to {enrolment_id} lasts beyond the end of changes"
    if session.kept > session.free:
        yield f"{session.kept} seats are kept for municipalities, but {session.free} are free"
    due = any(offer.until <= now for offer in session.offers.values()) or session.must_release(now)
    moving = session.status is SessionStatus.OPEN and now < plan.changes_until and not due
    if moving and session.next_up is not None:
        yield f"{session.free} seats are free while {len(session.queue)} wait"

"""Where a call stands: its status, its phase on a day, its questions and amendments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CallStatus(StrEnum):
    """What was done with a call."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class CallPhase(StrEnum):
    """What may be done in a call on a day: it follows from the status and the dates."""

    DRAFTED = "drafted"
    COMMITTING = "committing"  # municipalities commit, revise and withdraw
    TOPPING_UP = "topping_up"  # municipalities only add
    QUOTING = "quoting"  # quantities stand; suppliers may hand in since publication
    CLOSED = "closed"  # to be evaluated
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Question:
    """A supplier's question; what is published is the answer and the question as the secretariat words it."""

    text: str
    answer: str | None = None


@dataclass(frozen=True)
class Amendment:
    """Deadlines made later, with the public reason. Numbered from 1."""

    number: int
    questions_until: date
    quotations_until: date
    reason: str


def phase_on(
    today: date, status: CallStatus, commitments_until: date, top_up_until: date, quotations_until: date
) -> CallPhase:
    """The phase on a day; deadlines are the ends of their days."""
    if status is not CallStatus.PUBLISHED:
        return CallPhase(status)
    if today <= commitments_until:
        return CallPhase.COMMITTING
    if today <= top_up_until:
        return CallPhase.TOPPING_UP
    return CallPhase.QUOTING if today <= quotations_until else CallPhase.CLOSED

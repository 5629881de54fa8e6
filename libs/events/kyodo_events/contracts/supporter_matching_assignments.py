"""What supporter matching publishes of assignments: who will help where, under a pseudonym."""

from __future__ import annotations

from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id

ASSIGNMENTS = Topic("kyodo.supporter-matching.assignments.v1")


class SupporterAssigned(
    Event,
    type="kyodo.supporter-matching.supporter-assigned",
    topic=ASSIGNMENTS,
    words="{municipality}の{held_on}の教室への参加を確定した",
):
    """A municipality counts on a supporter for a session. The stream is the assignment."""

    pseudonym: str
    municipality: MunicipalityCode
    session_id: Id
    held_on: Day


class SupporterUnassigned(
    Event,
    type="kyodo.supporter-matching.supporter-unassigned",
    topic=ASSIGNMENTS,
    words="{municipality}の{held_on}の教室への参加の確定を取り消した",
):
    """A supporter who was assigned does not come after all."""

    pseudonym: str
    municipality: MunicipalityCode
    session_id: Id
    held_on: Day

"""A conflict (報告の不一致): a record was reported again with other content. Neither report is lost.

The first stands, and the second is kept here until the operator or the secretariat says which is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_procurement.usage.model import RecordId, UsageContent

CATEGORY = "usage-conflict"


class ConflictStatus(StrEnum):
    """Whether it was said which report is right."""

    OPEN = "open"
    FIRST_KEPT = "first_kept"
    SECOND_TAKEN = "second_taken"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"open": "未解決", "first_kept": "先の報告を維持", "second_taken": "後の報告を採用"}[self.value]


class Choice(StrEnum):
    """Which of the two reports is right."""

    FIRST = "first"
    SECOND = "second"


class UsageConflictReported(
    Event,
    type="kyodo.procurement.usage-conflict-reported",
    words="{municipality}の利用の記録と同じ番号で、内容の異なる報告があった",
):
    """A record came again with other content; `municipality` is that of the first, `record_id` the first's id."""

    offering_id: str
    record: RecordId
    record_id: str
    municipality: MunicipalityCode
    first: UsageContent
    second: UsageContent


class UsageConflictResolved(
    Event,
    type="kyodo.procurement.usage-conflict-resolved",
    words="{municipality}の利用の記録の不一致を解決した（{status}）",
):
    """Somebody said which report is right; where it is the second, a correction of the record refers to this."""

    municipality: MunicipalityCode
    status: ConflictStatus
    reason: Line


class AlreadyResolved(Refused):
    status, type = 409, "usage-conflict-resolved"
    title = "The conflict was resolved before"
    detail = "It was resolved: {status}."
    remedy = "Correct the record, if it is still wrong."


def conflict_id(offering_id: str, record: str, second: UsageContent) -> str:
    """The id of the conflict of a record with this content: the same report again is the same conflict."""
    return str(uuid5(UUID(offering_id), f"{record}\n{content_hash(second)}"))


@dataclass(frozen=True)
class UsageConflict(Aggregate, category=CATEGORY):
    """Both reports, and which one was said to be right."""

    status: ConflictStatus = ConflictStatus.OPEN
    offering_id: str = ""
    record: str = ""
    record_id: str = ""
    municipality: str = ""
    first: UsageContent | None = None
    second: UsageContent | None = None
    reason: str | None = None

    def resolve(self, choice: Choice, reason: str) -> Events:
        """The operator, or the secretariat, says which report is right, once."""
        status = ConflictStatus.FIRST_KEPT if choice is Choice.FIRST else ConflictStatus.SECOND_TAKEN
        if (self.status, self.reason) == (status, reason):
            return
        require(self.status is ConflictStatus.OPEN, AlreadyResolved(status=self.status))
        yield UsageConflictResolved(municipality=self.municipality, status=status, reason=reason)

    @evolve
    def reported(self, event: UsageConflictReported) -> Self:
        return replace(self, **dict(event))

    @evolve
    def resolved(self, event: UsageConflictResolved) -> Self:
        return replace(self, status=event.status, reason=event.reason)

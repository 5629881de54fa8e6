"""An assignment: a supporter is asked for a seat, accepts, is counted on, and comes.

    offered → accepted → confirmed → attended | no-show
            → declined | expired      → cancelled (by whom, how late)

Accepting takes the seat on the session's stream and the time in the supporter's diary, in the same transaction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.supporter_matching import SupporterAttendanceCorrected, SupporterAttended
from kyodo_events.contracts.supporter_matching_assignments import SupporterAssigned, SupporterUnassigned
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import tokyo_date
from kyodo_supporter_matching.assignments.events import (
    AssignmentAccepted,
    AssignmentCancelled,
    AssignmentDeclined,
    AssignmentOffered,
    AttendanceRecorded,
    NoShowRecorded,
    NotOffered,
)
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, DeclineReason, Origin

EPOCH: Final = datetime.fromtimestamp(0, UTC)
PROMISED: Final = (AssignmentStatus.ACCEPTED, AssignmentStatus.CONFIRMED)
CORRECTION_JA: Final = "活動時間の訂正"


@dataclass(frozen=True)
class Assignment(Aggregate, category="assignment"):
    """One supporter in one seat of one session."""

    supporter_id: str = ""
    session_id: str = ""
    municipality: str = ""
    line: int = 0
    origin: Origin = Origin.HAND
    starts_at: datetime = EPOCH
    ends_at: datetime = EPOCH
    expires_at: datetime = EPOCH
    minutes: int | None = None
    charged_to: str | None = None
    charged_hours: int = 0
    step: AssignmentStatus = AssignmentStatus.OFFERED

    @property
    def pseudonym(self) -> str:
        """What the supporter is called where this is published."""
        return f"supporter-{self.supporter_id}"

    def status_at(self, now: datetime) -> AssignmentStatus:
        """How it stands: an offer that nobody answered in time is expired."""
        over = self.step is AssignmentStatus.OFFERED and self.expires_at <= now
        return AssignmentStatus.EXPIRED if over else self.step

    # decisions

    def offer(
        self,
        *,
        municipality: str,
        supporter_id: str,
        session_id: str,
        line: int,
        origin: Origin,
        starts_at: datetime,
        ends_at: datetime,
        expires_at: datetime,
    ) -> Events:
        """Ask a supporter; the answer is due before the session begins."""
        yield AssignmentOffered(
            municipality=municipality,
            supporter_id=supporter_id,
            session_id=session_id,
            line=line,
            origin=origin,
            starts_at=starts_at,
            ends_at=ends_at,
            expires_at=min(expires_at, starts_at),
        )

    def accept(self, supporter_id: str, now: datetime) -> Events:
        """Come."""
        self.by(supporter_id)
        if self.step not in PROMISED:
            self._require(now, AssignmentStatus.OFFERED)
            yield AssignmentAccepted(municipality=self.municipality)

    def decline(self, supporter_id: str, reason: DeclineReason, now: datetime) -> Events:
        """Not come."""
        self.by(supporter_id)
        self._require(now, AssignmentStatus.OFFERED, AssignmentStatus.DECLINED)
        if self.step is AssignmentStatus.OFFERED:
            yield AssignmentDeclined(municipality=self.municipality, reason=reason)

    def confirm(self, now: datetime) -> Events:
        """Count on the supporter."""
        self._require(now, *PROMISED)
        if self.step is AssignmentStatus.ACCEPTED:
            yield SupporterAssigned(**self._published)

    def attend(self, municipality: str, minutes: int, project_id: str | None, now: datetime) -> Events:
        """Record for how long the supporter helped, once the session has begun.

        Where a joint project pays, whole hours are charged, each that was begun; a correction is charged as such.
        """
        self.of(municipality)._require(now, *PROMISED, AssignmentStatus.ATTENDED, AssignmentStatus.NO_SHOW)
        require(self.starts_at <= now, NotOffered(current="still to come", needed="a session that has begun"))
        if minutes == self.minutes:
            return
        yield AttendanceRecorded(municipality=self.municipality, minutes=minutes)
        project, hours, held_on = self.charged_to or project_id, math.ceil(minutes / 60), tokyo_date(self.starts_at)
        if project is None or hours == self.charged_hours:
            return
        if self.charged_to is None:
            yield SupporterAttended(
                project_id=project,
                municipality=self.municipality,
                pseudonym=self.pseudonym,
                session_id=self.session_id,
                held_on=held_on,
                hours=hours,
            )
        else:
            yield self._corrected(hours)

    def miss(self, municipality: str, now: datetime) -> Events:
        """Record that the supporter did not come and had not said so; what was charged is taken back."""
        self.of(municipality)._require(now, *PROMISED, AssignmentStatus.ATTENDED, AssignmentStatus.NO_SHOW)
        require(self.starts_at <= now, NotOffered(current="still to come", needed="a session that has begun"))
        if self.step is not AssignmentStatus.NO_SHOW:
            yield NoShowRecorded(municipality=self.municipality)
            if self.charged_hours:
                yield self._corrected(0)

    def cancel(self, by: Canceller, now: datetime) -> Events:
        """Take it back, whether offered or accepted; once the session has begun, the supporter cannot any more."""
        if self.step in (AssignmentStatus.CANCELLED, AssignmentStatus.DECLINED):
            return
        self._require(now, AssignmentStatus.OFFERED, AssignmentStatus.EXPIRED, *PROMISED)
        to_come = self.starts_at > now or by is not Canceller.SUPPORTER
        require(to_come, NotOffered(current="under way or over", needed="a session still to come"))
        hours_before = max(0, int((self.starts_at - now).total_seconds())) // 3600
        yield AssignmentCancelled(municipality=self.municipality, by=by, hours_before=hours_before)
        if self.step is AssignmentStatus.CONFIRMED:
            yield SupporterUnassigned(**self._published)

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for another municipality's."""
        require(self.municipality == municipality, NotFound(what="assignment", id=self.id))
        return self

    def by(self, supporter_id: str) -> Self:
        """The same. Raises NotFound for another supporter's."""
        require(self.supporter_id == supporter_id, NotFound(what="assignment", id=self.id))
        return self

    def _corrected(self, hours: int) -> SupporterAttendanceCorrected:
        if self.charged_to is None:
            raise NotFound(what="charged attendance", id=self.id)
        return SupporterAttendanceCorrected(
            project_id=self.charged_to,
            municipality=self.municipality,
            held_on=tokyo_date(self.starts_at),
            hours_before=self.charged_hours,
            hours=hours,
            reason=CORRECTION_JA,
        )

    @property
    def _published(self) -> dict[str, object]:
        return {
            "pseudonym": self.pseudonym,
            "municipality": self.municipality,
            "session_id": self.session_id,
            "held_on": tokyo_date(self.starts_at),
        }

    def _require(self, now: datetime, *needed: AssignmentStatus) -> None:
        status = self.status_at(now)
        names = " or ".join(one.value for one in needed)
        require(status in needed, NotOffered(current=status.value, needed=names))

    # what events did

    @evolve
    def offered(self, event: AssignmentOffered) -> Self:
        return replace(
            self,
            supporter_id=event.supporter_id,
            session_id=event.session_id,
            municipality=event.municipality,
            line=event.line,
            origin=event.origin,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            expires_at=event.expires_at,
        )

    @evolve
    def accepted(self, event: AssignmentAccepted) -> Self:
        return replace(self, step=AssignmentStatus.ACCEPTED)

    @evolve
    def declined(self, event: AssignmentDeclined) -> Self:
        return replace(self, step=AssignmentStatus.DECLINED)

    @evolve
    def confirmed(self, event: SupporterAssigned) -> Self:
        return replace(self, step=AssignmentStatus.CONFIRMED)

    @evolve
    def unassigned(self, event: SupporterUnassigned) -> Self:
        return self

    @evolve
    def attended(self, event: AttendanceRecorded) -> Self:
        return replace(self, step=AssignmentStatus.ATTENDED, minutes=event.minutes)

    @evolve
    def charged(self, event: SupporterAttended) -> Self:
        return replace(self, charged_to=event.project_id, charged_hours=event.hours)

    @evolve
    def corrected(self, event: SupporterAttendanceCorrected) -> Self:
        return replace(self, charged_hours=event.hours)

    @evolve
    def missed(self, event: NoShowRecorded) -> Self:
        return replace(self, step=AssignmentStatus.NO_SHOW, minutes=None)

    @evolve
    def cancelled(self, event: AssignmentCancelled) -> Self:
        return replace(self, step=AssignmentStatus.CANCELLED)

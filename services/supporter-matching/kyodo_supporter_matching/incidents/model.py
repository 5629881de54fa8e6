"""An incident at a session.

    reported → in follow-up → closed
                     ↑__________| reopened, with a reason

Something is always due until it is closed: a first step, the next open step, or the end. A list of what is overdue
therefore forgets nothing. The severer it is, the sooner a first step is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import tokyo_date
from kyodo_supporter_matching.incidents.events import (
    MOST_STEPS,
    IncidentClosed,
    IncidentErased,
    IncidentIsErased,
    IncidentReopened,
    IncidentReported,
    IncidentStepDone,
    IncidentStepPlanned,
    MomentImpossible,
    StepDueInPast,
    StepsAreOpen,
    TooManySteps,
    WrongIncidentStatus,
)
from kyodo_supporter_matching.incidents.values import (
    DECIDED_WITHIN,
    FIRST_STEP_WITHIN,
    IncidentKind,
    IncidentStatus,
    Party,
    Severity,
)

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Report:
    """What is told of an incident, sealed texts included."""

    kind: IncidentKind
    severity: Severity
    happened_at: datetime
    by: Party
    reporter_id: str | None
    sealed: Texts


@dataclass(frozen=True)
class Incident(Aggregate, category="incident"):
    """One incident. `open_steps` are the last days of the steps that are not done, by their numbers."""

    municipality: str = ""
    status: IncidentStatus = IncidentStatus.REPORTED
    due_on: date = date.min
    steps: int = 0
    open_steps: Mapping[int, date] = field(default_factory=dict)
    erased: bool = False

    # decisions

    def report(self, municipality: str, session_id: str, held_on: date, told: Report, now: datetime) -> Events:
        """Tell that something happened, at a session or after it."""
        impossible = MomentImpossible(happened_at=told.happened_at, held_on=held_on, now=now)
        require(held_on <= tokyo_date(told.happened_at) and told.happened_at <= now, impossible)
        yield IncidentReported(
            municipality=municipality,
            due_on=tokyo_date(now) + FIRST_STEP_WITHIN[told.severity],
            session_id=session_id,
            **vars(told),
        )

    def plan_step(self, municipality: str, by: Party, until: date, sealed: Texts, today: date) -> Events:
        """Say what is to be done, by whom and until when."""
        self._require(municipality, IncidentStatus.REPORTED, IncidentStatus.IN_FOLLOW_UP)
        require(until >= today, StepDueInPast(until=until, today=today))
        require(self.steps < MOST_STEPS, TooManySteps(most=MOST_STEPS))
        yield IncidentStepPlanned(
            municipality=municipality,
            due_on=min([until, *self.open_steps.values()]),
            step=self.steps + 1,
            by=by,
            until=until,
            sealed=sealed,
        )

    def do_step(self, municipality: str, step: int, today: date) -> Events:
        """Record that a step was done."""
        self._require(municipality, IncidentStatus.IN_FOLLOW_UP)
        require(1 <= step <= self.steps, NotFound(what="step", id=step))
        if step in self.open_steps:
            left = [until for number, until in self.open_steps.items() if number != step]
            due_on = min(left, default=today + DECIDED_WITHIN)
            yield IncidentStepDone(municipality=municipality, due_on=due_on, step=step, done_on=today)

    def close(self, municipality: str, sealed: Texts) -> Events:
        """End the follow-up with a result."""
        self._require(municipality, IncidentStatus.IN_FOLLOW_UP)
        require(not self.open_steps, StepsAreOpen(steps=", ".join(map(str, sorted(self.open_steps)))))
        yield IncidentClosed(municipality=municipality, due_on=self.due_on, sealed=sealed)

    def reopen(self, municipality: str, sealed: Texts, today: date) -> Events:
        """Take the follow-up up again, for a reason."""
        self._require(municipality, IncidentStatus.CLOSED)
        yield IncidentReopened(municipality=municipality, due_on=today + DECIDED_WITHIN, sealed=sealed)

    def erase(self, municipality: str, reference: str | None) -> Events:
        """Note that the incident's key is gone; not before it is closed, for until then it is needed."""
        self.of(municipality)
        if not self.erased:
            self._require(municipality, IncidentStatus.CLOSED)
            yield IncidentErased(municipality=municipality, due_on=self.due_on, reference=reference)

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for another municipality's."""
        require(self.municipality == municipality, NotFound(what="incident", id=self.id))
        return self

    def readable(self, municipality: str) -> Self:
        """The same. Raises NotFound for another municipality's, IncidentIsErased where nothing can be added."""
        self.of(municipality)
        require(not self.erased, IncidentIsErased())
        return self

    def _require(self, municipality: str, *needed: IncidentStatus) -> None:
        self.readable(municipality)
        names = " or ".join(one.value for one in needed)
        require(self.status in needed, WrongIncidentStatus(current=self.status.value, needed=names))

    # what events did

    @evolve
    def reported(self, event: IncidentReported) -> Self:
        return replace(self, municipality=event.municipality, due_on=event.due_on)

    @evolve
    def step_planned(self, event: IncidentStepPlanned) -> Self:
        return replace(
            self,
            status=IncidentStatus.IN_FOLLOW_UP,
            due_on=event.due_on,
            steps=event.step,
            open_steps={**self.open_steps, event.step: event.until},
        )

    @evolve
    def step_done(self, event: IncidentStepDone) -> Self:
        left = {number: until for number, until in self.open_steps.items() if number != event.step}
        return replace(self, due_on=event.due_on, open_steps=left)

    @evolve
    def closed(self, event: IncidentClosed) -> Self:
        return replace(self, status=IncidentStatus.CLOSED, due_on=event.due_on)

    @evolve
    def reopened(self, event: IncidentReopened) -> Self:
        return replace(self, status=IncidentStatus.IN_FOLLOW_UP, due_on=event.due_on)

    @evolve
    def was_erased(self, event: IncidentErased) -> Self:
        return replace(self, erased=True)

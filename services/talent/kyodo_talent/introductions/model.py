"""An introduction case: one expert for one request, until the expert is engaged or the case ends for a reason.

Its id follows from request and expert: nobody is introduced twice for the same need. Whether an expert consented is the
consent's own stream; a case only notes what was done, and every step that shows the person is taken where the consent
is in force at that moment (see introductions/api.py). A placement is not the end of referral: the expert may be in
cases of other requests at the same time, before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.fiscal import Month
from kyodo_talent.introductions.events import (
    EngagementOffered,
    ExpertDeclined,
    ExpertEngaged,
    ExpertInterviewed,
    ExpertIntroduced,
    ExpertLonglisted,
    ExpertNotReferred,
    ExpertNotSelected,
    FollowUpRecorded,
    IntroductionConsentAsked,
    IntroductionConsented,
    IntroductionWithdrawn,
)
from kyodo_talent.introductions.values import BEFORE, FITTING, FOLLOW_UPS, OPEN, REFERRED, Outcome, Reason, Stage

SNAPSHOT_LASTS: Final = timedelta(days=90)
"""A profile is shown for as long as a selection takes; then it is gone from the case, whatever was decided."""

ENDS: Final = {
    Stage.NOT_REFERRED: (ExpertNotReferred, BEFORE),
    Stage.NOT_SELECTED: (ExpertNotSelected, REFERRED),
    Stage.DECLINED: (ExpertDeclined, OPEN),
    Stage.WITHDRAWN: (IntroductionWithdrawn, OPEN),
}
"""The event of each end, and the stages at which a case can end so."""


class CaseAtAnotherStage(Refused):
    status, type = 409, "case-at-another-stage"
    title = "The case is at another stage"
    detail = "The case is '{stage}'; this needs one of: {needed}."
    remedy = "Read the case; somebody may have taken a step meanwhile."


class ReasonDoesNotFit(Refused):
    status, type = 422, "reason-does-not-fit"
    title = "This reason does not fit"
    detail = "'{reason}' is no reason for '{end}'; the reasons are: {reasons}."
    remedy = "Choose one of these, or 'other'."


class FollowUpNotDue(Refused):
    status, type = 409, "follow-up-not-due"
    title = "This follow-up is not due"
    detail = "The follow-up after {months} months is due on {due}, once, from that day on."
    remedy = "Record it from that day on; follow-ups are due 3, 6 and 12 months after the engagement began."


class DayOutOfOrder(Refused):
    status, type = 422, "case-day-out-of-order"
    title = "This day cannot be"
    detail = "{day} is in the future: only what has happened is recorded."
    remedy = "Record it on the day, or correct the date."


def case_id(request_id: str, expert_id: str) -> str:
    """The stream of the case of an expert for a request."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:introduction:{request_id}:{expert_id}"))


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    month = Month.containing(day)
    for _ in range(months):
        month = month.next()
    return min(month.last_day, month.first_day + timedelta(days=day.day - 1))


@dataclass(frozen=True)
class Introduction(Aggregate, category="introduction"):
    """One case; `followed` are the follow-ups that were recorded, in months."""

    request_id: str = ""
    municipality: str = ""
    expert_id: str = ""
    stage: Stage = Stage.LONGLISTED
    from_day: date | None = None
    followed: tuple[int, ...] = ()

    def due(self, months: int) -> date | None:
        """When a follow-up is due; None before an engagement."""
        return months_after(self.from_day, months) if self.stage is Stage.ENGAGED and self.from_day else None

    # the secretariat's steps

    def longlist(self, request_id: str, municipality: str, expert_id: str) -> Events:
        """Think of an expert for a request. Thinking of the same one again changes nothing."""
        if not self.version:
            yield ExpertLonglisted(request_id=request_id, municipality=municipality, expert_id=expert_id)

    def ask_consent(self) -> Events:
        """Ask the expert."""
        if self.stage is not Stage.CONSENT_ASKED:
            self._stands(frozenset({Stage.LONGLISTED}))
            yield IntroductionConsentAsked(municipality=self.municipality)

    def consent_by(self, expert_id: str, until: date) -> Events:
        """The expert agreed, up to and with a day."""
        self._about(expert_id)
        if self.stage is not Stage.CONSENTED:
            self._stands(frozenset({Stage.LONGLISTED, Stage.CONSENT_ASKED}))
            yield IntroductionConsented(municipality=self.municipality, until=until)

    def introduce(self, snapshot: Mapping[str, str], today: date) -> Events:
        """Show the municipality who the expert is."""
        if self.stage is not Stage.INTRODUCED:
            self._stands(frozenset({Stage.CONSENTED}))
            yield ExpertIntroduced(
                municipality=self.municipality,
                expert_id=self.expert_id,
                snapshot=dict(snapshot),
                expires_on=today + SNAPSHOT_LASTS,
            )

    def follow_up(self, months: int, outcome: Outcome, notes: str | None, today: date) -> Events:
        """Note how the engagement goes, once for each follow-up, when it is due."""
        self._stands(frozenset({Stage.ENGAGED}))
        due = self.due(months) if months in FOLLOW_UPS and months not in self.followed else None
        require(due is not None and today >= due, FollowUpNotDue(months=months, due=due or "no day"))
        later = [one for one in FOLLOW_UPS if one > months and outcome is not Outcome.ENDED]
        yield FollowUpRecorded(
            municipality=self.municipality,
            months=months,
            day=today,
            outcome=outcome,
            notes=notes,
            next_due=self.due(later[0]) if later else None,
        )

    # the municipality's and the expert's steps

    def interview(self, municipality: str, day: date, notes: str | None, today: date) -> Events:
        """The municipality met the expert; it may do so more than once."""
        self._of(municipality)
        self._stands(frozenset({Stage.INTRODUCED, Stage.INTERVIEWED}))
        require(day <= today, DayOutOfOrder(day=day))
        yield ExpertInterviewed(municipality=municipality, day=day, notes=notes)

    def offer(self, municipality: str, from_day: date) -> Events:
        """The municipality's approver offers an engagement; another day replaces an earlier offer."""
        self._of(municipality)
        self._stands(REFERRED)
        if not (self.stage is Stage.OFFERED and self.from_day == from_day):
            yield EngagementOffered(municipality=municipality, from_day=from_day)

    def accept(self, expert_id: str) -> Events:
        """The expert accepts what is offered."""
        self._about(expert_id)
        if self.stage is not Stage.ENGAGED:
            self._stands(frozenset({Stage.OFFERED}))
            assert self.from_day is not None  # noqa: S101 - an offer names it
            yield ExpertEngaged(municipality=self.municipality, expert_id=expert_id, from_day=self.from_day)

    def end(
        self, how: Stage, reason: Reason, *, municipality: str | None = None, expert_id: str | None = None
    ) -> Events:
        """End the case without an engagement; who ends it is named where it is the municipality or the expert."""
        if municipality is not None:
            self._of(municipality)
        if expert_id is not None:
            self._about(expert_id)
        fitting = ", ".join(sorted(one.value for one in FITTING[how]))
        require(reason in FITTING[how], ReasonDoesNotFit(reason=reason.value, end=how.value, reasons=fitting))
        event, possible = ENDS[how]
        if self.stage is not how:
            self._stands(possible)
            yield event(municipality=self.municipality, reason=reason)

    def _stands(self, needed: frozenset[Stage]) -> None:
        wanted = ", ".join(stage.value for stage in Stage if stage in needed)
        require(self.stage in needed, CaseAtAnotherStage(stage=self.stage.value, needed=wanted))

    def _of(self, municipality: str) -> None:
        require(self.municipality == municipality, NotFound(what="introduction", id=self.id))

    def _about(self, expert_id: str) -> None:
        require(self.expert_id == expert_id, NotFound(what="introduction", id=self.id))

    # what events did

    @evolve
    def longlisted(self, event: ExpertLonglisted) -> Self:
        return replace(self, request_id=event.request_id, municipality=event.municipality, expert_id=event.expert_id)

    @evolve
    def consent_asked(self, event: IntroductionConsentAsked) -> Self:
        return replace(self, stage=Stage.CONSENT_ASKED)

    @evolve
    def consented(self, event: IntroductionConsented) -> Self:
        return replace(self, stage=Stage.CONSENTED)

    @evolve
    def introduced(self, event: ExpertIntroduced) -> Self:
        return replace(self, stage=Stage.INTRODUCED)

    @evolve
    def interviewed(self, event: ExpertInterviewed) -> Self:
        return replace(self, stage=Stage.INTERVIEWED)

    @evolve
    def offered(self, event: EngagementOffered) -> Self:
        return replace(self, stage=Stage.OFFERED, from_day=event.from_day)

    @evolve
    def engaged(self, event: ExpertEngaged) -> Self:
        return replace(self, stage=Stage.ENGAGED, from_day=event.from_day)

    @evolve
    def not_referred(self, event: ExpertNotReferred) -> Self:
        return replace(self, stage=Stage.NOT_REFERRED)

    @evolve
    def not_selected(self, event: ExpertNotSelected) -> Self:
        return replace(self, stage=Stage.NOT_SELECTED)

    @evolve
    def declined(self, event: ExpertDeclined) -> Self:
        return replace(self, stage=Stage.DECLINED)

    @evolve
    def withdrawn(self, event: IntroductionWithdrawn) -> Self:
        return replace(self, stage=Stage.WITHDRAWN)

    @evolve
    def follow_up_recorded(self, event: FollowUpRecorded) -> Self:
        return replace(self, followed=(*self.followed, event.months))

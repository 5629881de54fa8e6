"""A survey of participation (参加意向調査): one a fiscal year, asked of all 62, each with one live answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import municipalities
from kyodo_supporter_matching.participation_surveys.events import (
    ParticipationAnswered,
    ParticipationReminded,
    ParticipationSurveyClosed,
    ParticipationSurveyOpened,
    ParticipationSurveyReopened,
)
from kyodo_supporter_matching.participation_surveys.values import Participation, Programme
from kyodo_supporter_matching.sessions.values import SessionKind


class SurveyStatus(StrEnum):
    """How far a survey has come. After the deadline no answer is taken, closed or not."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"none": "未実施", "open": "受付中", "closed": "締切"}[self.value]


class SurveyOpenedBefore(Refused):
    status, type = 409, "participation-survey-opened-before"
    title = "There is a survey of this fiscal year (調査は実施済み)"
    detail = "It is {status}."
    remedy = "Reopen it where it was closed."


class SurveyTakesNoAnswers(Refused):
    status, type = 409, "participation-survey-not-open"
    title = "The survey takes no answers (回答を受け付けていない)"
    detail = "It is {status}; its deadline is {deadline}."
    remedy = "Ask the secretariat whether it opens, or opens again."


class SurveyNotClosed(Refused):
    status, type = 409, "participation-survey-not-closed"
    title = "The survey was not closed (調査が締め切られていない)"
    detail = "It is {status}."
    remedy = "Wait until the secretariat has closed it; the secretariat closes it before it is reopened."


class DeadlineImpossible(Refused):
    status, type = 422, "participation-deadline-impossible"
    title = "The deadline cannot be kept (回答期限が正しくない)"
    detail = "The deadline is {deadline}; today is {today}, and the fiscal year ends on {last_day}."
    remedy = "Name a day from today until the end of the fiscal year that is asked about."


class NobodyToRemind(Refused):
    status, type = 409, "participation-all-answered"
    title = "All municipalities have answered (全団体回答済み)"
    remedy = "Close the survey."


@dataclass(frozen=True)
class ParticipationSurvey(Aggregate, category="participation-survey"):
    """The survey of a fiscal year, which is its id, with the live answers. `today` is the day in Tokyo."""

    status: SurveyStatus = SurveyStatus.NONE
    deadline: date | None = None
    answers: Mapping[str, Participation] = field(default_factory=dict)
    reminded: tuple[date, tuple[str, ...]] | None = None

    @property
    def fiscal_year(self) -> FiscalYear:
        """The fiscal year that is asked about."""
        return FiscalYear(int(self.id))

    @property
    def answered(self) -> int:
        """How many of the 62 have answered."""
        return len(self.answers)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Those whose answer is still to come, in the order of their codes."""
        return tuple(one.code for one in municipalities() if one.code not in self.answers)

    def taking_part(self, programme: Programme) -> int:
        """How many municipalities take part in a programme."""
        return sum(programme in answer.programmes for answer in self.answers.values())

    def planning(self, kind: SessionKind) -> list[int]:
        """The sessions of a kind that are planned, a figure for each municipality that plans any."""
        planned = (answer.planned.of(kind) for answer in self.answers.values())
        return [sessions for sessions in planned if sessions]

    # decisions

    def open(self, deadline: date, today: date) -> Events:
        """Tokyo asks all municipalities, once a fiscal year; the same request again changes nothing."""
        if self.status is SurveyStatus.OPEN and self.deadline == deadline:
            return
        require(self.status is SurveyStatus.NONE, SurveyOpenedBefore(status=self.status))
        self._require_possible(deadline, today)
        yield ParticipationSurveyOpened(fiscal_year=self.fiscal_year, deadline=deadline)

    def answer(self, municipality: str, participation: Participation, today: date) -> Events:
        """A municipality answers, or answers anew, until the end of the deadline's day."""
        self._require_open(today)
        given = participation.in_order()
        if self.answers.get(municipality) != given:
            yield ParticipationAnswered(
                fiscal_year=self.fiscal_year,
                municipality=municipality,
                participation=given,
                answered=len({*self.answers, municipality}),
            )

    def remind(self, today: date) -> Events:
        """Record that those who have not answered are reminded; the same ones once a day."""
        self._require_open(today)
        require(bool(self.unanswered), NobodyToRemind())
        if self.reminded != (today, self.unanswered):
            yield ParticipationReminded(day=today, unanswered=self.unanswered)

    def close(self) -> Events:
        """Tokyo ends the survey, after the deadline or before."""
        taken = self.status is SurveyStatus.OPEN
        require(taken, SurveyTakesNoAnswers(status=self.status, deadline=self.deadline))
        yield ParticipationSurveyClosed(answered=self.answered)

    def reopen(self, deadline: date, reason_ja: str, today: date) -> Events:
        """Tokyo takes answers again; those given before still count."""
        self.require_closed()
        self._require_possible(deadline, today)
        yield ParticipationSurveyReopened(deadline=deadline, reason_ja=reason_ja)

    def require_closed(self) -> None:
        """Sums of a few early answers would tell what one municipality answered. Raises SurveyNotClosed."""
        require(self.status is SurveyStatus.CLOSED, SurveyNotClosed(status=self.status))

    def _require_open(self, today: date) -> None:
        taken = self.status is SurveyStatus.OPEN and self.deadline is not None and today <= self.deadline
        require(taken, SurveyTakesNoAnswers(status=self.status, deadline=self.deadline))

    def _require_possible(self, deadline: date, today: date) -> None:
        last = self.fiscal_year.last_day
        require(today <= deadline <= last, DeadlineImpossible(deadline=deadline, today=today, last_day=last))

    # what events did

    @evolve
    def opened(self, event: ParticipationSurveyOpened) -> Self:
        return replace(self, status=SurveyStatus.OPEN, deadline=event.deadline)

    @evolve
    def was_answered(self, event: ParticipationAnswered) -> Self:
        return replace(self, answers={**self.answers, event.municipality: event.participation})

    @evolve
    def were_reminded(self, event: ParticipationReminded) -> Self:
        return replace(self, reminded=(event.day, event.unanswered))

    @evolve
    def closed(self, event: ParticipationSurveyClosed) -> Self:
        return replace(self, status=SurveyStatus.CLOSED)

    @evolve
    def reopened(self, event: ParticipationSurveyReopened) -> Self:
        return replace(self, status=SurveyStatus.OPEN, deadline=event.deadline)

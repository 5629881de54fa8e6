"""A questionnaire (アンケート): a form, those asked, and one live answer of each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_procurement.questionnaires.events import (
    QuestionnaireAnswered,
    QuestionnaireAnswerWithdrawn,
    QuestionnaireClosed,
    QuestionnaireDrafted,
    QuestionnaireFormRevised,
    QuestionnaireOpened,
    QuestionnaireReopened,
)
from kyodo_procurement.questionnaires.form import Form, Reply, misfits


class QuestionnaireStatus(StrEnum):
    """How far a questionnaire has come."""

    DRAFTED = "drafted"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"drafted": "作成中", "open": "受付中", "closed": "締切"}[self.value]


class QuestionnaireNotOpen(Refused):
    status, type = 409, "questionnaire-not-open"
    title = "The questionnaire takes no answers"
    detail = "It is {status}; its deadline is {deadline}."
    remedy = "Ask the secretariat whether it opens, or opens again."


class QuestionnaireNotDrafted(Refused):
    status, type = 409, "questionnaire-not-drafted"
    title = "The questionnaire was opened before"
    detail = "It is {status}."
    remedy = "Reopen it where it was closed; for other questions, draft a new one."


class QuestionnaireNotClosed(Refused):
    status, type = 409, "questionnaire-not-closed"
    title = "The questionnaire was not closed"
    detail = "It is {status}."
    remedy = "Close it first."


class QuestionnaireClosedForGood(Refused):
    status, type = 409, "questionnaire-form-fixed"
    title = "The form of a closed questionnaire does not change"
    remedy = "Reopen it first, or draft a new one."


class DeadlineOver(Refused):
    status, type = 409, "deadline-passed"
    title = "The deadline has passed"
    detail = "{deadline} is over in Tokyo."
    remedy = "Name today or a later day."


class NotAsked(Refused):
    status, type = 409, "not-asked"
    title = "The questionnaire does not ask this municipality"
    detail = "{municipality} is not among those asked."
    remedy = "Nothing is to be done; whom it asks stands in the questionnaire."


class AnswerDoesNotFit(Refused):
    status, type = 422, "answer-does-not-fit"
    title = "The answer does not fit the form"
    detail = "{misfits}"
    remedy = "Correct the replies named; the form says what each takes."


class OtherForm(Refused):
    status, type = 409, "form-revised"
    title = "The form has changed since you read it"
    detail = "The form stands at version {current}; the answer is to version {given}."
    remedy = "Read the form again and answer that."


@dataclass(frozen=True)
class Response:
    """A municipality's live answer, and the version of the form it answers."""

    form_version: int
    replies: Mapping[str, Reply]


@dataclass(frozen=True)
class Questionnaire(Aggregate, category="questionnaire"):
    """The form in its current version, those asked, and their live answers. `today` is the day in Tokyo."""

    status: QuestionnaireStatus = QuestionnaireStatus.DRAFTED
    title_ja: str = ""
    meeting_id: str | None = None
    audience: tuple[str, ...] = ()
    form: Form | None = None
    form_version: int = 1
    deadline: date | None = None
    answers: Mapping[str, Response] = field(default_factory=dict)

    @property
    def counted(self) -> Mapping[str, Mapping[str, Reply]]:
        """The replies that count, by municipality: those to the form as it stands."""
        current = self.form_version
        return {code: a.replies for code, a in sorted(self.answers.items()) if a.form_version == current}

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Those asked whose answer is still to come, or to be given anew, in the order of their codes."""
        return tuple(code for code in self.audience if code not in self.counted)

    @property
    def asked(self) -> int:
        """How many are asked."""
        return len(self.audience)

    @property
    def answered(self) -> int:
        """How many answers count."""
        return len(self.counted)

    # decisions

    def draft(self, title_ja: str, meeting_id: str | None, audience: tuple[str, ...], form: Form) -> Events:
        """The secretariat puts a questionnaire together."""
        asked = tuple(sorted(set(audience)))
        yield QuestionnaireDrafted(title_ja=title_ja, meeting_id=meeting_id, audience=asked, form=form)

    def revise(self, form: Form, reason: str) -> Events:
        """The secretariat changes the form, before it is opened or while it is."""
        require(self.status is not QuestionnaireStatus.CLOSED, QuestionnaireClosedForGood())
        if form != self.form:
            yield QuestionnaireFormRevised(form=form, form_version=self.form_version + 1, reason=reason)

    def open(self, deadline: date, today: date) -> Events:
        """Those asked may answer until the end of a day that is not over yet."""
        require(self.status is QuestionnaireStatus.DRAFTED, QuestionnaireNotDrafted(status=self.status))
        require(today <= deadline, DeadlineOver(deadline=deadline))
        yield QuestionnaireOpened(deadline=deadline)

    def answer(self, municipality: str, form_version: int, replies: Mapping[str, Reply], today: date) -> Events:
        """A municipality answers the form as it stands, or answers it anew."""
        self._require_open(today)
        require(municipality in self.audience, NotAsked(municipality=municipality))
        require(form_version == self.form_version, OtherForm(current=self.form_version, given=form_version))
        wrong = misfits(self._form(), replies)
        require(not wrong, AnswerDoesNotFit(misfits=" ".join(wrong)))
        if self.answers.get(municipality) != Response(form_version, replies):
            yield QuestionnaireAnswered(municipality=municipality, form_version=form_version, replies=dict(replies))

    def withdraw_answer(self, municipality: str, today: date) -> Events:
        """A municipality takes its answer back, while answers are taken."""
        self._require_open(today)
        if municipality in self.answers:
            yield QuestionnaireAnswerWithdrawn(municipality=municipality)

    def close(self) -> Events:
        """The secretariat ends it, after the deadline or before."""
        open_ = self.status is QuestionnaireStatus.OPEN
        require(open_, QuestionnaireNotOpen(status=self.status, deadline=self.deadline))
        yield QuestionnaireClosed(asked=self.asked, answered=self.answered)

    def reopen(self, deadline: date, reason: str, today: date) -> Events:
        """The secretariat takes answers again, until a day that is not over yet."""
        self.require_closed()
        require(today <= deadline, DeadlineOver(deadline=deadline))
        yield QuestionnaireReopened(deadline=deadline, reason=reason)

    def require_closed(self) -> None:
        """Sums of a few early answers would tell what one municipality answered. Raises QuestionnaireNotClosed."""
        require(self.status is QuestionnaireStatus.CLOSED, QuestionnaireNotClosed(status=self.status))

    def _require_open(self, today: date) -> None:
        taken = self.status is QuestionnaireStatus.OPEN and self.deadline is not None and today <= self.deadline
        require(taken, QuestionnaireNotOpen(status=self.status, deadline=self.deadline))

    def _form(self) -> Form:
        if self.form is None:
            raise TypeError("a questionnaire that was never drafted has no form")
        return self.form

    # what events did

    @evolve
    def drafted(self, event: QuestionnaireDrafted) -> Self:
        return replace(self, **dict(event))

    @evolve
    def form_revised(self, event: QuestionnaireFormRevised) -> Self:
        return replace(self, form=event.form, form_version=event.form_version)

    @evolve
    def opened(self, event: QuestionnaireOpened) -> Self:
        return replace(self, status=QuestionnaireStatus.OPEN, deadline=event.deadline)

    @evolve
    def was_answered(self, event: QuestionnaireAnswered) -> Self:
        response = Response(event.form_version, event.replies)
        return replace(self, answers={**self.answers, event.municipality: response})

    @evolve
    def answer_withdrawn(self, event: QuestionnaireAnswerWithdrawn) -> Self:
        return replace(self, answers={code: a for code, a in self.answers.items() if code != event.municipality})

    @evolve
    def closed(self, event: QuestionnaireClosed) -> Self:
        return replace(self, status=QuestionnaireStatus.CLOSED)

    @evolve
    def reopened(self, event: QuestionnaireReopened) -> Self:
        return replace(self, status=QuestionnaireStatus.OPEN, deadline=event.deadline)

"""The questionnaire of a session, and the answers to it, of which nobody is told who gave them.

An answer comes with a ballot and without a name (see ballots). What few answered is never told, and what may be told is
fixed once nobody can answer any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field

from kyodo_academy.questionnaires.values import MOST_OWN, STANDARD, Answers, Question, QuestionKind, Results
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id, Line

OPEN_FOR: Final = timedelta(days=60)
CLOSES_AFTER: Final = timedelta(minutes=5)
"""After the end of the last day: an answer that came in time is written by then."""

Number = Annotated[int, Field(strict=True, ge=1, le=10_000, description="Of the version of the questionnaire.")]
Own = Annotated[tuple[Question, ...], Field(max_length=MOST_OWN)]


class QuestionnaireStatus(StrEnum):
    """Whether answers are taken, or told."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"open": "回答受付中", "closed": "集計済み"}[self.value]


class QuestionnaireOpened(
    Event, type="kyodo.academy.questionnaire-opened", words="アンケートを開始した（{until}まで）"
):
    """Learners who attended answer from now on. What their ballots are made from is sealed."""

    municipality: Party
    until: Day
    own: Own
    sealed: dict[Code, Sealed]


class QuestionnaireRevised(
    Event, type="kyodo.academy.questionnaire-revised", words="アンケートを第{number}版に改めた（{until}まで）"
):
    """It is asked otherwise from now on; all of it, as it stands since."""

    municipality: Party
    number: Number
    until: Day
    own: Own


class QuestionnaireClosed(Event, type="kyodo.academy.questionnaire-closed", words="アンケートを締め切り、集計した"):
    """Nobody answers any more. What may be told is fixed; the key of the ballots is gone."""

    municipality: Party
    results: Results


class QuestionnaireAnswered(Event, type="kyodo.academy.questionnaire-answered", words="アンケートの回答が1件あった"):
    """Somebody who attended answered, or answered otherwise. Nothing is known of who it was."""

    municipality: Party
    session_id: Id
    number: Number
    answers: Answers
    sealed: dict[Code, Sealed]


class AnswerTextsErased(Event, type="kyodo.academy.answer-texts-erased", words="自由記述を削除した（{reason_ja}）"):
    """What was written freely in an answer is unreadable; what was counted stays counted."""

    municipality: Party
    reason_ja: Line


class SessionNotHeld(Refused):
    status, type = 409, "questionnaire-before-session"
    title = "The session was not held (未実施)"
    detail = "The session is '{current}'; people are asked about one that was held."
    remedy = "Record that it took place, and open the questionnaire then."


class DeadlineWrong(Refused):
    status, type = 422, "questionnaire-deadline-wrong"
    title = "Answers cannot be taken until that day"
    detail = "A last day lies between today, {today}, and {latest}."
    remedy = "Give a day between them."


class QuestionnaireOver(Refused):
    status, type = 409, "questionnaire-over"
    title = "Answers are not taken any more (回答期限後)"
    detail = "They were taken until the end of {until}."
    remedy = "Nothing is to be done."


class KeyHasMeaning(Refused):
    status, type = 422, "question-key-taken"
    title = "A question with this key was asked in other words"
    detail = "'{key}' stood for something else in an earlier version, to which answers may have been given."
    remedy = "Give the question another key."


class AskedOtherwise(Refused):
    status, type = 409, "questionnaire-revised"
    title = "The questionnaire has changed meanwhile"
    detail = "The answer is to version {given}; version {current} is asked now."
    remedy = "Read the questionnaire again, and answer it."


class AnswerDoesNotFit(Refused):
    status, type = 422, "answer-does-not-fit"
    title = "The answer does not fit the questions"
    detail = "{key}: {why}."
    remedy = "Read the questionnaire, and answer what it asks."


class BallotWrong(Refused):
    status, type = 409, "ballot-wrong"
    title = "This is no ballot of this questionnaire"
    detail = "The ballot was not handed out here."
    remedy = "Sign in, fetch the ballot of the session that you attended, and send that."


def closes_at(until: date) -> datetime:
    """The moment from which a questionnaire is closed and told."""
    day_after = until + timedelta(days=1)
    return datetime(day_after.year, day_after.month, day_after.day, tzinfo=TOKYO_TIME) + CLOSES_AFTER


@dataclass(frozen=True)
class Questionnaire(Aggregate, category="questionnaire"):
    """The questionnaire of the session of the same id; `municipality` is the session's host."""

    municipality: str = ""
    number: int = 0
    until: date = date.min
    own: tuple[Question, ...] = ()
    sealed: Mapping[str, str] = field(default_factory=dict)
    results: Results | None = None
    asked_ever: Mapping[str, Question] = field(default_factory=dict)

    @property
    def status(self) -> QuestionnaireStatus:
        """Whether answers are taken, or told."""
        return QuestionnaireStatus.OPEN if self.results is None else QuestionnaireStatus.CLOSED

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked now."""
        return (*STANDARD, *self.own)

    @property
    def all_questions(self) -> tuple[Question, ...]:
        """What was asked in any version, in the order in which it came up."""
        return (*STANDARD, *self.asked_ever.values())

    # decisions

    def open(
        self,
        host: str,
        until: date,
        own: tuple[Question, ...],
        sealed: Mapping[str, str],
        today: date,
    ) -> Events:
        """Ask, or ask otherwise: a new version, to which answers are given from then on."""
        latest = today + OPEN_FOR
        if self.number == 0:
            require(today <= until <= latest, DeadlineWrong(today=today, latest=latest))
            yield QuestionnaireOpened(municipality=host, until=until, own=own, sealed=dict(sealed))
            return
        require(self.results is None and today <= self.until, QuestionnaireOver(until=self.until))
        if (until, own) == (self.until, self.own):
            return
        require(today <= until <= latest, DeadlineWrong(today=today, latest=latest))
        for question in own:
            before = self.asked_ever.get(question.key, question)
            require(before == question, KeyHasMeaning(key=question.key))
        yield QuestionnaireRevised(
            municipality=host,
            number=self.number + (own != self.own),
            until=until,
            own=own,
        )

    def close(self, results: Results) -> Events:
        """Take no answers any more, and fix what may be told."""
        if self.results is None:
            yield QuestionnaireClosed(municipality=self.municipality, results=results)

    def asked(self) -> Self:
        """The same. Raises NotFound where there is none."""
        require(self.number > 0, NotFound(what="questionnaire", id=self.id))
        return self

    def taking(self, number: int, today: date) -> Self:
        """The same, while answers to this version are taken. Raises QuestionnaireOver, AskedOtherwise."""
        require(self.results is None and today <= self.until, QuestionnaireOver(until=self.until))
        require(number == self.number, AskedOtherwise(given=number, current=self.number))
        return self

    def require_fit(self, answers: Answers, texts: Mapping[str, str]) -> None:
        """Raises AnswerDoesNotFit for what is not asked, not offered, or missing."""
        by_key = {question.key: question for question in self.questions}
        given = {
            QuestionKind.SCALE: answers.scales.keys(),
            QuestionKind.CHOICE: answers.choices.keys(),
            QuestionKind.TEXT: texts.keys(),
        }
        for kind, keys in given.items():
            for key in keys:
                fits = key in by_key and by_key[key].kind is kind
                require(fits, AnswerDoesNotFit(key=key, why=f"no question of the kind {kind.value} has this key"))
        for key, chosen in answers.choices.items():
            offered = chosen in by_key[key].option_keys
            require(offered, AnswerDoesNotFit(key=key, why="the option is not offered"))
        answered = {key for keys in given.values() for key in keys}
        for question in self.questions:
            missing = question.required and question.key not in answered
            require(not missing, AnswerDoesNotFit(key=question.key, why="it has to be answered"))

    # what events did

    @evolve
    def opened(self, event: QuestionnaireOpened) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            number=1,
            until=event.until,
            own=event.own,
            sealed=event.sealed,
            asked_ever={question.key: question for question in event.own},
        )

    @evolve
    def revised(self, event: QuestionnaireRevised) -> Self:
        return replace(
            self,
            number=event.number,
            until=event.until,
            own=event.own,
            asked_ever={**self.asked_ever, **{question.key: question for question in event.own}},
        )

    @evolve
    def closed(self, event: QuestionnaireClosed) -> Self:
        return replace(self, results=event.results)


@dataclass(frozen=True)
class Answer(Aggregate, category="questionnaire-answer"):
    """One answer, whoever gave it."""

    municipality: str = ""
    said: QuestionnaireAnswered | None = None
    erased: bool = False

    def give(self, host: str, session_id: str, number: int, answers: Answers, sealed: Mapping[str, str]) -> Events:
        """Answer, or answer otherwise."""
        said = QuestionnaireAnswered(
            municipality=host, session_id=session_id, number=number, answers=answers, sealed=dict(sealed)
        )
        if said != self.said:
            yield said

    def erase_texts(self, reason_ja: str) -> Events:
        """Note that the key of its texts is gone."""
        if not self.erased:
            yield AnswerTextsErased(municipality=self.municipality, reason_ja=reason_ja)

    @evolve
    def given(self, event: QuestionnaireAnswered) -> Self:
        return replace(self, municipality=event.municipality, said=event)

    @evolve
    def texts_erased(self, event: AnswerTextsErased) -> Self:
        return replace(self, erased=True)

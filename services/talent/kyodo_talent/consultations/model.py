"""A consultation (スポット相談): asked by a municipality, answered by the secretariat or an expert it names.

It ends with what the municipality thought of it, and may go on as a request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_talent.experts.model import Expert

NOBODY = ""  # in place of an expert, where the secretariat answers itself

Satisfaction = Annotated[int, Field(strict=True, ge=1, le=5, description="1 (役に立たなかった) … 5 (とても役に立った)")]


class ConsultationStatus(StrEnum):
    """How far a consultation has come."""

    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"asked": "回答待ち", "answered": "回答済み", "closed": "終了"}[self.value]


class _OfMunicipality(Event):
    """Something about one municipality's consultation."""

    municipality: MunicipalityCode


class ConsultationAsked(_OfMunicipality, type="kyodo.talent.consultation-asked", words="{municipality}が相談した"):
    """A municipality asked something; `matter` where it came from a template or the municipality knew it."""

    title_ja: Line
    question_ja: Text
    matter: Code | None


class ConsultationSorted(
    _OfMunicipality, type="kyodo.talent.consultation-sorted", words="事務局が相談を分類した（{matter}）"
):
    """The secretariat gave it the code that the same question of other municipalities has."""

    matter: Code


class ConsultationExpertNamed(
    _OfMunicipality, type="kyodo.talent.consultation-expert-named", words="事務局が回答する専門人材を決めた"
):
    """An expert is to answer, and reads the question from now on."""

    expert_id: Id


class ConsultationAnswered(_OfMunicipality, type="kyodo.talent.consultation-answered", words="相談に回答があった"):
    """An answer, the `number`th; of the expert, or of the secretariat where none is named as its author.

    `read_by` is the expert who was named at that moment and therefore reads it, whoever wrote it.
    """

    number: Annotated[int, Field(ge=1)]
    answer_ja: Text
    expert_id: Id | None
    read_by: Id | None


class ConsultationClosed(
    _OfMunicipality, type="kyodo.talent.consultation-closed", words="{municipality}が相談を終了した"
):
    """The municipality ended it, with its satisfaction where it had an answer."""

    satisfaction: Satisfaction | None


class ConsultationBecameRequest(
    _OfMunicipality, type="kyodo.talent.consultation-became-request", words="{municipality}が相談から依頼を起案した"
):
    """The question needs more than an answer: it goes on as a request."""

    request_id: Id


class ConsultationOver(Refused):
    status, type = 409, "consultation-over"
    title = "The consultation is closed (相談は終了している)"
    detail = "The municipality has closed it."
    remedy = "Ask anew: a further question is a consultation of its own."


class SatisfactionMissing(Refused):
    status, type = 422, "consultation-satisfaction"
    title = "How satisfied you are belongs to an answer (満足度)"
    detail = "The consultation has {answers} answers, and the satisfaction is {satisfaction}."
    remedy = "Give 1 to 5 where there was an answer, and nothing where you close it without one."


class ExpertNotAvailable(Refused):
    status, type = 409, "consultation-expert-not-available"
    title = "The expert takes no new work"
    detail = "The expert {expert_id} is not qualified today, or has closed or paused new work."
    remedy = "Name another expert: the list of experts can be narrowed to those who are available."


class AlreadyARequest(Refused):
    status, type = 409, "consultation-already-request"
    title = "The consultation has become a request already (依頼を起案済み)"
    detail = "It goes on as the request {request_id}."
    remedy = "Go on with that request, or draft another one by itself."


@dataclass(frozen=True)
class Consultation(Aggregate, category="consultation"):
    """One consultation. `expert_id` is the expert who is to answer, `NOBODY` where none was named."""

    municipality: str = ""
    status: ConsultationStatus = ConsultationStatus.ASKED
    matter: str | None = None
    expert_id: str = NOBODY
    answers: int = 0
    request_id: str | None = None

    # decisions

    def ask(self, municipality: str, title_ja: str, question_ja: str, matter: str | None) -> Events:
        """A municipality asks."""
        yield ConsultationAsked(municipality=municipality, title_ja=title_ja, question_ja=question_ja, matter=matter)

    def sort(self, matter: str) -> Events:
        """The secretariat says what it is about, also after the end: that is when the same questions are found."""
        if matter != self.matter:
            yield ConsultationSorted(municipality=self.municipality, matter=matter)

    def name_expert(self, expert: Expert, today: date) -> Events:
        """The secretariat lets an expert answer who takes new work."""
        self._require_running()
        if expert.id != self.expert_id:
            require(expert.is_available(today), ExpertNotAvailable(expert_id=expert.id))
            yield ConsultationExpertNamed(municipality=self.municipality, expert_id=expert.id)

    def answer(self, answer_ja: str, expert_id: str | None) -> Events:
        """The secretariat answers (None), or the expert whom it named."""
        require(expert_id in (None, self.expert_id), NotFound(what="consultation", id=self.id))
        self._require_running()
        yield ConsultationAnswered(
            municipality=self.municipality,
            number=self.answers + 1,
            answer_ja=answer_ja,
            expert_id=expert_id,
            read_by=self.expert_id or None,
        )

    def close(self, municipality: str, satisfaction: int | None) -> Events:
        """The municipality ends it."""
        self._require_own(municipality)
        self._require_running()
        fits = (satisfaction is None) == (self.answers == 0)
        require(fits, SatisfactionMissing(answers=self.answers, satisfaction=satisfaction or "missing"))
        yield ConsultationClosed(municipality=municipality, satisfaction=satisfaction)

    def become_request(self, municipality: str, request_id: str) -> Events:
        """The municipality asks for more, once, also after the end."""
        self._require_own(municipality)
        require(self.request_id is None, AlreadyARequest(request_id=self.request_id))
        yield ConsultationBecameRequest(municipality=municipality, request_id=request_id)

    def _require_own(self, municipality: str) -> None:
        require(municipality == self.municipality, NotFound(what="consultation", id=self.id))

    def _require_running(self) -> None:
        require(self.status is not ConsultationStatus.CLOSED, ConsultationOver())

    # what events did

    @evolve
    def asked(self, event: ConsultationAsked) -> Self:
        return replace(self, municipality=event.municipality, matter=event.matter)

    @evolve
    def sorted(self, event: ConsultationSorted) -> Self:
        return replace(self, matter=event.matter)

    @evolve
    def expert_named(self, event: ConsultationExpertNamed) -> Self:
        return replace(self, expert_id=event.expert_id)

    @evolve
    def answered(self, event: ConsultationAnswered) -> Self:
        return replace(self, status=ConsultationStatus.ANSWERED, answers=event.number)

    @evolve
    def closed(self, event: ConsultationClosed) -> Self:
        return replace(self, status=ConsultationStatus.CLOSED)

    @evolve
    def became_request(self, event: ConsultationBecameRequest) -> Self:
        return replace(self, request_id=event.request_id)

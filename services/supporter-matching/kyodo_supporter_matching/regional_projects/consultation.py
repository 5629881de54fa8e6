"""A consultation: a municipality asks Tokyo about its project, until the matter has an outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import require
from kyodo_supporter_matching.regional_projects.events import (
    RegionalConsultationAnswered,
    RegionalConsultationAsked,
    RegionalConsultationClosed,
)
from kyodo_supporter_matching.regional_projects.refusals import ConsultationFull, ConsultationOver, NothingAnswered
from kyodo_supporter_matching.regional_projects.values import MOST_ANSWERS


@dataclass(frozen=True)
class RegionalConsultation(Aggregate, category="regional-consultation"):
    """Whose it is, how many answers it has, and whether it is over."""

    municipality: str = ""
    answers: int = 0
    closed: bool = False

    # decisions

    def ask(self, municipality: str, subject_ja: str, question_ja: str) -> Events:
        """A municipality asks."""
        yield RegionalConsultationAsked(municipality=municipality, subject_ja=subject_ja, question_ja=question_ja)

    def answer(self, answer_ja: str) -> Events:
        """Tokyo answers, as often as it takes."""
        require(not self.closed, ConsultationOver())
        require(self.answers < MOST_ANSWERS, ConsultationFull())
        yield RegionalConsultationAnswered(municipality=self.municipality, number=self.answers + 1, answer_ja=answer_ja)

    def close(self, outcome_ja: str) -> Events:
        """Tokyo says what came of it, once it has answered."""
        require(not self.closed, ConsultationOver())
        require(self.answers > 0, NothingAnswered())
        yield RegionalConsultationClosed(municipality=self.municipality, outcome_ja=outcome_ja)

    # what events did

    @evolve
    def asked(self, event: RegionalConsultationAsked) -> Self:
        return replace(self, municipality=event.municipality)

    @evolve
    def answered(self, event: RegionalConsultationAnswered) -> Self:
        return replace(self, answers=event.number)

    @evolve
    def was_closed(self, event: RegionalConsultationClosed) -> Self:
        return replace(self, closed=True)

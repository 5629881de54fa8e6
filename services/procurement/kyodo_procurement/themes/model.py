"""A theme (テーマ): a need that may become joint work (協働事業の候補), from survey to selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement import Quantity, Stage, ThemeSelected
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.money import Price
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Text
from kyodo_events.values.value import Value

NEEDS_FOR_SELECTION = 2  # forum rule of 2023-02-14: taken up where two or more municipalities need it


class ThemeKind(StrEnum):
    """The four kinds of joint work (協働の4類型)."""

    JOINT_PROCUREMENT = "joint_procurement"  # 共同調達
    TALENT_SHARING = "talent_sharing"  # 人材シェアリング
    EXISTING_SHARED_SERVICE = "existing_shared_service"  # 共同電子申請等の既存サービス
    MUNICIPAL_PROPOSAL = "municipal_proposal"  # 区市町村から提案される事項


class ThemeStatus(StrEnum):
    """How far a theme has come."""

    DRAFTED = "drafted"
    SURVEYING = "surveying"
    SURVEYED = "surveyed"
    SELECTED = "selected"


class Need(StrEnum):
    """What a municipality says to a theme."""

    NEED = "need"
    INTEREST = "interest"
    NONE = "none"


class SurveyAnswer(Value):
    """A municipality's answer: whether it needs the theme, how much of it, and what it pays today."""

    need: Need
    firm_quantity: Quantity | None = None
    current_unit_price: Price | None = None
    remarks: Text = ""


class ThemeDrafted(Event, type="kyodo.procurement.theme-drafted"):
    """The secretariat put a theme up for the survey."""

    name_ja: str
    kind: ThemeKind
    group: str
    stage: Stage


class SurveyOpened(Event, type="kyodo.procurement.survey-opened"):
    """All 62 municipalities are asked, until the end of the deadline's day in Tokyo."""

    deadline: date


class DemandRegistered(Event, type="kyodo.procurement.demand-registered"):
    """A municipality answered, or revised its answer; `needs` counts the municipalities in need from then on."""

    municipality: MunicipalityCode
    answer: SurveyAnswer
    needs: int


class DemandWithdrawn(Event, type="kyodo.procurement.demand-withdrawn"):
    """A municipality took its answer back; `needs` counts the municipalities in need from then on."""

    municipality: MunicipalityCode
    needs: int


class SurveyClosed(Event, type="kyodo.procurement.survey-closed"):
    """No more answers are taken."""


class SurveyAlreadyOpened(Refused):
    status, type = 409, "survey-already-opened"
    title = "The survey was opened before"
    detail = "The theme is {status}; only a drafted theme is put to the survey."
    remedy = "Draft a new theme to ask again."


class SurveyNotOpen(Refused):
    status, type = 409, "survey-not-open"
    title = "The survey is not open"
    detail = "The theme is {status}; answers are taken while it is surveying."
    remedy = "Ask the secretariat when the survey opens, or opens again."


class DeadlinePassed(Refused):
    status, type = 409, "deadline-passed"
    title = "The deadline has passed"
    detail = "The deadline is the end of {deadline}, Tokyo time."
    remedy = "Name a later day, or ask the secretariat about a late answer."


class NotSelectable(Refused):
    status, type = 409, "theme-not-selectable"
    title = "The theme cannot be selected now"
    detail = "The theme is {status}; it is selected once, after its survey was closed."
    remedy = "Close the survey first."


class TooFewNeeds(Refused):
    status, type = 409, "too-few-needs"
    title = "Too few municipalities need the theme"
    detail = f"{{live}} municipalities need it now; joint work takes {NEEDS_FOR_SELECTION}."
    remedy = "Wait until another municipality states its need in a survey."


class AlreadySelected(Refused):
    status, type = 409, "theme-already-selected"
    title = "The theme was already selected"
    detail = "An answer that led to a selection is no longer withdrawn."
    remedy = "Leave the project, if the municipality takes part in it."


@dataclass(frozen=True)
class Theme(Aggregate, category="theme"):
    """The theme with its survey's live answers by municipality; a withdrawn answer is no longer there.

    `today` is always the day in Tokyo.
    """

    status: ThemeStatus = ThemeStatus.DRAFTED
    name_ja: str = ""
    kind: ThemeKind | None = None
    group: str = ""
    stage: Stage | None = None
    deadline: date | None = None
    answers: Mapping[str, SurveyAnswer] = field(default_factory=dict)
    decision: str | None = None

    @property
    def needed_by(self) -> tuple[str, ...]:
        """The municipalities with a live need, in the order of their codes."""
        return _in_need(self.answers)

    @property
    def needs(self) -> int:
        """How many municipalities need it now."""
        return len(self.needed_by)

    # decisions

    def draft(self, name_ja: str, kind: ThemeKind, group: str, stage: Stage) -> Events:
        """The secretariat puts a theme up."""
        yield ThemeDrafted(name_ja=name_ja, kind=kind, group=group, stage=stage)

    def open_survey(self, deadline: date, today: date) -> Events:
        """All municipalities are asked until the end of a day that is not over yet."""
        require(self.status is ThemeStatus.DRAFTED, SurveyAlreadyOpened(status=self.status))
        require(today <= deadline, DeadlinePassed(deadline=deadline))
        yield SurveyOpened(deadline=deadline)

    def register_demand(self, municipality: str, answer: SurveyAnswer, today: date) -> Events:
        """A municipality answers or revises its answer, while the survey is open and the deadline not over."""
        require(self.status is ThemeStatus.SURVEYING, SurveyNotOpen(status=self.status))
        require(self.deadline is not None and today <= self.deadline, DeadlinePassed(deadline=self.deadline))
        if self.answers.get(municipality) != answer:
            needs = len(_in_need({**self.answers, municipality: answer}))
            yield DemandRegistered(municipality=municipality, answer=answer, needs=needs)

    def withdraw_demand(self, municipality: str) -> Events:
        """A municipality takes its answer back; until the selection that is always possible."""
        require(self.status is not ThemeStatus.SELECTED, AlreadySelected())
        if municipality in self.answers:
            yield DemandWithdrawn(municipality=municipality, needs=len(_in_need(_without(self.answers, municipality))))

    def close_survey(self) -> Events:
        """The secretariat ends the survey, after the deadline or before."""
        require(self.status is ThemeStatus.SURVEYING, SurveyNotOpen(status=self.status))
        yield SurveyClosed()

    def select(self, decision: str) -> Events:
        """The secretariat takes the theme up, naming the decision it rests on."""
        require(self.status is ThemeStatus.SURVEYED, NotSelectable(status=self.status))
        require(self.needs >= NEEDS_FOR_SELECTION, TooFewNeeds(live=self.needs))
        yield ThemeSelected(name_ja=self.name_ja, needed_by=self.needed_by, decision=decision)

    # what events did

    @evolve
    def drafted(self, event: ThemeDrafted) -> Self:
        return replace(self, name_ja=event.name_ja, kind=event.kind, group=event.group, stage=event.stage)

    @evolve
    def survey_opened(self, event: SurveyOpened) -> Self:
        return replace(self, status=ThemeStatus.SURVEYING, deadline=event.deadline)

    @evolve
    def demand_registered(self, event: DemandRegistered) -> Self:
        return replace(self, answers={**self.answers, event.municipality: event.answer})

    @evolve
    def demand_withdrawn(self, event: DemandWithdrawn) -> Self:
        return replace(self, answers=_without(self.answers, event.municipality))

    @evolve
    def survey_closed(self, event: SurveyClosed) -> Self:
        return replace(self, status=ThemeStatus.SURVEYED)

    @evolve
    def selected(self, event: ThemeSelected) -> Self:
        return replace(self, status=ThemeStatus.SELECTED, decision=event.decision)


def _in_need(answers: Mapping[str, SurveyAnswer]) -> tuple[str, ...]:
    return tuple(sorted(code for code, answer in answers.items() if answer.need is Need.NEED))


def _without(answers: Mapping[str, SurveyAnswer], municipality: str) -> Mapping[str, SurveyAnswer]:
    return {code: answer for code, answer in answers.items() if code != municipality}

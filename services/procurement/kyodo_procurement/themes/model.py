"""A theme (テーマ): a need that may become joint work (協働事業の候補), from survey to selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import Decision, NeedFellBelowTwo, ThemeSelected, ThemeShelved
from kyodo_events.errors import require
from kyodo_events.values.municipalities import TOKYO
from kyodo_procurement.themes.answers import Answers, counted, gives_up, saying, without
from kyodo_procurement.themes.events import (
    DemandRegistered,
    DemandWithdrawn,
    Need,
    NeedFlagCleared,
    SurveyAnswer,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
    ThemeAbsorbed,
    ThemeDrafted,
    ThemeKind,
    ThemeMerged,
    ThemeTakenUpAgain,
)
from kyodo_procurement.themes.refusals import (
    NEEDS_FOR_SELECTION,
    DeadlinePassed,
    NotAMergeTarget,
    NotFlagged,
    NothingToShelve,
    NotMergeable,
    NotSelectable,
    NotShelved,
    SurveyAlreadyOpened,
    SurveyNotOpen,
    SurveyNotOver,
    TooFewNeeds,
)


class ThemeStatus(StrEnum):
    """How far a theme has come. While surveying, no answer is taken after the deadline, closed or not."""

    DRAFTED = "drafted"
    SURVEYING = "surveying"
    SURVEYED = "surveyed"
    SELECTED = "selected"
    SHELVED = "shelved"
    MERGED = "merged"


@dataclass(frozen=True)
class Theme(Aggregate, category="theme"):
    """The theme with its survey's live answers by municipality; a withdrawn answer is no longer there.

    `answered_in` is the version of the stream in which each live answer was given, `selected_for` are those whose
    needs the selection named, `municipality` is who drafted it (None for Tokyo). `today` is always the day in Tokyo.
    """

    status: ThemeStatus = ThemeStatus.DRAFTED
    name_ja: str = ""
    kind: ThemeKind | None = None
    group: str = ""
    stage: Stage | None = None
    municipality: str | None = None
    proposal_id: str | None = None
    deadline: date | None = None
    answers: Answers = field(default_factory=dict)
    answered_in: Mapping[str, int] = field(default_factory=dict)
    decision: Decision | None = None
    selected_for: tuple[str, ...] = ()
    flagged: bool = False
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()

    @property
    def drafted_by(self) -> str:
        """The municipality that drafted it, or `tokyo`."""
        return self.municipality or TOKYO

    @property
    def needed_by(self) -> tuple[str, ...]:
        """The municipalities with a live need, in the order of their codes."""
        return saying(Need.NEED, self.answers)

    @property
    def needs(self) -> int:
        """How many municipalities need it now."""
        return len(self.needed_by)

    @property
    def interests(self) -> int:
        """How many municipalities are interested without needing it."""
        return len(saying(Need.INTEREST, self.answers))

    @property
    def answered(self) -> int:
        """How many of the 62 have a live answer."""
        return len(self.answers)

    def answer_id(self, municipality: str) -> str:
        """The id of a live answer: the theme's id, and the version of the stream with which it was given."""
        return f"{self.id}:{self.answered_in[municipality]}"

    # decisions: the survey

    def draft(
        self,
        name_ja: str,
        kind: ThemeKind,
        group: str,
        stage: Stage,
        municipality: str | None = None,
        proposal_id: str | None = None,
    ) -> Events:
        """A municipality puts a theme up, or the secretariat (None)."""
        yield ThemeDrafted(
            name_ja=name_ja, kind=kind, group=group, stage=stage, municipality=municipality, proposal_id=proposal_id
        )

    def open_survey(self, deadline: date, today: date) -> Events:
        """All municipalities are asked until the end of a day that is not over yet."""
        require(self.status is ThemeStatus.DRAFTED, SurveyAlreadyOpened(status=self.status))
        require(today <= deadline, DeadlinePassed(deadline=deadline))
        yield SurveyOpened(deadline=deadline)

    def reopen_survey(self, deadline: date, reason: str, today: date) -> Events:
        """The secretariat asks again; the answers given before still count. Never after a selection."""
        status = self._status_on(today)
        over = status in (ThemeStatus.SURVEYED, ThemeStatus.SHELVED) and self.decision is None
        require(over, SurveyNotOver(status=status))
        require(today <= deadline, DeadlinePassed(deadline=deadline))
        yield from self._closing(today)
        yield SurveyReopened(deadline=deadline, reason=reason)

    def register_demand(self, municipality: str, answer: SurveyAnswer, today: date) -> Events:
        """A municipality answers or revises its answer, while the survey is open and the deadline not over.

        After the selection it may still say that it no longer needs the theme.
        """
        before = self.answers.get(municipality)
        if self.status is not ThemeStatus.SELECTED or not gives_up(before, answer):
            require(self.status is ThemeStatus.SURVEYING, SurveyNotOpen(status=self.status))
            require(self.deadline is not None and today <= self.deadline, DeadlinePassed(deadline=self.deadline))
        if before != answer:
            answers = {**self.answers, municipality: answer}
            yield DemandRegistered(municipality=municipality, answer=answer, **counted(answers))
            yield from self._flag(answers)

    def withdraw_demand(self, municipality: str) -> Events:
        """A municipality takes its answer back; always possible, until the theme is part of another one."""
        require(self.status is not ThemeStatus.MERGED, SurveyNotOpen(status=self.status))
        if municipality in self.answers:
            answers = without(self.answers, municipality)
            yield DemandWithdrawn(municipality=municipality, **counted(answers))
            yield from self._flag(answers)

    def close_survey(self) -> Events:
        """The secretariat ends the survey, after the deadline or before."""
        require(self.status is ThemeStatus.SURVEYING, SurveyNotOpen(status=self.status))
        yield SurveyClosed()

    # decisions: the selection

    def select(self, decision: Decision, today: date) -> Events:
        """The secretariat takes the theme up, naming the decision it rests on."""
        status = self._status_on(today)
        require(status is ThemeStatus.SURVEYED, NotSelectable(status=status))
        yield from self._closing(today)
        yield from self._selection(decision)

    def reselect(self, decision: Decision, reason: str) -> Events:
        """The secretariat takes a shelved theme up, by the same rule."""
        require(self.status is ThemeStatus.SHELVED, NotShelved(status=self.status))
        yield ThemeTakenUpAgain(reason=reason)
        yield from self._selection(decision)

    def shelve(self, reason: str, today: date) -> Events:
        """The secretariat puts the theme aside, selected or not."""
        status = self._status_on(today)
        require(status in (ThemeStatus.SURVEYED, ThemeStatus.SELECTED), NothingToShelve(status=status))
        yield from self._closing(today)
        yield ThemeShelved(name_ja=self.name_ja, reason=reason)

    def clear_flag(self, reason: str) -> Events:
        """The secretariat keeps a selected theme that lost its needs."""
        require(self.flagged, NotFlagged())
        yield NeedFlagCleared(reason=reason)

    def merge(self, into: Theme, reason: str) -> Events:
        """The secretariat makes it part of another theme, before any selection. Its answers are not carried over."""
        mergeable = self.status is not ThemeStatus.MERGED and self.decision is None
        require(mergeable, NotMergeable(status=self.status))
        require(into.id != self.id, NotAMergeTarget(status=into.status))
        yield ThemeMerged(into=into.id, into_name_ja=into.name_ja, reason=reason)

    def absorb(self, other: Theme) -> Events:
        """The other side of a merger: this theme takes the other one in."""
        gone = self.status in (ThemeStatus.SHELVED, ThemeStatus.MERGED)
        require(not gone, NotAMergeTarget(status=self.status))
        merged_from = (*self.merged_from, other.id)
        yield ThemeAbsorbed(theme_id=other.id, name_ja=other.name_ja, merged_from=merged_from)

    def _status_on(self, today: date) -> ThemeStatus:
        """A survey whose deadline is over counts as closed."""
        late = self.status is ThemeStatus.SURVEYING and self.deadline is not None and today > self.deadline
        return ThemeStatus.SURVEYED if late else self.status

    def _closing(self, today: date) -> Events:
        if self._status_on(today) is not self.status:
            yield SurveyClosed()

    def _selection(self, decision: Decision) -> Events:
        require(self.needs >= NEEDS_FOR_SELECTION, TooFewNeeds(live=self.needs))
        proof = tuple(self.answer_id(municipality) for municipality in self.needed_by)
        yield ThemeSelected(name_ja=self.name_ja, needed_by=self.needed_by, answers=proof, decision=decision)

    def _flag(self, answers: Answers) -> Events:
        """A need lost after the selection never deselects: it is the secretariat that must look."""
        needs = len(saying(Need.NEED, answers))
        lost = needs < min(self.needs, NEEDS_FOR_SELECTION)
        if self.status is ThemeStatus.SELECTED and lost and not self.flagged:
            yield NeedFellBelowTwo(name_ja=self.name_ja, needs=needs)

    # what events did

    @evolve
    def drafted(self, event: ThemeDrafted) -> Self:
        return replace(self, **dict(event))

    @evolve
    def survey_opened(self, event: SurveyOpened) -> Self:
        return replace(self, status=ThemeStatus.SURVEYING, deadline=event.deadline)

    @evolve
    def survey_reopened(self, event: SurveyReopened) -> Self:
        return replace(self, status=ThemeStatus.SURVEYING, deadline=event.deadline)

    @evolve
    def demand_registered(self, event: DemandRegistered) -> Self:
        return replace(
            self,
            answers={**self.answers, event.municipality: event.answer},
            answered_in={**self.answered_in, event.municipality: self.version + 1},
        )

    @evolve
    def demand_withdrawn(self, event: DemandWithdrawn) -> Self:
        return replace(self, answers=without(self.answers, event.municipality))

    @evolve
    def survey_closed(self, event: SurveyClosed) -> Self:
        return replace(self, status=ThemeStatus.SURVEYED)

    @evolve
    def selected(self, event: ThemeSelected) -> Self:
        return replace(
            self, status=ThemeStatus.SELECTED, decision=event.decision, selected_for=event.needed_by, flagged=False
        )

    @evolve
    def need_fell(self, event: NeedFellBelowTwo) -> Self:
        return replace(self, flagged=True)

    @evolve
    def flag_cleared(self, event: NeedFlagCleared) -> Self:
        return replace(self, flagged=False)

    @evolve
    def shelved(self, event: ThemeShelved) -> Self:
        return replace(self, status=ThemeStatus.SHELVED, flagged=False)

    @evolve
    def merged(self, event: ThemeMerged) -> Self:
        return replace(self, status=ThemeStatus.MERGED, merged_into=event.into)

    @evolve
    def absorbed(self, event: ThemeAbsorbed) -> Self:
        return replace(self, merged_from=event.merged_from)

"""A learner's report on a course. Its text and what is said of it are sealed with the learner's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Id

Times = Annotated[int, Field(strict=True, ge=1)]


class ReportStanding(StrEnum):
    """How a report stands."""

    HANDED_IN = "handed_in"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"handed_in": "提出済み（確認待ち）", "sent_back": "差戻し", "accepted": "受理"}[self.value]


class ReportHandedIn(Event, type="kyodo.academy.report-handed-in", words="レポートを提出した（{times}回目）"):
    """A learner wrote a report, or wrote it anew."""

    municipality: Party
    learner_id: Id
    course_id: Id
    times: Times
    sealed: dict[Code, Sealed]


class ReportAccepted(Event, type="kyodo.academy.report-accepted", words="レポートを受理した"):
    """Those in charge of the course accept it."""

    municipality: Party


class ReportSentBack(Event, type="kyodo.academy.report-sent-back", words="レポートを差し戻した"):
    """It is to be written anew; why, is sealed."""

    municipality: Party
    sealed: dict[Code, Sealed]


class ReportAcceptedAlready(Refused):
    status, type = 409, "report-accepted-already"
    title = "The report was accepted already (受理済み)"
    remedy = "Nothing is to be done; a new report is asked for after a completion has been issued."


class ReportNotHandedIn(Refused):
    status, type = 409, "report-not-to-be-judged"
    title = "No report waits to be judged (確認待ちのレポートなし)"
    detail = "The report is '{current}'; this needs one that is 'handed_in'."
    remedy = "Let the learner hand in a report first."


@dataclass(frozen=True)
class CourseReport(Aggregate, category="course-report"):
    """One learner's report on one course."""

    municipality: str = ""
    standing: ReportStanding | None = None
    times: int = 0
    sealed: Mapping[str, str] = field(default_factory=dict)

    def hand_in(
        self, municipality: str, learner_id: str, course_id: str, sealed: Mapping[str, str], *, used: bool
    ) -> Events:
        """Hand it in, or hand it in anew; one that was accepted only after a completion was issued for it (`used`)."""
        require(used or self.standing is not ReportStanding.ACCEPTED, ReportAcceptedAlready())
        yield ReportHandedIn(
            municipality=municipality,
            learner_id=learner_id,
            course_id=course_id,
            times=self.times + 1,
            sealed=dict(sealed),
        )

    def accept(self) -> Events:
        """Accept it."""
        if self.standing is not ReportStanding.ACCEPTED:
            self._require_handed_in()
            yield ReportAccepted(municipality=self.municipality)

    def send_back(self, sealed: Mapping[str, str]) -> Events:
        """Have it written anew."""
        self._require_handed_in()
        yield ReportSentBack(municipality=self.municipality, sealed=dict(sealed))

    def known(self) -> Self:
        """The same. Raises NotFound where none was ever handed in."""
        require(self.standing is not None, NotFound(what="report", id=self.id))
        return self

    def _require_handed_in(self) -> None:
        handed_in = self.known().standing is ReportStanding.HANDED_IN
        require(handed_in, ReportNotHandedIn(current=self.standing))

    @evolve
    def was_handed_in(self, event: ReportHandedIn) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            standing=ReportStanding.HANDED_IN,
            times=event.times,
            sealed=event.sealed,
        )

    @evolve
    def was_accepted(self, event: ReportAccepted) -> Self:
        return replace(self, standing=ReportStanding.ACCEPTED)

    @evolve
    def was_sent_back(self, event: ReportSentBack) -> Self:
        return replace(self, standing=ReportStanding.SENT_BACK, sealed={**self.sealed, **event.sealed})


def report_id(course_id: str, learner_id: str) -> str:
    """The id of a learner's report on a course: there is one, however often it is written anew."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:course-report:{course_id}:{learner_id}"))

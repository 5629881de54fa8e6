"""A visit: the journey and its hosts, then finding after finding.

Findings are written one by one, often by several people after the journey, and each is corrected by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_academy.sources import Country, Sources
from kyodo_academy.visibility import TokyosVisibility
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.event import Event
from kyodo_events.values.texts import Day, Id, Line, Text
from kyodo_events.values.value import Value

FindingNumber = Annotated[int, Field(ge=1, le=1_000, description="The place of a finding among those of its visit.")]


class HostKind(StrEnum):
    """Who received the visitors."""

    NATIONAL = "national"
    LOCAL = "local"
    UNIVERSITY = "university"
    COMPANY = "company"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return HOST_KINDS_JA[self]


HOST_KINDS_JA = {
    HostKind.NATIONAL: "国",
    HostKind.LOCAL: "地方",
    HostKind.UNIVERSITY: "大学",
    HostKind.COMPANY: "企業",
    HostKind.OTHER: "その他",
}


class VisitHost(Value):
    """An organisation that received the visitors."""

    name_ja: Line
    kind: HostKind


class VisitContent(Value):
    """The journey."""

    country: Country
    country_ja: Line
    from_day: Day
    to_day: Day
    hosts: Annotated[tuple[VisitHost, ...], Field(min_length=1, max_length=40)]
    summary_ja: Text = ""
    sources: Sources
    visibility: TokyosVisibility

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_day < self.from_day:
            raise ValueError("the visit ends before it begins")
        return self


class Finding(Value):
    """One thing that was found."""

    topic_ja: Line
    host_ja: Line | None = Field(default=None, description="Whose it is.")
    found_ja: Annotated[Text, Field(min_length=1)]
    use_ja: Text = Field(default="", description="What Tokyo and its municipalities can make of it.")
    precedent_id: Id | None = Field(default=None, description="The precedent that was recorded of it.")


class VisitRecorded(
    Event,
    type="kyodo.academy.visit-recorded",
    words="{content.country_ja}の海外調査（{content.from_day}から）を登録した",
):
    """A visit took place."""

    content: VisitContent


class VisitCorrected(Event, type="kyodo.academy.visit-corrected", words="{content.country_ja}の海外調査の内容を改めた"):
    """What is known of the journey, in place of what was known before."""

    content: VisitContent


class VisitFindingRecorded(
    Event, type="kyodo.academy.visit-finding-recorded", words="調査結果「{finding.topic_ja}」を登録した"
):
    """Something was found; or what was found is told anew, under the number that it had."""

    number: FindingNumber
    finding: Finding


class VisitFindingDropped(Event, type="kyodo.academy.visit-finding-dropped", words="調査結果第{number}号を取り下げた"):
    """A finding does not hold. Its number is not given again."""

    number: FindingNumber


@dataclass(frozen=True)
class Visit(Aggregate, category="visit"):
    """A visit with its findings by number."""

    content: VisitContent | None = None
    findings: Mapping[int, Finding] = field(default_factory=dict)
    last: int = 0

    def record(self, content: VisitContent) -> Events:
        """Record a journey."""
        yield VisitRecorded(content=content)

    def correct(self, content: VisitContent) -> Events:
        """Say what is known of it now, or for whom it is."""
        if content != self.content:
            yield VisitCorrected(content=content)

    def add_finding(self, finding: Finding) -> Events:
        """Add something that was found; what was found already is not added again."""
        if finding not in self.findings.values():
            yield VisitFindingRecorded(number=self.last + 1, finding=finding)

    def correct_finding(self, number: int, finding: Finding) -> Events:
        """Tell a finding anew."""
        self._require_finding(number)
        if finding != self.findings[number]:
            yield VisitFindingRecorded(number=number, finding=finding)

    def drop_finding(self, number: int) -> Events:
        """Take a finding back."""
        self._require_finding(number)
        yield VisitFindingDropped(number=number)

    def _require_finding(self, number: int) -> None:
        require(number in self.findings, NotFound(what="finding", id=str(number)))

    @evolve
    def recorded(self, event: VisitRecorded) -> Self:
        return replace(self, content=event.content)

    @evolve
    def corrected(self, event: VisitCorrected) -> Self:
        return replace(self, content=event.content)

    @evolve
    def found(self, event: VisitFindingRecorded) -> Self:
        findings = {**self.findings, event.number: event.finding}
        return replace(self, findings=findings, last=max(self.last, event.number))

    @evolve
    def dropped(self, event: VisitFindingDropped) -> Self:
        return replace(self, findings={number: one for number, one in self.findings.items() if number != event.number})

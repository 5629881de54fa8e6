"""A training programme: drafted, published as version after version, retired.

A published version never changes, for people are trained, tested and certified by it: what is to be different is
drafted anew and becomes the next version. Who began under a version finishes under it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.texts import Line
from kyodo_supporter_matching.programmes.values import Content, Mode, VersionNumber


class TrainingProgrammeDrafted(
    Event,
    type="kyodo.supporter-matching.training-programme-drafted",
    words="研修プログラム「{content.title_ja}」の案を作成した",
):
    """The next version is to be this; in place of what was drafted before."""

    content: Content


class TrainingProgrammePublished(
    Event,
    type="kyodo.supporter-matching.training-programme-published",
    words="研修プログラム「{content.title_ja}」第{number}版を公開した",
):
    """The draft is a version from now on."""

    number: VersionNumber
    content: Content


class TrainingProgrammeRetired(
    Event,
    type="kyodo.supporter-matching.training-programme-retired",
    words="研修プログラムを終了した（{reason_ja}）",
):
    """Nobody begins this programme any more."""

    reason_ja: Line


class ProgrammeIsRetired(Refused):
    status, type = 409, "training-programme-retired"
    title = "The programme is retired (研修プログラムは終了)"
    detail = "Nobody begins the programme {programme_id} any more, and it gets no new version and no new course."
    remedy = "Choose a programme that is published."


class UnknownUnit(Refused):
    status, type = 422, "training-unit-unknown"
    title = "The programme has no such unit (単元なし)"
    detail = "The version has no unit {unit}."
    remedy = "Name units by the codes that the version of the programme shows."


class UnitIsFaceToFace(Refused):
    status, type = 422, "training-unit-face-to-face"
    title = "The unit is taught face to face (対面の単元)"
    detail = "The unit {unit} cannot be completed online."
    remedy = "Plan a course at a place for it, and record who attended."


@dataclass(frozen=True)
class Programme(Aggregate, category="training-programme"):
    """A programme with all its versions."""

    draft: Content | None = None
    versions: tuple[Content, ...] = ()
    retired: bool = False

    def content_of(self, number: int) -> Content:
        """What a published version says. Raises NotFound."""
        require(1 <= number <= len(self.versions), NotFound(what="programme version", id=f"{self.id} {number}"))
        return self.versions[number - 1]

    def require_offered(self) -> None:
        """For whoever begins something new with it. Raises ProgrammeIsRetired."""
        require(not self.retired, ProgrammeIsRetired(programme_id=self.id))

    # decisions

    def write(self, content: Content) -> Events:
        """Draft the next version. What is drafted or published as the latest already is left as it is."""
        self.require_offered()
        latest = self.draft or (self.versions[-1] if self.versions else None)
        if content != latest:
            yield TrainingProgrammeDrafted(content=content)

    def publish(self) -> Events:
        """Make the draft the next version."""
        self.require_offered()
        if self.draft is not None:
            yield TrainingProgrammePublished(number=len(self.versions) + 1, content=self.draft)

    def retire(self, reason_ja: str) -> Events:
        """Let nobody begin it any more."""
        if not self.retired:
            yield TrainingProgrammeRetired(reason_ja=reason_ja)

    # what events did

    @evolve
    def drafted(self, event: TrainingProgrammeDrafted) -> Self:
        return replace(self, draft=event.content)

    @evolve
    def published(self, event: TrainingProgrammePublished) -> Self:
        return replace(self, draft=None, versions=(*self.versions, event.content))

    @evolve
    def was_retired(self, event: TrainingProgrammeRetired) -> Self:
        return replace(self, retired=True)


def require_units(content: Content, units: Collection[str], mode: Mode) -> None:
    """Units that a version has and that may be taught like this. Raises UnknownUnit, UnitIsFaceToFace."""
    modes = {unit.code: unit.mode for unit in content.units}
    for unit in units:
        require(unit in modes, UnknownUnit(unit=unit))
        require(mode is Mode.FACE_TO_FACE or modes[unit] is Mode.ONLINE, UnitIsFaceToFace(unit=unit))

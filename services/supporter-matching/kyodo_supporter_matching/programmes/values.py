"""What a training programme consists of: units, a test, and for how long its certificate is valid."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Code, Line
from kyodo_events.values.value import Value

Percent = Annotated[int, Field(strict=True, ge=0, le=100, description="Percent of the points.")]
VersionNumber = Annotated[int, Field(ge=1, le=1_000, description="The number of a published version.")]


class Mode(StrEnum):
    """How something is taught."""

    FACE_TO_FACE = "face_to_face"
    ONLINE = "online"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"face_to_face": "対面", "online": "オンライン"}[self.value]


class ProgrammeStatus(StrEnum):
    """How far a programme has come; a published one may have the draft of its next version."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"drafted": "作成中", "published": "公開中", "retired": "終了"}[self.value]


class Unit(Value):
    """One unit of a programme, known by its code."""

    code: Code
    title_ja: Line
    mode: Mode
    minutes: Annotated[int, Field(strict=True, ge=1, le=600)]


class Content(Value):
    """All that a version says."""

    title_ja: Line
    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=30)]
    passing_score: Annotated[int, Field(strict=True, ge=1, le=100, description="Percent needed to pass the test.")]
    most_attempts: Annotated[int, Field(strict=True, ge=1, le=10, description="How often the test may be taken.")]
    valid_months: Annotated[
        int, Field(strict=True, ge=1, le=120, description="Calendar months a certificate is valid.")
    ]
    refresher: Annotated[
        tuple[Code, ...], Field(min_length=1, max_length=30, description="The units that renew a certificate.")
    ]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = self.codes
        if len(set(codes)) < len(codes):
            raise ValueError("two units have the same code: give each its own")
        if len(set(self.refresher)) < len(self.refresher) or not set(self.refresher) <= set(codes):
            raise ValueError("the refresher names a unit twice, or one that the programme does not have")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the units, in their order."""
        return tuple(unit.code for unit in self.units)

"""What the e-learning of a course consists of."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kyodo_academy.seminars.model import Link
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_events.values.value import Value

MOST_UNITS: Final = 60
LONGEST_SECONDS: Final = 360_000

Percent = Annotated[int, Field(strict=True, ge=0, le=100, description="Of the unit.")]
Seconds = Annotated[int, Field(strict=True, ge=0, le=LONGEST_SECONDS, description="Watched so far, in all.")]
Number = Annotated[int, Field(strict=True, ge=1, le=9_999, description="Of the version of the units.")]


class Unit(Value):
    """A unit under its key, by which learners keep their progress in later versions."""

    key: Code
    title_ja: Line
    minutes: Annotated[int, Field(strict=True, ge=1, le=600, description="Planned.")]
    video_url: Link | None = None
    slides_material_id: Id | None = None
    slides_url: Link | None = None
    text_ja: Text = ""
    quiz_id: Id | None = Field(default=None, description="The unit is completed by passing it.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        parts = (self.video_url, self.slides_material_id, self.slides_url, self.text_ja.strip(), self.quiz_id)
        if not any(parts):
            raise ValueError("a unit needs a video, slides, a text or a quiz")
        return self


class Units(Value):
    """All units, in the order in which they are learnt."""

    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=MOST_UNITS)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = [key for key, times in Counter(unit.key for unit in self.units).items() if times > 1]
        if twice:
            raise ValueError(f"the key {', '.join(twice)} stands twice: give each unit its own")
        return self

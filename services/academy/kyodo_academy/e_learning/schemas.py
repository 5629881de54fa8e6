"""E-learning as it comes in and goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from kyodo_academy.e_learning.values import Percent, Seconds, Unit
from kyodo_events.values.municipalities import Party
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Body, Resource


class ProgressIn(Body):
    """How far you are in a unit, in all. Less than before is no progress, and is not recorded."""

    percent: Percent
    seconds: Seconds = 0


class ELearningOut(Resource):
    """The units of a course, in order."""

    course_id: str
    number: int = Field(title="版")
    units: list[Unit] = Field(title="教材")
    minutes: int = Field(title="標準時間（分）", default=0)

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.minutes = sum(unit.minutes for unit in self.units)


class VersionOut(Answer):
    """The units of a course as they were in a version."""

    course_id: str
    number: int = Field(title="版")
    units: list[Unit] = Field(title="教材")
    arranged_at: datetime = Field(title="公開日時")


class UnitProgressRow(Answer):
    """A unit, and how far a learner has come in it."""

    unit: str
    percent: int
    seconds: int
    started_at: datetime
    completed_at: datetime | None


class ProgressRow(Resource):
    """How far a learner has come in the e-learning of a course."""

    course_id: str
    learner_id: str
    pseudonym: str = Field(title="仮名", default="")
    municipality: Party = Field(title="所属団体コード")
    units_done: int = Field(title="修了した教材数")
    units_in_all: int = Field(title="教材数")
    seconds: int = Field(title="視聴秒数")
    begun_at: datetime = Field(title="開始日時")
    last_at: datetime = Field(title="最終学習日時")
    completed_at: datetime | None = Field(title="修了日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.pseudonym = f"learner-{self.learner_id}"


class UnitOut(Answer):
    """A unit as its learner sees it."""

    unit: Unit
    percent: int = Field(title="進捗（%）")
    seconds: int = Field(title="視聴秒数")
    started_at: datetime | None = Field(title="開始日時")
    completed_at: datetime | None = Field(title="修了日時")


class OwnProgressOut(Resource):
    """The way of a learner through the e-learning of a course, and what comes next."""

    course_id: str
    learner_id: str
    number: int = Field(title="版")
    units: list[UnitOut] = Field(title="教材別")
    next_unit: str | None = Field(title="次の教材", description="Null where all units are completed.")
    completed_at: datetime | None = Field(title="修了日時")

    @classmethod
    def made_of(
        cls, offered: ELearningOut, rows: list[UnitProgressRow], learner_id: str, course: ProgressRow | None
    ) -> Self:
        """The units of now, each with what is known of it."""
        known = {row.unit: row for row in rows}
        units = [_shown(unit, known.get(unit.key)) for unit in offered.units]
        return cls(
            version=course.version if course else 0,
            course_id=offered.course_id,
            learner_id=learner_id,
            number=offered.number,
            units=units,
            next_unit=next((one.unit.key for one in units if one.completed_at is None), None),
            completed_at=course.completed_at if course else None,
        )


class SumRow(Answer):
    """How many of an organisation's learners have begun the e-learning of a course, and completed it."""

    municipality: Party = Field(title="所属団体コード")
    municipality_ja: str = Field(title="所属団体", default="")
    begun: int = Field(title="受講者数")
    completed: int = Field(title="修了者数")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = name_of(self.municipality)


def _shown(unit: Unit, row: UnitProgressRow | None) -> UnitOut:
    if row is None:
        return UnitOut(unit=unit, percent=0, seconds=0, started_at=None, completed_at=None)
    return UnitOut.of({**vars(row), "unit": unit})

"""The lecturers of a course: records by id, of whom nothing else is known here. The stream's id is the course's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.texts import Id

LecturerIds = Annotated[tuple[Id, ...], Field(max_length=50)]


class LecturersNamed(Event, type="kyodo.academy.lecturers-named", words="講師を定めた"):
    """These teach the course, and nobody else."""

    lecturer_ids: LecturerIds


@dataclass(frozen=True)
class CourseLecturers(Aggregate, category="course-lecturers"):
    """Who teaches one course."""

    lecturer_ids: tuple[str, ...] = ()

    def name(self, lecturer_ids: tuple[str, ...]) -> Events:
        """Name all of them anew."""
        wanted = tuple(sorted(set(lecturer_ids)))
        if wanted != self.lecturer_ids:
            yield LecturersNamed(lecturer_ids=wanted)

    def teaches(self, person: str | None) -> bool:
        """Whether somebody is one of them."""
        return person is not None and person in self.lecturer_ids

    @evolve
    def named(self, event: LecturersNamed) -> Self:
        return replace(self, lecturer_ids=event.lecturer_ids)

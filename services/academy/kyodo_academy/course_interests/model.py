"""Interest in a course without a date: an official's own, or a municipality's number of people. One stream for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from kyodo_academy.courses.model import Course
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id

People = Annotated[int, Field(strict=True, ge=1, le=10_000, examples=[5])]


class _OfInterest(Event):
    """`holder` is the learner's id, or once more the municipality that speaks for its officials."""

    municipality: Party
    course_id: Id
    holder: Id | Party
    people: People


class CourseInterestStated(_OfInterest, type="kyodo.academy.course-interest-stated", words="受講の意向を示した"):
    """So many would come; `added` is how many more than were told before."""

    added: Annotated[int, Field(strict=True, ge=-10_000, le=10_000)]


class CourseInterestWithdrawn(
    _OfInterest, type="kyodo.academy.course-interest-withdrawn", words="受講の意向を取り下げた"
):
    """The people count no more."""


@dataclass(frozen=True)
class CourseInterest(Aggregate, category="course-interest"):
    """One holder's interest in one course."""

    municipality: str = ""
    course_id: str = ""
    holder: str = ""
    people: int = 0

    def state(self, course: Course, municipality: str, holder: str, people: int = 1) -> Events:
        """Say how many would come, or otherwise than before. Raises CourseNotProposed."""
        course.require_proposed()
        if people != self.people:
            yield CourseInterestStated(
                municipality=municipality,
                course_id=course.id,
                holder=holder,
                people=people,
                added=people - self.people,
            )

    def withdraw(self) -> Events:
        """Say that nobody would come, at any time."""
        if self.people:
            yield CourseInterestWithdrawn(
                municipality=self.municipality, course_id=self.course_id, holder=self.holder, people=self.people
            )

    @evolve
    def stated(self, event: CourseInterestStated) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            course_id=event.course_id,
            holder=event.holder,
            people=event.people,
        )

    @evolve
    def withdrawn(self, event: CourseInterestWithdrawn) -> Self:
        return replace(self, people=0)


def interest_id(course_id: str, holder: str) -> str:
    """The id of a holder's interest in a course: there is one, however often it is stated."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:course-interest:{course_id}:{holder}"))

"""The words of xAPI (IEEE 9274.1.1) that are spoken here: verbs, and the names of people and activities.

People are named by an account whose name is the pseudonym; a mail address in a statement would be one more place from
which it has to be erased. Activities and the account's home are named under one address of this installation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.texts import ID_PATTERN

VERSIONS: Final = ("1.0.3", "2.0.0")
PROGRESS: Final = "https://w3id.org/xapi/cmi5/result/extensions/progress"
VIDEO_PROGRESS: Final = "https://w3id.org/xapi/video/extensions/progress"

StatementId = Annotated[
    str,
    Field(
        pattern="^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        examples=["6f8d5f0e-5c0b-4b0f-9a39-2a5a5d0f1c11"],
    ),
]
_H, _M, _S = "[0-9]{1,6}H", "[0-9]{1,7}M", r"[0-9]{1,8}(\.[0-9]{1,9})?S"
_TIME = f"T({_H}({_M})?({_S})?|{_M}({_S})?|{_S})"
Duration = Annotated[
    str,
    Field(
        max_length=60,
        pattern=f"^P([0-9]{{1,4}}W|[0-9]{{1,5}}D({_TIME})?|{_TIME})$",
        examples=["PT4M30S"],
        description="Without years and months, whose length varies.",
    ),
]

_SECONDS: Final = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
_HOME, _SESSIONS, _QUIZZES, _COURSES = "learners", "sessions", "quizzes", "courses"
_ID = ID_PATTERN.strip("^$")


class Verb(StrEnum):
    """What somebody did."""

    INITIALIZED = "initialized"
    LAUNCHED = "launched"
    PROGRESSED = "progressed"
    EXPERIENCED = "experienced"
    ANSWERED = "answered"
    PASSED = "passed"
    FAILED = "failed"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    ATTENDED = "attended"

    @property
    def iri(self) -> str:
        """The verb's name in the world."""
        return f"http://adlnet.gov/expapi/verbs/{self.value}"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _VERBS_JA[self.value]


_VERBS_JA = {
    "initialized": "開始した",
    "launched": "起動した",
    "progressed": "進めた",
    "experienced": "閲覧した",
    "answered": "回答した",
    "passed": "合格した",
    "failed": "不合格だった",
    "completed": "修了した",
    "terminated": "終了した",
    "attended": "出席した",
}
ACCEPTED: Final = {verb.iri: verb for verb in Verb if verb is not Verb.ATTENDED}
"""Verbs that are told to us; that somebody attended is for the session's host to record."""


class ActivityKind(StrEnum):
    """What a statement is about."""

    UNIT = "unit"
    E_LEARNING = "e_learning"
    COURSE = "course"
    QUIZ = "quiz"
    SESSION = "session"

    @property
    def iri(self) -> str:
        """The type's name in the world."""
        return f"http://adlnet.gov/expapi/activities/{_TYPES[self.value]}"


_TYPES = {"unit": "lesson", "e_learning": "module", "course": "course", "quiz": "assessment", "session": "meeting"}


@dataclass(frozen=True, slots=True)
class Names:
    """How people and activities are called in statements, under the installation's address."""

    public_url: str

    @property
    def home_page(self) -> str:
        """The system on which learners have their accounts."""
        return f"{self._base}/{_HOME}"

    def activity(self, path: str) -> str:
        """The activity of a path, as rows keep it."""
        return f"{self._base}/{path}"

    def path_of(self, iri: str) -> str | None:
        """The path of an activity of this installation; None of any other."""
        return iri.removeprefix(f"{self._base}/") if iri.startswith(f"{self._base}/") else None

    @property
    def _base(self) -> str:
        return f"{self.public_url.rstrip('/')}/xapi"


def unit_path(course_id: str, unit: str) -> str:
    """A unit of a course."""
    return f"{_COURSES}/{course_id}/units/{unit}"


def e_learning_path(course_id: str) -> str:
    """The e-learning of a course."""
    return f"{_COURSES}/{course_id}/e-learning"


def course_path(course_id: str) -> str:
    """A course, with all that has to be done for its certificate."""
    return f"{_COURSES}/{course_id}"


def quiz_path(quiz_id: str) -> str:
    """A quiz."""
    return f"{_QUIZZES}/{quiz_id}"


def session_path(session_id: str) -> str:
    """A session of a course."""
    return f"{_SESSIONS}/{session_id}"


def unit_in(path: str | None) -> tuple[str, str] | None:
    """Course and key of the unit that a path leads to; None where it leads elsewhere."""
    found = re.fullmatch(rf"{_COURSES}/(?P<course>{_ID})/units/(?P<unit>[a-z][a-z0-9_]{{0,39}})", path or "")
    return (found["course"], found["unit"]) if found else None


def seconds_of(duration: str) -> int:
    """A duration in whole seconds, what is over left out."""
    parts = re.findall(r"([0-9.]+)([WDHMS])", duration)
    return int(sum(Decimal(number) * _SECONDS[unit] for number, unit in parts))


def duration_of(seconds: int) -> str:
    """Seconds as a duration."""
    hours, rest = divmod(seconds, 3_600)
    minutes, over = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (over, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def percent_of(share: float) -> int:
    """A share of one in whole percent, rounded half up. Decimal, for a float's digits are those that were sent."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), ROUND_HALF_UP))

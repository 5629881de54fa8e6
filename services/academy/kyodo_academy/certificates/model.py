"""A certificate of completion: what a learner completed, as it stood on the day of issue, and never otherwise.

It stands under the learner's pseudonym; the name is not in it. Once the key is erased, what is left says that somebody
completed the course, and whether a paper that is still in somebody's hands is genuine. Its id follows from course,
learner and round: a round is issued once, whoever issues it at the same moment.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, Field

from kyodo_academy.quizzes.values import Edition, Share
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.secret_addresses import Digest
from kyodo_events.values.fiscal import FiscalYear, tokyo_date
from kyodo_events.values.municipalities import Party
from kyodo_events.values.skills import SkillRef
from kyodo_events.values.texts import Day, Id, Line
from kyodo_events.values.value import Value

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none that is taken for another one when it is read off paper."""

Number = Annotated[
    str, Field(pattern=f"^TDA-[0-9]{{4}}(-[{LETTERS}]{{4}}){{3}}$", examples=["TDA-2026-7K3M-0QXA-9TBE"])
]
"""Of the fiscal year of issue, and 60 bits that nobody guesses: whoever has it has seen the paper."""

Round = Annotated[int, Field(strict=True, ge=1)]

LIST_LENGTH: Final = 131_072
"""Bits of one status list: as few as the standard allows, so that none tells by its length how many there are."""


StatusIndex = Annotated[int, Field(strict=True, ge=0, description="Its bit in the lists of those withdrawn.")]


class Completed(Value):
    """What was completed: the course as it was taught, and by which rule."""

    course_id: Id
    title_ja: Line
    contents_version: Annotated[int, Field(strict=True, ge=0)]
    skills: tuple[SkillRef, ...]
    rule_edition: Edition
    criteria_ja: tuple[Line, ...]
    attendance_percent: Share


class CourseCompleted(Event, type="kyodo.academy.course-completed", words="「{completed.title_ja}」の修了証を発行した"):
    """A certificate was issued. `valid_until` is its last day, null where it holds for ever."""

    municipality: Party
    learner_id: Id
    round: Round
    number: Number
    issued_at: AwareDatetime
    valid_until: Day | None
    completed: Completed
    digest: Digest
    status_index: StatusIndex


class CertificateWithdrawn(
    Event, type="kyodo.academy.certificate-withdrawn", words="修了証を取り消した（{reason_ja}）"
):
    """The certificate is not valid any more."""

    municipality: Party
    number: Number
    withdrawn_at: AwareDatetime
    reason_ja: Line


class NameMissing(Refused):
    status, type = 409, "profile-without-name"
    title = "There is no name to be certified (氏名の登録なし)"
    detail = "A certificate names the learner, and the profile has not been written."
    remedy = "Write the learner's profile first."


class CertificateIsWithdrawn(Refused):
    status, type = 409, "certificate-withdrawn"
    title = "The certificate was withdrawn (取消済み)"
    detail = "{number} is not valid any more, so that it is not drawn again."
    remedy = "Ask the secretariat."


class Standing(StrEnum):
    """What is to be thought of a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"valid": "有効", "expired": "有効期限切れ", "withdrawn": "取消済み"}[self.value]


def standing(*, withdrawn: bool, valid_until: date | None, today: date) -> Standing:
    """How a certificate stands on a day."""
    if withdrawn:
        return Standing.WITHDRAWN
    return Standing.EXPIRED if valid_until is not None and valid_until < today else Standing.VALID


@dataclass(frozen=True)
class Certificate(Aggregate, category="certificate"):
    """One certificate."""

    issue: CourseCompleted | None = None
    withdrawn: bool = False

    @property
    def issued(self) -> CourseCompleted:
        """What was issued. Raises NotFound for one that never was."""
        if self.issue is None:
            raise NotFound(what="certificate", id=self.id)
        return self.issue

    def certify(
        self,
        municipality: str,
        learner_id: str,
        round_: int,
        completed: Completed,
        months: int | None,
        status_index: int,
        now: datetime,
    ) -> Events:
        """Issue it; once."""
        if self.issue is not None:
            return
        issued_at = now.replace(microsecond=0)
        today = tokyo_date(issued_at)
        number, valid_until = number_of(self.id, today), months_after(today, months) if months else None
        yield CourseCompleted(
            municipality=municipality,
            learner_id=learner_id,
            round=round_,
            number=number,
            issued_at=issued_at,
            valid_until=valid_until,
            completed=completed,
            digest=digest_of(number, learner_id, today, valid_until, completed),
            status_index=status_index,
        )

    def withdraw(self, learner_id: str, reason_ja: str, now: datetime) -> Events:
        """Let it be valid no longer."""
        issued = self.of(learner_id).issued
        if not self.withdrawn:
            yield CertificateWithdrawn(
                municipality=issued.municipality, number=issued.number, withdrawn_at=now, reason_ja=reason_ja
            )

    def of(self, learner_id: str) -> Self:
        """The same. Raises NotFound for another learner's."""
        require(self.issued.learner_id == learner_id, NotFound(what="certificate", id=self.id))
        return self

    def drawable(self) -> Self:
        """The same. Raises CertificateIsWithdrawn."""
        require(not self.withdrawn, CertificateIsWithdrawn(number=self.issued.number))
        return self

    def standing_on(self, today: date) -> Standing:
        """How it stands on a day."""
        return standing(withdrawn=self.withdrawn, valid_until=self.issued.valid_until, today=today)

    @evolve
    def was_issued(self, event: CourseCompleted) -> Self:
        return replace(self, issue=event)

    @evolve
    def was_withdrawn(self, event: CertificateWithdrawn) -> Self:
        return replace(self, withdrawn=True)


def certificate_id(course_id: str, learner_id: str, round_: int) -> str:
    """The id of a learner's certificate of a course: the first one, and one more for each renewal."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:certificate:{course_id}:{learner_id}:{round_}"))


def number_of(certificate: str, issued_on: date) -> str:
    """The number of a certificate: it follows from its id, so that no two have the same and nobody waits for one."""
    bits = int.from_bytes(hashlib.sha256(certificate.encode()).digest()[:8])
    letters = "".join(LETTERS[bits >> 5 * place & 31] for place in range(12))
    return "-".join(["TDA", str(int(FiscalYear.of(issued_on))), letters[:4], letters[4:8], letters[8:]])


def digest_of(number: str, learner_id: str, issued_on: date, valid_until: date | None, completed: Completed) -> str:
    """What is printed beside the number: it changes with anything that stands on the paper, apart from the name."""
    return content_hash(
        {
            "number": number,
            "learner_id": learner_id,
            "issued_on": issued_on.isoformat(),
            "valid_until": valid_until.isoformat() if valid_until else None,
            "completed": completed.model_dump(mode="json"),
        }
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

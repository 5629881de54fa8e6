"""A certificate of hours: what a supporter did in a period, as it stood on the day of issue, and never otherwise.

Sums and hashes stand in the clear, under the pseudonym; the single sessions are sealed with the supporter's key, and
the name is not in it at all. Once the key is erased, what is left says how long somebody helped, and whether a paper
that is still in somebody's hands is genuine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import content_hash
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.secret_addresses import Digest
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_events.values.value import Value
from kyodo_supporter_matching.assignments.events import Minutes
from kyodo_supporter_matching.sessions.values import SessionKind

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none that is taken for another one when it is read off paper."""

Number = Annotated[
    str,
    Field(pattern=f"^[0-9]{{4}}(-[{LETTERS}]{{4}}){{3}}$", examples=["2026-7K3M-0QXA-9TBE"]),
]
"""Of the fiscal year of issue, and 60 bits that nobody guesses: whoever has it has seen the paper."""

Sum = Annotated[int, Field(strict=True, ge=1)]


class Attended(Value):
    """One session at which the supporter helped."""

    assignment_id: Id
    day: Day
    municipality: MunicipalityCode
    kind: SessionKind
    minutes: Minutes

    @property
    def digest(self) -> str:
        """By which it is found again as it was: another length or nobody there, and it is another one."""
        return content_hash(self)


class HoursCertified(
    Event,
    type="kyodo.supporter-matching.hours-certified",
    words="{from_day}から{until_day}までの活動時間証明書を発行した",
):
    """A certificate was issued. `sealed` are the sessions; without the supporter's key sums and hashes are left."""

    supporter_id: Id
    number: Number
    issued_on: Day
    from_day: Day
    until_day: Day
    sessions: Sum
    minutes: Sum
    digest: Digest
    lines: tuple[Digest, ...]
    sealed: dict[Code, Sealed]


class HoursCertificateWithdrawn(
    Event,
    type="kyodo.supporter-matching.hours-certificate-withdrawn",
    words="活動時間証明書を取り消した（{reason_ja}）",
):
    """The certificate is not valid any more."""

    reason_ja: Line


class NothingToCertify(Refused):
    status, type = 409, "no-hours-to-certify"
    title = "There are no hours in that period (活動時間なし)"
    detail = "No attendance of this supporter is on record from {from_day} until {until_day}."
    remedy = "Choose another period, or have the attendance recorded by the municipality or host first."


class PeriodNotOver(Refused):
    status, type = 422, "period-not-over"
    title = "The period is not over (期間の終了前)"
    detail = "It ends on {until_day}; what is certified has happened."
    remedy = "Let it end today or earlier."


class NameMissing(Refused):
    status, type = 409, "profile-without-name"
    title = "There is no name to be certified (氏名の登録なし)"
    detail = "A certificate names the supporter, and the profile has not been written."
    remedy = "Write the supporter's profile first."


class CertificateIsWithdrawn(Refused):
    status, type = 409, "hours-certificate-withdrawn"
    title = "The certificate was withdrawn (取消済み)"
    detail = "{number} is not valid any more, so that it is not drawn again."
    remedy = "Ask for a new one."


class Standing(StrEnum):
    """What is to be thought of a certificate."""

    VALID = "valid"
    OUTDATED = "outdated"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "valid": "有効",
            "outdated": "発行後に活動記録が訂正されたため、現在の記録と異なる",
            "withdrawn": "取消済み",
        }[self.value]


@dataclass(frozen=True)
class HoursCertificate(Aggregate, category="hours-certificate"):
    """One certificate."""

    issue: HoursCertified | None = None
    sealed: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def number(self) -> str:
        """What stands on the paper."""
        return self.issued.number

    @property
    def issued(self) -> HoursCertified:
        """What was issued. Raises NotFound for one that never was."""
        if self.issue is None:
            raise NotFound(what="hours certificate", id=self.id)
        return self.issue

    def certify(
        self,
        supporter_id: str,
        from_day: date,
        until_day: date,
        attended: Sequence[Attended],
        sealed: Mapping[str, str],
        today: date,
    ) -> Events:
        """Issue it."""
        require(until_day <= today, PeriodNotOver(until_day=until_day))
        require(bool(attended), NothingToCertify(from_day=from_day, until_day=until_day))
        number = number_of(self.id, today)
        yield HoursCertified(
            supporter_id=supporter_id,
            number=number,
            issued_on=today,
            from_day=from_day,
            until_day=until_day,
            sessions=len(attended),
            minutes=sum(one.minutes for one in attended),
            digest=digest_of(number, supporter_id, from_day, until_day, attended),
            lines=tuple(one.digest for one in attended),
            sealed=dict(sealed),
        )

    def withdraw(self, supporter_id: str, reason_ja: str) -> Events:
        """Let it be valid no longer."""
        self.of(supporter_id)
        if not self.withdrawn:
            yield HoursCertificateWithdrawn(reason_ja=reason_ja)

    def of(self, supporter_id: str) -> Self:
        """The same. Raises NotFound for another supporter's."""
        require(self.issued.supporter_id == supporter_id, NotFound(what="hours certificate", id=self.id))
        return self

    def drawable(self) -> Self:
        """The same. Raises CertificateIsWithdrawn."""
        require(not self.withdrawn, CertificateIsWithdrawn(number=self.number))
        return self

    @evolve
    def was_certified(self, event: HoursCertified) -> Self:
        return replace(self, issue=event, sealed=event.sealed)

    @evolve
    def was_withdrawn(self, event: HoursCertificateWithdrawn) -> Self:
        return replace(self, withdrawn=True)


def number_of(certificate_id: str, issued_on: date) -> str:
    """The number of a certificate: it follows from its id, so that no two have the same and nobody waits for one."""
    bits = int.from_bytes(hashlib.sha256(certificate_id.encode()).digest()[:8])
    letters = "".join(LETTERS[bits >> 5 * place & 31] for place in range(12))
    return "-".join([str(int(FiscalYear.of(issued_on))), letters[:4], letters[4:8], letters[8:]])


def digest_of(number: str, supporter_id: str, from_day: date, until_day: date, attended: Sequence[Attended]) -> str:
    """What is printed beside the number: it changes with anything that stands on the paper."""
    return content_hash(
        {
            "number": number,
            "supporter_id": supporter_id,
            "from_day": from_day.isoformat(),
            "until_day": until_day.isoformat(),
            "lines": [one.digest for one in attended],
        }
    )


def standing(*, withdrawn: bool, certified: Collection[str], now: Collection[str]) -> Standing:
    """How a certificate stands, by the digests of its sessions and of those that are on record now.

    What was recorded later makes nothing wrong that was certified; what was corrected does.
    """
    if withdrawn:
        return Standing.WITHDRAWN
    return Standing.VALID if set(certified) <= set(now) else Standing.OUTDATED

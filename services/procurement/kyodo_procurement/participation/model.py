"""A participation agreement (参加協定) of one municipality on one project: invited, intended, signed, active, ended.

It lives on the project's stream, so that whoever signs and whoever proposes burden terms at the same moment cannot
miss one another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import Month
from kyodo_procurement.participation.events import (
    AgreementStatus,
    NoticeGiven,
    ParticipationIntended,
    ParticipationInvited,
    ParticipationKind,
    ParticipationSigned,
)


class AlreadyTakesPart(Refused):
    status, type = 409, "already-takes-part"
    title = "The municipality takes part already"
    detail = "It takes part from {from_month} until {until}."
    remedy = "Have its approver give notice first, then name a month after its last one."


class DoesNotTakePart(Refused):
    status, type = 409, "does-not-take-part"
    title = "The municipality does not take part, or has given notice already"
    remedy = "Look at the list of participants."


class LeavesBeforeJoining(Refused):
    status, type = 409, "leaves-before-joining"
    title = "The last month lies before the first"
    detail = "The municipality takes part from {from_month}; its last month cannot be {last_month}."
    remedy = "Name the first month or a later one."


class NoticeReachesBack(Refused):
    status, type = 409, "notice-reaches-back"
    title = "Notice is not given for a month that is over"
    detail = "{last_month} is over; what was charged until now stays owed. The month is {now}."
    remedy = "Name this month or a later one."


@dataclass(frozen=True)
class Period:
    """A municipality's participation (参加) in one kind; its last month, when there is one, is included.

    Months decide who takes part. The days are named where they are not the first and the last of those months; they
    matter only to burden terms that charge by day (日割).
    """

    from_month: Month
    last_month: Month | None = None
    kind: ParticipationKind = ParticipationKind.FULL
    from_day: date | None = None
    last_day: date | None = None

    def includes(self, month: Month) -> bool:
        """Whether the municipality takes part in this month."""
        return self.from_month <= month and not self.is_over_in(month)

    def is_over_in(self, month: Month) -> bool:
        """Whether the last month lies before this one."""
        return self.last_month is not None and self.last_month < month

    def status(self, month: Month) -> AgreementStatus:
        """How the agreement stands in this month: no timer moves it."""
        if self.is_over_in(month):
            return AgreementStatus.ENDED
        if self.last_month is not None:
            return AgreementStatus.NOTICE_GIVEN
        return AgreementStatus.SIGNED if self.from_month > month else AgreementStatus.ACTIVE


@dataclass(frozen=True)
class Agreement:
    """What a municipality and a project agreed: each period that was signed for, in the order of time.

    `step` is how far the next agreement has come before its signature; `signing` the kind of the signature that the
    next ParticipantJoined tells of: one without a signature, from before agreements were kept, is a full one.
    """

    municipality: str
    periods: tuple[Period, ...] = ()
    step: AgreementStatus | None = None
    signing: ParticipationKind = ParticipationKind.FULL

    @property
    def latest(self) -> Period | None:
        """The last period that was signed for."""
        return self.periods[-1] if self.periods else None

    def status(self, month: Month) -> AgreementStatus:
        """How what was last asked, meant or signed stands in this month. Raises IndexError where nothing was."""
        return self.step or self.periods[-1].status(month)

    # decisions

    def invite(self) -> Events:
        """The secretariat asks the municipality, which may have left before, to take part."""
        self._require_an_end()
        if self.step is None:
            yield ParticipationInvited(municipality=self.municipality)

    def intend(self) -> Events:
        """The municipality means to take part, asked or not."""
        self._require_an_end()
        if self.step is not AgreementStatus.INTENDED:
            yield ParticipationIntended(municipality=self.municipality)

    def sign(self, from_month: Month, kind: ParticipationKind, from_day: date | None = None) -> Events:
        """The municipality takes part from a month on, with or without having been asked.

        Whoever signs accedes to the burden terms in force: the ledger charges by them from that month on, without a
        consent of its own. One that left may come back after its last month.
        """
        latest = self.latest
        if latest is not None:
            if latest == Period(from_month, None, kind, from_day):
                return
            require(latest.is_over_in(from_month), _already(latest))
        yield ParticipationSigned(municipality=self.municipality, from_month=from_month, kind=kind)
        yield ParticipantJoined(municipality=self.municipality, from_month=from_month, from_day=from_day)

    def give_notice(self, last_month: Month, reason: str, today: date, last_day: date | None = None) -> Events:
        """The municipality ends its participation with a month that is not over, that month included.

        Orders and charges are not touched: what was ordered is delivered and paid, what was charged stays owed.
        """
        latest = self.latest
        end = (last_month, last_day)
        if latest is None or (latest.last_month, latest.last_day) not in ((None, None), end):
            raise DoesNotTakePart
        if (latest.last_month, latest.last_day) == end:
            return
        joined, now = latest.from_month, Month.containing(today)
        backwards = last_day is not None and latest.from_day is not None and last_day < latest.from_day
        require(last_month >= joined and not backwards, LeavesBeforeJoining(from_month=joined, last_month=last_month))
        require(last_month >= now, NoticeReachesBack(last_month=last_month, now=now))
        yield NoticeGiven(municipality=self.municipality, last_month=last_month, reason=reason)
        yield ParticipantLeft(municipality=self.municipality, last_month=last_month, last_day=last_day)

    def _require_an_end(self) -> None:
        if self.latest is not None:
            require(self.latest.last_month is not None, _already(self.latest))

    # what events did

    def joined(self, from_month: Month, from_day: date | None) -> Self:
        """A further period began, of the kind that was signed for."""
        period = Period(from_month, None, self.signing, from_day)
        return replace(self, periods=(*self.periods, period), step=None, signing=ParticipationKind.FULL)

    def left(self, last_month: Month, last_day: date | None) -> Self:
        """The open period got its last month."""
        ended = replace(self.periods[-1], last_month=last_month, last_day=last_day)
        return replace(self, periods=(*self.periods[:-1], ended))


def _already(period: Period) -> AlreadyTakesPart:
    return AlreadyTakesPart(from_month=period.from_month, until=period.last_month or "further notice")

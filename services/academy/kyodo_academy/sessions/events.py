"""What happens to a session and its queue, and what is refused. Nobody is named: enrolments are ids."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_academy.sessions.values import Plan, Seats
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id, Line

Count = Annotated[int, Field(strict=True, ge=0)]


class SessionPlanned(Event, type="kyodo.academy.session-planned", words="「{plan.title_ja}」を計画した"):
    """A session of a course is to take place, by the contents of that version; 0 where none were written yet."""

    host: Party
    course_id: Id
    plan: Plan
    contents_version: Count = 0
    series_id: Id | None = None


class SessionOpened(Event, type="kyodo.academy.session-opened", words="受講者の募集を始めた"):
    """Learners apply from now on; the order in which a queue moves up is fixed by it."""


class SessionMoved(Event, type="kyodo.academy.session-moved", words="日時・会場等を変更した"):
    """The session is planned otherwise; all of the plan, as it stands since. Seats and quotas stay."""

    plan: Plan


class SeatsChanged(Event, type="kyodo.academy.seats-changed", words="定員を{seats}人に変更した"):
    """There are more seats than before, or fewer."""

    seats: Seats


class QuotasReleased(
    Event, type="kyodo.academy.quotas-released", words="申込期限を過ぎたため、割当の残席を全団体に開放した"
):
    """Applications have ended: seats that quotas kept and nobody took are for everybody who waits."""


class SeatGiven(Event, type="kyodo.academy.seat-given", words="受講を1名確定した"):
    """An enrolment has a seat."""

    enrolment_id: Id
    party: Party


class SeatWaitedFor(Event, type="kyodo.academy.seat-waited-for", words="1名がキャンセル待ちに入った"):
    """An enrolment waits for a seat, from the moment of its application on."""

    enrolment_id: Id
    party: Party
    since: AwareDatetime


class SeatOffered(Event, type="kyodo.academy.seat-offered", words="キャンセル待ちの1名に空席を案内した（{until}まで）"):
    """A seat is kept for an enrolment whose learner has something else at that time, and is asked."""

    enrolment_id: Id
    party: Party
    until: AwareDatetime


class SeatOfferLapsed(Event, type="kyodo.academy.seat-offer-lapsed", words="空席の案内が回答のないまま期限を過ぎた"):
    """Nobody answered in time: the enrolment has left the queue, and the seat goes on."""

    enrolment_id: Id
    party: Party


class SeatReturned(Event, type="kyodo.academy.seat-returned", words="1名が受講を取りやめた"):
    """An enrolment has left, whether it had a seat, an offer or waited."""

    enrolment_id: Id
    party: Party


class SessionCancelled(Event, type="kyodo.academy.session-cancelled", words="開催を中止した（{reason_ja}）"):
    """The session does not take place."""

    reason_ja: Line


class SessionHeld(Event, type="kyodo.academy.session-held", words="実施した"):
    """The session took place."""


class SessionNotOpen(Refused):
    status, type = 409, "training-session-not-open"
    title = "That does not fit how the session stands"
    detail = "The session is '{current}'; this needs one that is {needed}."
    remedy = "Look at the session, and do first what is due."


class TooLate(Refused):
    status, type = 409, "training-session-too-late"
    title = "It is too late for that (期限後)"
    detail = "{what} was possible until {until}."
    remedy = "Look for another session of the course."


class SeatsBelowConfirmed(Refused):
    status, type = 409, "seats-below-confirmed"
    title = "More people have a seat than there would be seats (確定者数を下回る定員)"
    detail = "{taken} seats are given or offered; {seats} would not do."
    remedy = "Keep at least as many, or let people cancel first."


class SeatsBelowQuotas(Refused):
    status, type = 409, "seats-below-quotas"
    title = "The quotas need more seats than there would be (割当の合計を下回る定員)"
    detail = "{reserved} seats are taken, or kept for certain municipalities; {seats} would not do."
    remedy = "Keep at least as many: the rule by which people applied stays."


class NoOffer(Refused):
    status, type = 409, "no-seat-offered"
    title = "No seat is offered any more"
    detail = "There is no offer that could be accepted; offers lapse at their time."
    remedy = "Cancel, and apply again where applications are still taken."


class EnrolledAlready(Refused):
    status, type = 409, "enrolled-already"
    title = "This enrolment has a seat or waits for one already"
    remedy = "Look at the enrolment."


class NotSeated(Refused):
    status, type = 409, "no-seat-at-session"
    title = "There is no confirmed seat for this (受講が確定していない)"
    detail = "The enrolment has no seat at the session."
    remedy = "Enrol and confirm first; an attendance without a seat is not counted."

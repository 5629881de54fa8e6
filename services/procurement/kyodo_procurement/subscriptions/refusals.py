"""What is refused about subscriptions, and what to do then."""

from __future__ import annotations

from kyodo_events.errors import Refused


class UnknownPlan(Refused):
    status, type = 422, "unknown-plan"
    title = "The offering has no such plan on that day"
    detail = "No version of the plan {plan} holds on {day}."
    remedy = "Look at the offering's plans and their first days."


class AlreadySubscribed(Refused):
    status, type = 409, "already-subscribed"
    title = "The municipality has a live subscription"
    detail = "The subscription is {status}."
    remedy = "Change its plan, or have it ended before another one is requested."


class NoSuchRequest(Refused):
    status, type = 409, "subscription-not-requested"
    title = "No request is waiting"
    detail = "The subscription is {status}; a request that waits is activated or withdrawn."
    remedy = "Request the subscription first."


class SubscriptionNotActive(Refused):
    status, type = 409, "subscription-not-active"
    title = "The subscription is not active"
    detail = "The subscription is {status}."
    remedy = "Have it activated or resumed first."


class SubscriptionNotSuspended(Refused):
    status, type = 409, "subscription-not-suspended"
    title = "The subscription is not suspended"
    detail = "The subscription is {status}; only a suspended one is resumed."
    remedy = "Look at the subscription's history."


class SubscriptionNotLive(Refused):
    status, type = 409, "subscription-not-live"
    title = "There is no live subscription"
    detail = "The subscription is {status}; this is done to an active or a suspended one."
    remedy = "Withdraw a request that waits; request a new subscription where it has ended."


class DayTooEarly(Refused):
    status, type = 409, "day-too-early"
    title = "The day lies before what was settled already"
    detail = "The day {day} comes too early; the first day possible is {earliest}."
    remedy = "Name the first day possible or a later one."


class NotInTheProject(Refused):
    status, type = 409, "not-in-the-project"
    title = "The municipality does not take part in the project"
    detail = "{municipality} does not take part in the offering's project in {month}."
    remedy = "Sign the project's participation agreement first, or name a later day."

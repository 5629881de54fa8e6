"""What is refused about usage records, and what to do then."""

from __future__ import annotations

from kyodo_events.errors import Refused


class MeterNotOffered(Refused):
    status, type = 422, "meter-not-offered"
    title = "The offering has no such meter"
    detail = "The offering has no meter {meter}."
    remedy = "Look at the offering's meters, or have the meter added."


class UsedInTheFuture(Refused):
    status, type = 422, "used-in-the-future"
    title = "The day of use is still to come"
    detail = "{used_on} lies after today, {today} in Tokyo."
    remedy = "Report use on or after the day on which it was counted."


class UniqueKeyMissing(Refused):
    status, type = 422, "unique-key-missing"
    title = "A unique meter needs a key to tell apart what it counts"
    detail = "The meter {meter} counts distinct keys, and the record has no unique_key."
    remedy = "Send a keyed, opaque unique_key that identifies nobody."


class UniqueKeyUnexpected(Refused):
    status, type = 422, "unique-key-unexpected"
    title = "Only a unique meter takes a key"
    detail = "The meter {meter} does not count distinct keys."
    remedy = "Leave unique_key out."


class RecordIdReserved(Refused):
    status, type = 422, "record-id-reserved"
    title = "The record id is that of a month's figure"
    detail = "{record} is shaped like <meter>:<month>:<municipality>, which names the figure of a closed month."
    remedy = "Name the record differently. A figure that is missing is reported so once its month is closed."


class NotSubscribed(Refused):
    status, type = 409, "not-subscribed"
    title = "No active subscription on that day"
    detail = "{municipality} has no active subscription to the offering on {used_on}."
    remedy = "Have the subscription activated from that day on, then report the record again."


class MonthIsClosed(Refused):
    status, type = 409, "meter-month-closed"
    title = "The month's figures are settled"
    detail = "{month} is closed for this offering: its readings have become the month's figures."
    remedy = "Correct the record {figure}, or report it where it is missing."


class OtherContent(Refused):
    status, type = 409, "usage-conflict"
    title = "The id stands for a record with other content"
    detail = "{record} was recorded before with other content. What stands is unchanged; this report was kept."
    remedy = "Resolve the conflict {conflict_id}: keep what stands, or take this report instead."


class RecordIsCancelled(Refused):
    status, type = 409, "usage-record-cancelled"
    title = "The record was cancelled"
    detail = "The record {record} was cancelled and counts no longer."
    remedy = "Report the use under a new record id."


class ConflictIsNoCorrection(Refused):
    status, type = 409, "conflict-is-no-correction"
    title = "The two reports differ in more than the quantity"
    detail = "A correction changes the quantity; meter, municipality, day and key of a record never change."
    remedy = "Keep the first, cancel it if it is wrong, and report the second under a record id of its own."


class UnknownMediaType(Refused):
    status, type = 415, "usage-media-type"
    title = "Usage is not taken in this format"
    remedy = "Send 'Content-Type: application/json', or 'application/cloudevents-batch+json' for CloudEvents."

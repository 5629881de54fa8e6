"""Why a period may not be closed or sealed."""

from __future__ import annotations

from kyodo_events.errors import Refused


class MonthAlreadyClosed(Refused):
    status, type = 409, "month-already-closed"
    title = "The month is closed already"
    detail = "{month} was closed before; its statements are final."
    remedy = "Nothing needs to be done: corrections are booked in the first open month by themselves."


class MonthNotOver(Refused):
    status, type = 409, "month-not-over"
    title = "The month is not over"
    detail = "{month} ends on {last_day} in Tokyo."
    remedy = "Close the month after its last day."


class EarlierMonthOpen(Refused):
    status, type = 409, "earlier-month-open"
    title = "An earlier month with charges is still open"
    detail = "{month} cannot be closed while {earlier} is open."
    remedy = "Close the months in their order."


class PeriodAlreadySealed(Refused):
    status, type = 409, "period-already-sealed"
    title = "The period is sealed already"
    detail = "{period} was sealed before; nothing is ever added to it."
    remedy = "Read its seal; what comes late is booked in an open month by itself."


class PeriodStillOpen(Refused):
    status, type = 409, "period-still-open"
    title = "The period is still open"
    detail = "{period} cannot be sealed while lines may still be added to it."
    remedy = "Close the month first; a settlement period needs its fiscal year calculated."


class SealOutOfOrder(Refused):
    status, type = 409, "seal-out-of-order"
    title = "Another period is to be sealed first"
    detail = "{period} cannot be sealed before {due}: each seal covers the one before it."
    remedy = "Seal the periods in their order, without a gap; close empty months as well."

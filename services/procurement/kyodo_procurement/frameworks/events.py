"""What happens to a framework contract besides what is published, and what it refuses."""

from __future__ import annotations

from datetime import date

from kyodo_events.contracts.procurement.orders import OrderLine
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode


class QuantityCalledOff(Event, type="kyodo.procurement.quantity-called-off", words="{municipality}が枠から発注した"):
    """A municipality's order took its quantities out of the framework, at the prices of that day."""

    order_id: str
    municipality: MunicipalityCode
    ordered_on: date
    lines: tuple[OrderLine, ...]


class QuantityReturned(
    Event, type="kyodo.procurement.quantity-returned", words="発注の取消し又は辞退により数量を枠に戻した"
):
    """An order was cancelled or declined: its quantities may be ordered again.

    It names no municipality: also the supplier, who declines, writes it.
    """

    order_id: str


class LotNotAwarded(Refused):
    status, type = 409, "lot-not-awarded"
    title = "The lot was not awarded"
    detail = "Lot {lot} of the call has no award; a framework is concluded on an awarded lot."
    remedy = "Wait until the award, which comes after the standstill, or name another lot."


class AlreadyConcluded(Refused):
    status, type = 409, "framework-already-concluded"
    title = "The lot has a framework contract already"
    detail = "It is the framework {framework_id}."
    remedy = "Use that framework."


class MaximumBelowContracts(Refused):
    status, type = 422, "maximum-below-contracts"
    title = "The maximum is less than what was contracted"
    detail = "{maximum} of {item} are fewer than the {contracted} that the municipalities contracted."
    remedy = "Leave the maximum out, or name a higher one."


class NotInFramework(Refused):
    status, type = 422, "item-not-in-framework"
    title = "The framework has no such item"
    detail = "'{item}' is none of: {known}."
    remedy = "Use the codes of these items."


class OutsidePeriod(Refused):
    status, type = 422, "outside-framework-period"
    title = "The day lies outside the framework's period"
    detail = "{day} is not within {first} to {last}."
    remedy = "Name a day within the period."


class DayIsOver(Refused):
    status, type = 422, "day-is-over"
    title = "The day is over"
    detail = "{day} was before today, {today} in Tokyo."
    remedy = "Name today or a later day."


class NotABuyer(Refused):
    status, type = 403, "not-a-buyer"
    title = "The municipality may not buy from this framework"
    detail = "{municipality} has no contract in the award and does not take part in the project."
    remedy = "Sign the participation agreement of the project; a late joiner may buy from then on."


class NotEnoughLeft(Refused):
    status, type = 409, "not-enough-left"
    title = "Not that much is left in the framework"
    detail = (
        "{wanted} of {item} were asked for, {free} can be had: {remaining} remain, of which {reserved} are kept for the"
        " firm quantities of other municipalities."
    )
    remedy = "Order at most what can be had, or ask the secretariat for another call."


class OrderTooLarge(Refused):
    status, type = 422, "order-too-large"
    title = "The order is too large"
    detail = "With tax it comes to {amount} yen; one order takes at most {maximum}."
    remedy = "Place several orders."


class BeyondCap(Refused):
    status, type = 409, "beyond-indexation-cap"
    title = "The new price moves further than the contract allows"
    detail = "{item} cost {before} yen a year before; indexation may bring it to {lowest} to {highest}, not {asked}."
    remedy = "Name a price within these bounds, or the ground that it really has."


class ChangeNotLater(Refused):
    status, type = 409, "price-change-not-later"
    title = "A price change begins after the one before"
    detail = "{what} was last set for {last} on, so that nothing can change from {from_day}."
    remedy = "Name a later day."


class OrdersStand(Refused):
    status, type = 409, "orders-stand"
    title = "Orders stand at the price before"
    detail = "{what} was ordered on {ordered_on}; a change from {from_day} would reach back over that order."
    remedy = "Name a day after the last order."

"""What happens to an order besides what is published, and what it refuses.

What the buyer does names the buyer in `municipality`, so that nobody does it for another; what the supplier does, who
belongs to no municipality, does not.
"""

from __future__ import annotations

from datetime import date

from kyodo_events.contracts.procurement.orders import DeliveryNumber, InvoicePlace, ItemQuantity
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Code, Line, Text


class OrderConfirmed(Event, type="kyodo.procurement.order-confirmed", words="受注者が発注を承諾した"):
    """The supplier will deliver."""


class OrderDeclined(Event, type="kyodo.procurement.order-declined", words="受注者が発注を辞退した：{reason}"):
    """The supplier will not deliver; the quantities are back in the framework."""

    reason: Line


class OrderCancelled(Event, type="kyodo.procurement.order-cancelled", words="{municipality}が発注を取り消した"):
    """The buyer took the order back before the supplier confirmed it; the quantities are back in the framework."""

    municipality: MunicipalityCode
    reason: Line


class DeliveryMade(Event, type="kyodo.procurement.delivery-made", words="{delivered_on}に第{number}回の納品があった"):
    """The supplier delivered a part, or all, and waits for the inspection."""

    number: DeliveryNumber
    delivered_on: date
    slip: Line
    lines: tuple[ItemQuantity, ...]


class DeliveryRejected(
    Event,
    type="kyodo.procurement.delivery-rejected",
    words="{municipality}が第{number}回納品を検査不合格とした",
):
    """A delivery failed the inspection; its quantities are to be delivered again."""

    municipality: MunicipalityCode
    number: DeliveryNumber
    inspected_on: date
    reason: Line


class DefectReported(
    Event,
    type="kyodo.procurement.defect-reported",
    words="{municipality}が検収後の不適合（第{number}号）を通知した",
):
    """Accepted units turned out not to be as agreed (契約不適合)."""

    municipality: MunicipalityCode
    number: int
    item: Code
    quantity: Quantity
    description: Text


class DefectRemedied(Event, type="kyodo.procurement.defect-remedied", words="受注者が不適合（第{number}号）を是正した"):
    """The supplier repaired or replaced the units."""

    number: int
    remedy: Line


class InvoiceSubmitted(
    Event, type="kyodo.procurement.invoice-submitted", words="受注者が請求書{invoice_number}を提出した"
):
    """The supplier claims exactly what the accepted deliveries named here cost, tax included."""

    number: InvoicePlace
    invoice_number: Line
    issued_on: date
    deliveries: tuple[DeliveryNumber, ...]
    net: Yen
    tax: Yen


class OrderNotPending(Refused):
    status, type = 409, "order-not-pending"
    title = "The order was answered before"
    detail = "The order is {status}; it is confirmed, declined or cancelled as long as it is placed."
    remedy = "Look at the order's history."


class OrderNotConfirmed(Refused):
    status, type = 409, "order-not-confirmed"
    title = "The order is not being delivered"
    detail = "The order is {status}; deliveries and what follows from them need one that the supplier confirmed."
    remedy = "Look at the order's history."


class NotOrdered(Refused):
    status, type = 422, "item-not-ordered"
    title = "The item was not ordered"
    detail = "'{item}' is none of: {known}."
    remedy = "Use the codes of the order's items."


class DeliveryDayImpossible(Refused):
    status, type = 422, "delivery-day-impossible"
    title = "Nothing can have been delivered on that day"
    detail = "{day} is not within {first}, when it was ordered, to {last}, today in Tokyo."
    remedy = "Name the day on which it was handed over."


class MoreThanOrdered(Refused):
    status, type = 409, "more-than-ordered"
    title = "More than what is still to be delivered"
    detail = "{quantity} of {item} were named; {open} are neither accepted nor under inspection."
    remedy = "Deliver at most that, and the rest by another order."


class AlreadyInspected(Refused):
    status, type = 409, "already-inspected"
    title = "The delivery was inspected before"
    detail = "Delivery {number} was found {result}."
    remedy = "Report a defect of what was accepted; what failed is delivered again under a new number."


class NotThatManyAccepted(Refused):
    status, type = 409, "not-that-many-accepted"
    title = "Not that many units were accepted"
    detail = "{quantity} of {item} were named; {open} were accepted and have no open defect."
    remedy = "Name at most that; what was not accepted yet fails at the inspection."


class AlreadyRemedied(Refused):
    status, type = 409, "already-remedied"
    title = "The defect was remedied before"
    detail = "Defect {number} was remedied in another way."
    remedy = "Look at the order's defects."


class InvoiceNumberTaken(Refused):
    status, type = 409, "invoice-number-taken"
    title = "Another invoice has that number"
    detail = "The invoice '{invoice_number}' of this order claims {amount} yen."
    remedy = "Give each invoice a number of its own."


class NothingToInvoice(Refused):
    status, type = 409, "nothing-to-invoice"
    title = "No accepted delivery waits for an invoice"
    detail = "The order is {status}; what passed the inspection was invoiced."
    remedy = "Wait for the inspection of the next delivery."


class InvoiceMismatch(Refused):
    status, type = 409, "invoice-mismatch"
    title = "The invoice is not what was accepted"
    detail = "{amount} yen were claimed; the accepted deliveries not yet invoiced come to {due}, tax included."
    remedy = "Invoice exactly that amount."

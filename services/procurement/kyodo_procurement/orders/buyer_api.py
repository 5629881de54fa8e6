"""Orders over HTTP, as the municipality that buys acts on its own."""

from __future__ import annotations

from kyodo_events.aggregate import Events
from kyodo_events.event import new_id
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import approver_of, officer_of, secretariat
from kyodo_platform.routing import Router
from kyodo_procurement.frameworks.events import (
    DayIsOver,
    NotABuyer,
    NotEnoughLeft,
    NotInFramework,
    OrderTooLarge,
    OutsidePeriod,
)
from kyodo_procurement.frameworks.model import Framework
from kyodo_procurement.orders.api import Number
from kyodo_procurement.orders.events import (
    AlreadyInspected,
    NotOrdered,
    NotThatManyAccepted,
    OrderNotConfirmed,
    OrderNotPending,
)
from kyodo_procurement.orders.model import Order
from kyodo_procurement.orders.schemas import DefectIn, InspectionIn, OrderIn, OrderOut, ReasonIn
from kyodo_procurement.projects.model import Project

router = Router(prefix="/v1/municipalities/{municipality}/orders", tags=["orders"])


@router.post(
    "",
    allow=approver_of("municipality"),
    raises=[NotABuyer, OutsidePeriod, DayIsOver, NotInFramework, NotEnoughLeft, OrderTooLarge],
    status_code=201,
)
async def place_order(municipality: MunicipalityCode, body: OrderIn, commands: Commands) -> OrderOut:
    """Order from a framework at today's prices. If-Match is held against the framework: `*` takes what is left."""
    today, id_ = commands.today, new_id()
    before = await commands.read(Framework, body.framework_id)
    project = await commands.read(Project, before.project_id)
    takes_part = project.is_taking_part(municipality, Month.containing(today))
    framework = await commands.on(
        Framework,
        body.framework_id,
        lambda framework: framework.call_off(
            id_, municipality, body.lines, wanted_on=body.wanted_on, takes_part=takes_part, today=today
        ),
    )
    order = await commands.create(
        Order, lambda order: order.place(framework, body.delivery_place, body.wanted_on), id=id_
    )
    return OrderOut.of(order)


@router.put("/{order_id}/cancellation", allow=approver_of("municipality"), raises=[OrderNotPending])
async def cancel_order(municipality: MunicipalityCode, order_id: Id, body: ReasonIn, commands: Commands) -> OrderOut:
    """Take an order back before the supplier answered; its quantities go back into the framework."""
    order = await commands.on(Order, order_id, lambda order: order.cancel(municipality, body.reason))
    await commands.on(Framework, order.framework_id, lambda framework: framework.give_back(order.id))
    return OrderOut.of(order)


@router.put("/{order_id}/deliveries/{delivery}/inspection", allow=officer_of("municipality"), raises=[AlreadyInspected])
async def inspect_delivery(
    municipality: MunicipalityCode, order_id: Id, delivery: Number, body: InspectionIn, commands: Commands
) -> OrderOut:
    """State what the inspection of a delivery found; what failed is to be delivered again."""
    today, reason = commands.today, body.reason

    def decide(order: Order) -> Events:
        if reason is None:
            return order.accept_delivery(municipality, delivery, today)
        return order.reject_delivery(municipality, delivery, reason, today)

    return OrderOut.of(await commands.on(Order, order_id, decide))


@router.post(
    "/{order_id}/defects",
    allow=officer_of("municipality"),
    raises=[OrderNotConfirmed, NotOrdered, NotThatManyAccepted],
)
async def report_defect(municipality: MunicipalityCode, order_id: Id, body: DefectIn, commands: Commands) -> OrderOut:
    """Report accepted units that turned out not to be as agreed."""
    order = await commands.on(
        Order, order_id, lambda order: order.report_defect(municipality, body.item, body.quantity, body.description)
    )
    return OrderOut.of(order)


@router.put("/{order_id}/invoices/{invoice}/match", allow=officer_of("municipality") | secretariat)
async def match_invoice(municipality: MunicipalityCode, order_id: Id, invoice: Number, commands: Commands) -> OrderOut:
    """Let an invoice be paid; with the last one of a fulfilled order without open defects the order is closed."""
    today = commands.today
    return OrderOut.of(
        await commands.on(Order, order_id, lambda order: order.match_invoice(municipality, invoice, today))
    )

"""A call-off order as a contracting process of its own, related to the joint call whose framework it draws on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kyodo_events.contracts.procurement.calls import Item, JointCallPublished
from kyodo_events.contracts.procurement.orders import InvoiceMatched, OrderClosed, OrderPlaced
from kyodo_events.event import Event, Recorded
from kyodo_procurement.ocds import blocks
from kyodo_procurement.ocds.blocks import Json
from kyodo_procurement.orders.events import OrderCancelled, OrderConfirmed, OrderDeclined

TOLD = (OrderPlaced, OrderConfirmed, OrderDeclined, OrderCancelled, InvoiceMatched, OrderClosed)
"""The events that a release tells of."""


def releases_of_order(order_id: str, past: Sequence[Recorded[Event]], call: JointCallPublished) -> list[Json]:
    """The releases of an order, the oldest first. `past` are its events, the placing first; `call` names its items."""
    placed = past[0].event
    if not isinstance(placed, OrderPlaced):
        raise TypeError(f"the story of the order {order_id} does not begin with its placing")
    ordering = _Ordering(order_id, placed, call)
    return [told for record in past for told in ordering.tell(record)]


@dataclass
class _Ordering:
    """The story of an order so far: one award and one contract, both of the order's id."""

    order_id: str
    placed: OrderPlaced
    call: JointCallPublished
    invoices: int = 0

    def tell(self, record: Recorded[Event]) -> Iterator[Json]:
        """The release of an event; none where it changes nothing that is public."""
        match record.event:
            case OrderPlaced():
                yield self._placed(record)
            case OrderConfirmed():
                contract = self._contract(status="active", dateSigned=blocks.moment(record.at))
                yield self._release(record, "awardUpdate", "contractUpdate", award="active", contract=contract)
            case OrderDeclined() | OrderCancelled():
                contract = self._contract(status="cancelled")
                yield self._release(record, "awardCancellation", "contractUpdate", award="cancelled", contract=contract)
            case InvoiceMatched() as matched:
                yield self._matched(record, matched)
            case OrderClosed():
                yield self._release(record, "contractTermination", contract=self._contract(status="terminated"))

    def _placed(self, record: Recorded[Event]) -> Json:
        placed, call = self.placed, self.call
        buyer, supplier = self._buyer("buyer", "procuringEntity"), self._supplier("supplier")
        title = f"{call.title_ja} 第{placed.lot}ロット 個別発注（{buyer['name']}）"
        lot = next(lot for lot in call.lots if lot.number == placed.lot)
        named: dict[str, Item] = {item.code: item for item in lot.items}
        items = [
            blocks.item(line.item, named[line.item].name_ja, named[line.item].unit_ja, quantity=line.quantity)
            for line in placed.lines
        ]
        bought = {"title": title, "status": "pending", "value": blocks.yen(placed.net), "items": items}
        framework = {
            "id": "framework",
            "relationship": ["framework"],
            "title": call.title_ja,
            "scheme": "ocid",
            "identifier": blocks.ocid_of(placed.call_id),
        }
        award = {
            "id": self.order_id,
            **bought,
            "date": blocks.beginning_of(placed.ordered_on),
            "suppliers": [blocks.reference(supplier)],
        }
        tender = {
            "id": self.order_id,
            "title": title,
            "status": "complete",
            "procuringEntity": blocks.reference(buyer),
            "procurementMethod": "direct",
            "procurementMethodRationale": "枠組契約に基づく個別発注",
        }
        return blocks.release(
            self.order_id,
            record,
            ["tender", "award", "contract"],
            parties=[buyer, supplier],
            buyer=blocks.reference(buyer),
            tender=tender,
            awards=[award],
            contracts=[self._contract(**bought)],
            relatedProcesses=[framework],
        )

    def _matched(self, record: Recorded[Event], event: InvoiceMatched) -> Json:
        """An invoice that equals what was accepted: it may be paid."""
        self.invoices += 1
        tag = "implementation" if self.invoices == 1 else "implementationUpdate"
        payer, payee = self._buyer("buyer", "procuringEntity", "payer"), self._supplier("supplier", "payee")
        transaction = {
            "id": f"{self.order_id}-{event.number}",
            "date": blocks.beginning_of(event.matched_on),
            "value": blocks.yen(event.net),
            "payer": blocks.reference(payer),
            "payee": blocks.reference(payee),
        }
        contract = self._contract(implementation={"transactions": [transaction]})
        return blocks.release(self.order_id, record, [tag], parties=[payer, payee], contracts=[contract])

    def _release(self, record: Recorded[Event], *tags: str, contract: Json, award: str | None = None) -> Json:
        awards = {"awards": [{"id": self.order_id, "status": award}]} if award else {}
        return blocks.release(self.order_id, record, tags, **awards, contracts=[contract])

    def _contract(self, **fields: object) -> Json:
        return {"id": self.order_id, "awardID": self.order_id, **fields}

    def _buyer(self, *roles: str) -> Json:
        return blocks.municipality(self.placed.municipality, *roles)

    def _supplier(self, *roles: str) -> Json:
        return blocks.firm(self.placed.supplier.corporate_number, self.placed.supplier.name_ja, *roles)

"""The tender of a joint call as releases: published, amended, joined by buyers, opened, cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kyodo_events.contracts.procurement.calls import CallAmended, CallCancelled, Item, JointCallPublished
from kyodo_events.event import Event, Recorded
from kyodo_procurement.calls.events import CommitmentRegistered, CommitmentWithdrawn
from kyodo_procurement.calls.pricing import cost, expected_prices
from kyodo_procurement.evaluations.values import PRICE
from kyodo_procurement.ocds import blocks
from kyodo_procurement.ocds.blocks import Json
from kyodo_procurement.openings.model import OpeningCompleted

TOLD = (
    JointCallPublished,
    CallAmended,
    CallCancelled,
    CommitmentRegistered,
    CommitmentWithdrawn,
    OpeningCompleted,
)
"""The events that this part of the story tells of."""


@dataclass
class Tendering:
    """The story of a tender so far. `tenderers` are the firms of the opened quotations, as parties.

    Municipalities are named as buyers from their commitment on. Quantities are told once the quotations are opened,
    and then those of all municipalities together; suppliers are named from then on.
    """

    call_id: str
    call: JointCallPublished
    published: Recorded[Event]
    tenderers: Sequence[Json]
    announced_by: str = ""
    buyers: set[str] = field(default_factory=set)
    firm: dict[str, int] = field(default_factory=dict)

    def tell(self, record: Recorded[Event]) -> Iterator[Json]:
        """The release of an event; none where it changes nothing that is public."""
        match record.event:
            case JointCallPublished():
                yield self._published(record)
            case CallAmended() as amended:
                yield self._amended(record, amended)
            case CallCancelled() as cancelled:
                yield self._cancelled(record, cancelled)
            case CommitmentRegistered() as committed:
                self.firm |= {total.item: total.firm for total in committed.totals}
                if committed.municipality not in self.buyers:
                    self.buyers.add(committed.municipality)
                    yield self._buying(record, blocks.municipality(committed.municipality, "buyer"))
            case CommitmentWithdrawn() as withdrawn:
                self.firm |= {total.item: total.firm for total in withdrawn.totals}
                self.buyers.discard(withdrawn.municipality)
                yield self._buying(record, blocks.municipality(withdrawn.municipality))
            case OpeningCompleted():
                yield self._opened(record)

    def _published(self, record: Recorded[Event]) -> Json:
        self.announced_by = str(record.id)
        call, price_alone = self.call, [criterion.code for criterion in self.call.criteria] == [PRICE]
        tender = {
            "id": self.call_id,
            "title": call.title_ja,
            "status": "active",
            "procuringEntity": blocks.reference(blocks.tokyo()),
            "procurementMethod": "open",
            "awardCriteria": "priceOnly" if price_alone else "ratedCriteria",
            "awardCriteriaDetails": "、".join(f"{one.name_ja} {one.weight}点" for one in call.criteria),
            "submissionMethod": ["electronicSubmission"],
            **self._periods(call),
            "lots": [{"id": str(lot.number), "title": lot.name_ja, "status": "active"} for lot in call.lots],
            "items": [item_of(lot.number, one) for lot in call.lots for one in lot.items],
        }
        planning = {"budget": {"projectID": call.project_id}}
        parties = [blocks.tokyo("procuringEntity")]
        return blocks.release(
            self.call_id, record, ["planning", "tender"], parties=parties, planning=planning, tender=tender
        )

    def _amended(self, record: Recorded[Event], event: CallAmended) -> Json:
        before, self.announced_by = self.announced_by, str(record.id)
        amendment = {
            "id": str(event.number),
            "date": blocks.moment(record.at),
            "rationale": event.reason,
            "amendsReleaseID": before,
            "releaseID": self.announced_by,
        }
        tender = {"id": self.call_id, **self._periods(event), "amendments": [amendment]}
        return blocks.release(self.call_id, record, ["tenderAmendment"], tender=tender)

    def _cancelled(self, record: Recorded[Event], event: CallCancelled) -> Json:
        amendment = {"id": "cancellation", "date": blocks.moment(record.at), "rationale": event.reason}
        tender = {
            "id": self.call_id,
            "status": "cancelled",
            "lots": [{"id": str(lot.number), "status": "cancelled"} for lot in self.call.lots],
            "amendments": [amendment],
        }
        return blocks.release(self.call_id, record, ["tenderCancellation"], tender=tender)

    def _buying(self, record: Recorded[Event], party: Json) -> Json:
        return blocks.release(self.call_id, record, ["tenderUpdate"], parties=[party], tender={"id": self.call_id})

    def _opened(self, record: Recorded[Event]) -> Json:
        """Who handed in, and the joint quantities with what the buyers expected them to cost."""
        values = {lot.number: sum(self._expected(one) for one in lot.items) for lot in self.call.lots}
        tender = {
            "id": self.call_id,
            "numberOfTenderers": len(self.tenderers),
            "tenderers": [blocks.reference(party) for party in self.tenderers],
            "value": blocks.yen(sum(values.values())),
            "lots": [{"id": str(number), "value": blocks.yen(amount)} for number, amount in values.items()],
            "items": [
                item_of(lot.number, one, quantity=self.firm.get(one.code, 0))
                for lot in self.call.lots
                for one in lot.items
            ],
        }
        parties = list(self.tenderers)
        return blocks.release(self.call_id, record, ["tenderUpdate"], parties=parties, tender=tender)

    def _expected(self, one: Item) -> int:
        """Yen for the firm units of all, at the buyers' own estimate."""
        return cost(self.call.mode, expected_prices(one.tiers), self.firm.get(one.code, 0))

    def _periods(self, until: JointCallPublished | CallAmended) -> Json:
        start = blocks.moment(self.published.at)
        return {
            "tenderPeriod": {"startDate": start, "endDate": blocks.end_of(until.quotations_until)},
            "enquiryPeriod": {"startDate": start, "endDate": blocks.end_of(until.questions_until)},
        }


def item_of(lot: int, one: Item, **more: int) -> Json:
    """An item of a lot."""
    return blocks.item(one.code, one.name_ja, one.unit_ja, relatedLot=str(lot), **more)

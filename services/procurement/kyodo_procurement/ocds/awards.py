"""The awards of a joint call as releases: proposed, awarded, failed, and the contracts that came of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kyodo_events.contracts.procurement.calls import (
    JointCallPublished,
    Lot,
    LotAward,
    LotAwarded,
    LotFailed,
    MunicipalContract,
)
from kyodo_events.contracts.procurement.orders import FrameworkConcluded, FrameworkPriceChanged
from kyodo_events.event import Event, Recorded
from kyodo_events.values.municipalities import by_code
from kyodo_procurement.evaluations.events import AwardProposalWithdrawn, AwardProposed
from kyodo_procurement.frameworks.conclusion import framework_id
from kyodo_procurement.ocds import blocks
from kyodo_procurement.ocds.blocks import Json
from kyodo_procurement.ocds.tenders import item_of

TOLD = (AwardProposed, AwardProposalWithdrawn, LotAwarded, LotFailed, FrameworkConcluded, FrameworkPriceChanged)
"""The events that this part of the story tells of."""


@dataclass
class Awarding:
    """The story of a call's awards so far.

    Each proposal for a lot is an award of its own, so that suppliers of different ones are not merged into one; `ids`
    are those of the awards that stand.
    """

    call_id: str
    call: JointCallPublished
    numbers: dict[int, int] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)
    awarded: dict[int, LotAward] = field(default_factory=dict)
    price_changes: dict[int, int] = field(default_factory=dict)

    def tell(self, record: Recorded[Event]) -> Iterator[Json]:
        """The release of an event; none where it changes nothing that is public."""
        match record.event:
            case AwardProposed() as event:
                yield self._proposed(record, event)
            case AwardProposalWithdrawn(lot=lot):
                gone = {"id": self.ids.pop(lot), "status": "cancelled"}
                yield blocks.release(self.call_id, record, ["awardCancellation"], awards=[gone])
            case LotAwarded(award=award):
                yield self._awarded(record, award)
            case LotFailed() as event:
                yield self._failed(record, event)
            case FrameworkConcluded() as event:
                yield self._concluded(record, event)
            case FrameworkPriceChanged() as event:
                yield from self._prices_changed(record, event)

    def _proposed(self, record: Recorded[Event], event: AwardProposed) -> Json:
        supplier = blocks.firm(event.supplier.corporate_number, event.supplier.name_ja, "tenderer")
        award = self._award(event.lot, "pending") | {"suppliers": [blocks.reference(supplier)]}
        return blocks.release(self.call_id, record, ["award"], parties=[supplier], awards=[award])

    def _awarded(self, record: Recorded[Event], award: LotAward) -> Json:
        """The award and, out of it, one contract for each municipality."""
        lot, tag = award.lot, "awardUpdate" if award.lot in self.ids else "award"
        self.awarded[lot] = award
        supplier = blocks.firm(award.supplier.corporate_number, award.supplier.name_ja, "tenderer", "supplier")
        lines = [line for own in award.contracts for line in own.lines]
        firm = {one.code: sum(line.firm for line in lines if line.item == one.code) for one in self._lot(lot).items}
        told = self._award(lot, "active") | {
            "date": blocks.beginning_of(award.awarded_on),
            "value": blocks.yen(sum(own.amount for own in award.contracts)),
            "suppliers": [blocks.reference(supplier)],
            "items": [item_of(lot, one, quantity=firm[one.code]) for one in self._lot(lot).items],
        }
        return blocks.release(
            self.call_id,
            record,
            [tag, "contract"],
            parties=[supplier, *(blocks.municipality(own.municipality, "buyer") for own in award.contracts)],
            tender=self._decided(lot, "complete"),
            awards=[told],
            contracts=[self._contract(lot, own) for own in award.contracts],
        )

    def _failed(self, record: Recorded[Event], event: LotFailed) -> Json:
        award = self._award(event.lot, "unsuccessful") | {"description": event.reason}
        tender = self._decided(event.lot, "unsuccessful")
        return blocks.release(self.call_id, record, ["award"], tender=tender, awards=[award])

    def _concluded(self, record: Recorded[Event], event: FrameworkConcluded) -> Json:
        """From now on the municipalities may call off, within the framework's period."""
        first, last = blocks.beginning_of(event.period.first), blocks.end_of(event.period.last)
        period = {"startDate": first, "endDate": last}
        award = {"id": self.ids[event.lot], "contractPeriod": period}
        contracts = [contract | {"period": period} for contract in self._contracts(event.lot)]
        tags = ["awardUpdate", "contractUpdate"]
        return blocks.release(self.call_id, record, tags, awards=[award], contracts=contracts)

    def _prices_changed(self, record: Recorded[Event], event: FrameworkPriceChanged) -> Iterator[Json]:
        """Why and from which day on; what an order costs then stands in the order."""
        lot = next(one.number for one in self.call.lots if framework_id(self.call_id, one.number) == record.stream)
        number = self.price_changes[lot] = self.price_changes.get(lot, 0) + 1
        amendment = {
            "id": str(number),
            "date": blocks.moment(record.at),
            "rationale": event.change.ground.label_ja,
            "description": f"{event.change.from_day}以降の発注に適用",
            "releaseID": str(record.id),
        }
        contracts = [contract | {"amendments": [amendment]} for contract in self._contracts(lot)]
        if contracts:
            yield blocks.release(self.call_id, record, ["contractAmendment"], contracts=contracts)

    # in short

    def _lot(self, number: int) -> Lot:
        return next(lot for lot in self.call.lots if lot.number == number)

    def _title(self, lot: int) -> str:
        return f"{self.call.title_ja} 第{lot}ロット（{self._lot(lot).name_ja}）"

    def _award(self, lot: int, status: str) -> Json:
        """The award that stands for a lot, or a new one."""
        if lot not in self.ids:
            self.numbers[lot] = self.numbers.get(lot, 0) + 1
            self.ids[lot] = f"{self.call_id}-{lot}-{self.numbers[lot]}"
        return {"id": self.ids[lot], "title": self._title(lot), "status": status, "relatedLots": [str(lot)]}

    def _decided(self, lot: int, status: str) -> Json:
        """What a decision on a lot means for the tender: with the last one it is over."""
        self.statuses[lot] = status
        tender: Json = {"id": self.call_id, "lots": [{"id": str(lot), "status": status}]}
        if len(self.statuses) == len(self.call.lots):
            tender["status"] = "complete" if "complete" in self.statuses.values() else "unsuccessful"
        return tender

    def _contract(self, lot: int, own: MunicipalContract) -> Json:
        """A municipality's own contract; its title and id name the buyer, for which OCDS 1.1 has no field there."""
        items = {one.code: one for one in self._lot(lot).items}
        return self._contract_ids(lot, own) | {
            "title": f"{self._title(lot)} {by_code(own.municipality).name_ja}",
            "status": "active",
            "value": blocks.yen(own.amount),
            "items": [item_of(lot, items[line.item], quantity=line.firm) for line in own.lines],
        }

    def _contracts(self, lot: int) -> list[Json]:
        return [self._contract_ids(lot, own) for own in self.awarded[lot].contracts]

    def _contract_ids(self, lot: int, own: MunicipalContract) -> Json:
        return {"id": f"{self.call_id}-{lot}-{own.municipality}", "awardID": self.ids[lot]}

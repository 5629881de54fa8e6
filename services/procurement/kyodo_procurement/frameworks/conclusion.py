"""What a framework is concluded on: an awarded lot of a joint call, and what the secretariat states besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from kyodo_events.contracts.procurement.calls import Lot, LotAward
from kyodo_events.contracts.procurement.orders import JointQuantity, Period
from kyodo_events.values.money import Share
from kyodo_events.values.texts import Code
from kyodo_events.values.value import Value


class FrameworkTerms(Value):
    """What the secretariat states when it concludes a framework; maxima default to what was contracted."""

    period: Period
    tax_rate: Share
    indexation_cap: Share
    maxima: Mapping[Code, JointQuantity]


@dataclass(frozen=True)
class LotOfCall:
    """A lot of a joint call with its award, if it has one: what a framework is concluded on."""

    call_id: str
    project_id: str
    title_ja: str
    lot: Lot
    award: LotAward | None


def framework_id(call_id: str, lot: int) -> str:
    """The id of the framework on a lot: made of both, so that a lot cannot have two."""
    return str(uuid5(UUID(call_id), str(lot)))


def contracted_of(award: LotAward, item: str) -> int:
    """Firm and optional units of an item in all contracts."""
    return sum(line.firm + line.optional for one in award.contracts for line in one.lines if line.item == item)


def optional_unit_price_of(award: LotAward, item: str) -> int:
    """What all contracts say, for it is the price of the tier that they reached together.

    Where nobody contracted the item, the price of the first tier.
    """
    lines = (line for contract in award.contracts for line in contract.lines if line.item == item)
    quoted = (tier.unit_price for one in award.prices if one.item == item for tier in one.tiers)
    return next((line.optional_unit_price for line in lines), next(quoted, 0))

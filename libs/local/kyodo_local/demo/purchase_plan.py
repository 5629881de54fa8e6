"""What is bought together in the scenario: PCs, from three invented suppliers, on a price grid of three steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kyodo_local.demo import calendar
from kyodo_local.demo.plan import Theme

LOT, ITEM = 1, "notebook_pc"
STEP = 500  # the last price break lies at the next full 500 above what was committed
DELIVERED_TO = 12  # municipalities whose orders are carried to the end
TAX = "1/10"


@dataclass(frozen=True, slots=True)
class Bidder:
    """A supplier: its token's subject, an invented firm, its prices by step of the grid, and what it is worth."""

    subject: str
    name_ja: str
    corporate_number: str
    prices: Sequence[int]
    quality: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """The joint call: who needs how many, the price breaks, and who quotes."""

    quantities: Mapping[str, int]
    breaks: Sequence[int]
    bidders: Sequence[Bidder]

    @property
    def committed(self) -> int:
        """What all commit to before anybody tops up."""
        return sum(self.quantities.values())

    @property
    def missing(self) -> int:
        """What the last price break lacks then."""
        return self.breaks[-1] - self.committed

    @property
    def largest(self) -> str:
        """The municipality that buys most: the one that tops up."""
        return max(self.quantities, key=lambda code: (self.quantities[code], code))

    def call(self, project_id: str) -> dict[str, Any]:
        """The call as the API takes it."""
        expected = (120_000, 112_000, 104_000)
        tiers = [
            {"from_quantity": start, "expected_unit_price": price}
            for start, price in zip(self.breaks, expected, strict=True)
        ]
        item = {"code": ITEM, "name_ja": "ノート型PC", "unit_ja": "台", "tiers": tiers}
        return {
            "project_id": project_id,
            "title_ja": "業務用PCの共同調達",
            "mode": "all_units",
            "lots": [{"number": LOT, "name_ja": "ノート型PC", "items": [item]}],
            "criteria": [
                {"code": "price", "name_ja": "価格", "weight": 60},
                {"code": "quality", "name_ja": "品質・保守", "weight": 40},
            ],
            "commitments_until": calendar.COMMITMENTS_UNTIL.isoformat(),
            "top_up_until": calendar.TOP_UP_UNTIL.isoformat(),
            "questions_until": calendar.QUESTIONS_UNTIL.isoformat(),
            "quotations_until": calendar.QUOTATIONS_UNTIL.isoformat(),
            "standstill_days": 10,
        }

    def quotation(self, bidder: Bidder, call_id: str) -> dict[str, Any]:
        """A supplier's quotation on the buyer's grid, as the API takes it."""
        tiers = [
            {"from_quantity": start, "unit_price": price}
            for start, price in zip(self.breaks, bidder.prices, strict=True)
        ]
        bid = {
            "name_ja": bidder.name_ja,
            "corporate_number": bidder.corporate_number,
            "lots": [{"lot": LOT, "items": [{"item": ITEM, "tiers": tiers}]}],
        }
        return {"call_id": call_id, "kind": "primary", "bid": bid}


def purchase(themes: Sequence[Theme], theme_ja: str) -> Purchase:
    """The purchase of what the survey said is needed of a theme."""
    (theme,) = (theme for theme in themes if theme.name_ja == theme_ja)
    quantities = {a.municipality: a.quantity or 0 for a in theme.answers if a.need == "need"}
    total = sum(quantities.values())
    last = (total // STEP + 1) * STEP
    bidders = (
        _bidder("one", "株式会社サンプル一", 1, (118_000, 110_000, 99_800), 70),
        _bidder("two", "株式会社サンプル二", 2, (116_000, 111_000, 101_000), 85),
        _bidder("three", "サンプル三有限会社", 3, (121_000, 109_000, 104_500), 60),
    )
    return Purchase(quantities, (1, last // 4, last), bidders)


def _bidder(name: str, name_ja: str, number: int, prices: Sequence[int], quality: int) -> Bidder:
    return Bidder(f"supplier-{name}", name_ja, _corporate_number(f"{number:012}"), prices, quality)


def _corporate_number(base: str) -> str:
    """A number with the right check digit that no firm has: no register office gives numbers that begin so."""
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(base)))
    return f"{9 - weighted % 9}{base}"

"""What a quotation says, and what it is stored as until it is opened."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.procurement.calls import ItemPrices, LotNumber, Supplier
from kyodo_events.values.texts import CorporateNumber, Line, Text
from kyodo_events.values.value import Value


class QuotationKind(StrEnum):
    """Whether a quotation prices the buyer's grid or the supplier's own."""

    PRIMARY = "primary"
    ALTERNATIVE = "alternative"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"primary": "主提案", "alternative": "代替提案"}[self.value]


class LotPrices(Value):
    """A supplier's prices of all items of one lot, in yen a unit."""

    lot: LotNumber
    items: Annotated[tuple[ItemPrices, ...], Field(min_length=1, max_length=50)]


class Bid(Value):
    """What a supplier hands in: the firm that it speaks for, its prices lot by lot, and remarks."""

    name_ja: Line = Field(description="Name of the firm.")
    corporate_number: CorporateNumber
    lots: Annotated[tuple[LotPrices, ...], Field(min_length=1, max_length=99)]
    remarks: Text = ""

    def prices_of(self, lot: int) -> tuple[ItemPrices, ...]:
        """The prices of a lot's items; none where the supplier does not bid for it."""
        return next((prices.items for prices in self.lots if prices.lot == lot), ())

    def supplier(self, subject: str) -> Supplier:
        """The firm as awards and contracts name it."""
        return Supplier(id=subject, name_ja=self.name_ja, corporate_number=self.corporate_number)


class Opener(Value):
    """Somebody who may open quotations: the public half of a key whose private half comes from a code that only
    this person knows. `salt` and `public_key` are base64."""

    subject: str
    salt: str
    public_key: str


class Wrap(Value):
    """The key of a quotation, locked with the keys of two openers together. Texts are base64."""

    first: str
    second: str
    nonce: str
    key: str


class Sealed(Value):
    """An encrypted quotation. Any two of the openers named in `wraps` can open it, nobody alone. Texts are base64."""

    ephemeral_key: str
    nonce: str
    ciphertext: str
    wraps: tuple[Wrap, ...]

    @property
    def openers(self) -> frozenset[str]:
        """Any two of these can open it."""
        return frozenset(subject for wrap in self.wraps for subject in (wrap.first, wrap.second))

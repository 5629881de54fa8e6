"""For whom devices are reserved, and how far a reservation has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id
from kyodo_events.values.value import Value

DocumentNumber = Annotated[
    str,
    Field(
        pattern="^[0-9A-Z第号./-]{1,40}$",
        examples=["第5-123号"],
        description="The number under which the paper is filed. Only its signs are taken: no name gets in.",
    ),
]


class ReservationStatus(StrEnum):
    """How far a reservation has come."""

    RESERVED = "reserved"
    LENT = "lent"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"reserved": "予約中", "lent": "貸出中", "ended": "終了", "cancelled": "取消し"}[self.value]


class Resident(Value):
    """A resident who borrows, under an id made by us: the consent on record, and who it is, if told, sealed.

    The id is made for one loan. It says nothing of the resident, and two loans cannot be told to be of the same.
    """

    borrower_id: Id
    consented_on: Day
    consent_reference: DocumentNumber
    sealed: dict[Code, Sealed]

"""What municipalities paid on their statements, and what was refunded to them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.cost_ledger.statements import STATEMENTS, StatementId
from kyodo_events.event import Event
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Line

PaymentNumber = Annotated[int, Field(ge=1, le=9_999, description="Counts the payments of a statement from 1.")]


class PaymentRecorded(
    Event,
    type="kyodo.cost-ledger.payment-recorded",
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}の負担金の収納を記録した",
):
    """Money came in for a statement; a negative amount was refunded for one whose total is a credit."""

    statement_id: StatementId
    municipality: MunicipalityCode
    payment: PaymentNumber
    amount: Yen
    paid_on: Day
    reference: Line = Field(description="What the bank's note calls it; the same one is recorded once.")
    paid: Yen = Field(description="All that was paid on the statement so far, this included.")


class PaymentTakenBack(
    Event,
    type="kyodo.cost-ledger.payment-taken-back",
    topic=STATEMENTS,
    key="municipality",
    words="{municipality}の負担金の収納記録を取り消した",
):
    """A payment that was entered by mistake is undone by a counter-entry, once."""

    statement_id: StatementId
    municipality: MunicipalityCode
    payment: PaymentNumber
    amount: Yen = Field(description="The amount that was recorded.")
    paid_on: Day
    reason: Line
    paid: Yen = Field(description="All that was paid on the statement so far, without this one.")

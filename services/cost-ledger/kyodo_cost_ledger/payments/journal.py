"""Payments in the journal: what a municipality paid stands against its charges, with the bank on the other side.

They are in a book of their own, which no charge is in, so that balances of charges never count them.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import period_of
from kyodo_cost_ledger.periods.views import standing_calendar
from kyodo_cost_ledger.statements.model import Statement
from kyodo_events.database import Transaction
from kyodo_events.event import new_uuid
from kyodo_events.values.fiscal import Month

PAYMENT: Final = "payment"
"""The book of payments, and the item of its lines."""

BANK: Final = "bank"
"""The party on the other side of a payment."""

_POST = """
INSERT INTO posting (posting_id, posted_at, project_id, book, reason, cause)
SELECT $1, $2, '', $3, $4, e.id FROM event e WHERE e.category = $5 AND e.stream = $6 AND e.version = $7
"""
_LINES = """
INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)
SELECT t.party, '', $2, $2, $3, $1, $4, t.amount, $5 FROM unnest($6::text[], $7::bigint[]) AS t (party, amount)
"""


async def post_payment(tx: Transaction, statement: Statement, amount: int, day: date, *, reason: str) -> None:
    """Post an amount that was paid on a statement, or below zero one that went back; its last event is the cause.

    Like every posting it shares the books' lock, so that the month it is booked in does not close meanwhile.
    """
    await lock_projects(tx, alone=(), shared=())
    calendar, now = await standing_calendar(tx)
    month, posting_id = Month.containing(day), new_uuid()
    await tx.run(_POST, posting_id, now, PAYMENT, reason, statement.category, statement.id, statement.version)
    parties, amounts = [statement.document.municipality, BANK], [-amount, amount]
    await tx.run(_LINES, posting_id, PAYMENT, month, period_of(month, True, calendar), now, parties, amounts)

"""The seal of a statement's period, where it has one."""

from __future__ import annotations

from kyodo_cost_ledger.statements.file import SealProof
from kyodo_events.database import Transaction


async def proof_of(tx: Transaction, period: str | None) -> SealProof | None:
    """What the seal of a period covers; None while it is not sealed."""
    return None

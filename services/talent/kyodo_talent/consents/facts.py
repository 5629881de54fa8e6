"""Whether a municipality may know who an expert is."""

from __future__ import annotations

from datetime import date

from kyodo_events.database import Transaction
from kyodo_events.errors import require
from kyodo_talent.consents.model import NoConsent, Purpose
from kyodo_talent.consents.views import in_force


async def has_consent(tx: Transaction, expert_id: str, municipality: str, purpose: Purpose, today: date) -> bool:
    """Whether a consent is in force today."""
    return await tx.row(in_force(expert_id, municipality, purpose, today)) is not None


async def require_consent(tx: Transaction, expert_id: str, municipality: str, purpose: Purpose, today: date) -> None:
    """Raises NoConsent."""
    there = await has_consent(tx, expert_id, municipality, purpose, today)
    require(there, NoConsent(municipality=municipality, purpose=purpose.value))

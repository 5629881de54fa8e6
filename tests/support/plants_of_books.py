"""Planted bugs of the books (G5): each breaks one promise, so that a test can show that its check would notice.

They are patched in by tests, never switched on in the product.
"""

from __future__ import annotations

from typing import Any

import pytest

from kyodo_cost_ledger.charges import booking, model
from kyodo_cost_ledger.periods import model as periods


def book_in_the_own_month(patch: pytest.MonkeyPatch) -> None:
    """What comes late is booked in its own month, closed or not."""
    patch.setattr(model, "period_of", lambda month, _claimed, _calendar: month)


def settle_new_claims_too(patch: pytest.MonkeyPatch) -> None:
    """The settlement period takes everything of its year, not changes of existing claims only."""
    patch.setattr(model, "claimed_in_its_year", lambda _month, _claim: True)


def undo_corrections(patch: pytest.MonkeyPatch) -> None:
    """Booking knows terms and usage alone: the next fact takes a manual correction back."""

    async def nothing(*_: Any) -> dict[Any, int]:
        return {}

    patch.setattr(booking, "corrected_by", nothing)


def post_to_lines_in_dispute(patch: pytest.MonkeyPatch) -> None:
    """Booking does not know which lines stand still."""

    async def nothing(*_: Any) -> set[Any]:
        return set()

    patch.setattr(booking, "frozen_cells", nothing)


def seal_without_the_seal_before(patch: pytest.MonkeyPatch) -> None:
    """A seal covers its own period only: whoever rewrites one needs to rewrite no other."""
    patch.setattr(periods, "seal_of", lambda _previous, period, statements: seal_of(None, period, statements))


seal_of = periods.seal_of

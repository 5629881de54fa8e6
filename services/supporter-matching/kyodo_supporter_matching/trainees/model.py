"""Temporary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kyodo_events.aggregate import Aggregate


@dataclass(frozen=True)
class Trainee(Aggregate, category="trainee"):
    """A training record."""

    certified_until: date | None = date(2030, 1, 1)

    def certified_on(self, day: date) -> bool:
        """Whether the certificate is valid on a day."""
        return self.certified_until is not None and day <= self.certified_until

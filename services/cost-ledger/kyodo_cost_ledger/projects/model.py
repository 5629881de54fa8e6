"""A project as the ledger knows it. Charges are a pure function of this and of the usage, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self
from uuid import UUID

from kyodo_events.contracts.burden_terms import BurdenTerms, MeterPrice
from kyodo_events.values.fiscal import Month


@dataclass(frozen=True)
class ParticipationChange:
    """From a month on, a municipality takes part, or no longer does.

    `version` is the place in the project's own stream: of changes that speak of one month the later decided
    one counts, whichever arrived first.
    """

    version: int
    municipality: str
    takes_part: bool
    from_month: Month


@dataclass(frozen=True)
class TermsVersion:
    """One version of a project's burden terms (費用負担条件) that entered into force, with its proof."""

    version: int
    terms: BurdenTerms
    terms_id: str
    terms_hash: str
    event_id: UUID

    @cached_property
    def prices(self) -> dict[str, MeterPrice]:
        """The priced meters, by code."""
        return {price.meter: price for price in self.terms.usage}


@dataclass(frozen=True)
class Project:
    """All that is known of one project's membership and terms."""

    id: str
    started: bool = False
    participation: tuple[ParticipationChange, ...] = ()
    terms: tuple[TermsVersion, ...] = ()

    @classmethod
    def unknown(cls, project_id: str) -> Self:
        """A project nothing is known of yet; its usage may have arrived first."""
        return cls(project_id)

    @cached_property
    def _by_municipality(self) -> dict[str, list[ParticipationChange]]:
        changes: dict[str, list[ParticipationChange]] = {}
        for change in sorted(self.participation, key=lambda c: c.version, reverse=True):
            changes.setdefault(change.municipality, []).append(change)
        return changes

    def takes_part(self, municipality: str, month: Month) -> bool:
        """Whether the municipality is a participant in that month."""
        newest_first = self._by_municipality.get(municipality, ())
        return next((c.takes_part for c in newest_first if c.from_month <= month), False)

    def participants(self, month: Month) -> tuple[str, ...]:
        """The codes of the month's participants, in their order."""
        return tuple(code for code in sorted(self._by_municipality) if self.takes_part(code, month))

    def terms_in_force(self, month: Month) -> TermsVersion | None:
        """The newest version of the month's fiscal year whose first month has come; None where there is none."""
        effective = (
            version
            for version in self.terms
            if version.terms.fiscal_year == month.fiscal_year and version.terms.effective_from <= month
        )
        return max(effective, key=lambda version: version.version, default=None)

"""A joint need: found by the secretariat in consultations or in requests that nobody could meet, and published.

Procurement takes it up as a theme or sets it aside; here it only happens once for each source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.talent_needs import FoundIn, JointNeedFound
from kyodo_events.errors import Refused, require

MUNICIPALITIES_FOR_JOINT_NEED: Final = 2
"""As with themes: taken up where two or more municipalities need it."""


class TooFewMunicipalities(Refused):
    status, type = 409, "joint-need-too-few"
    title = "A joint need is that of two or more municipalities (2団体以上が必要)"
    detail = "Of '{matter}', {municipalities} municipality has a source that is not part of a joint need yet."
    remedy = "See the candidates for what several municipalities have in common; give like questions the same matter."


class Source(NamedTuple):
    """A consultation or a request, and whose it is."""

    id: str
    municipality: str


@dataclass(frozen=True)
class JointNeed(Aggregate, category="joint-need"):
    """One joint need."""

    title_ja: str = ""
    municipalities: tuple[str, ...] = ()

    def find(self, title_ja: str, purpose_ja: str, found_in: FoundIn, matter: str, sources: Sequence[Source]) -> Events:
        """The secretariat words what these sources, none of them part of a joint need yet, have in common."""
        municipalities = tuple(sorted({source.municipality for source in sources}))
        enough = len(municipalities) >= MUNICIPALITIES_FOR_JOINT_NEED
        require(enough, TooFewMunicipalities(matter=matter, municipalities=len(municipalities)))
        yield JointNeedFound(
            title_ja=title_ja,
            purpose_ja=purpose_ja,
            found_in=found_in,
            matter=matter,
            municipalities=municipalities,
            sources=tuple(source.id for source in sources),
        )

    @evolve
    def found(self, event: JointNeedFound) -> Self:
        return replace(self, title_ja=event.title_ja, municipalities=event.municipalities)

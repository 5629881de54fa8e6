"""Where an evaluation stands: each lot on its way to an award, with the objections to it."""

from __future__ import annotations

from dataclasses import dataclass

from kyodo_events.contracts.procurement.calls import LotAward
from kyodo_procurement.evaluations.events import AwardProposed
from kyodo_procurement.evaluations.values import LotStatus


@dataclass(frozen=True)
class Course:
    """The way of one lot. `proposal` stands while one is proposed or awarded, `award` once it is awarded."""

    lot: int
    status: LotStatus = LotStatus.OPEN
    proposal: AwardProposed | None = None
    award: LotAward | None = None


@dataclass(frozen=True)
class Objection:
    """A supplier's objection to a proposal, answered or not."""

    lot: int
    supplier: str
    answered: bool = False

"""Which usage waits for its price, and where all accepted usage ended up."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow, readers
from kyodo_cost_ledger.usage.model import REASONS_JA, Outcome, Reason
from kyodo_cost_ledger.usage.views import usage_cell, usage_outcomes, waiting_usage
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import COUNT
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["usage"])


class WaitingUsage(PartyRow):
    """Usage that is recorded and not charged yet."""

    project_id: str
    project_ja: str | None = None
    meter: str
    meter_ja: str | None = None
    month: Month = Field(description="The month it was used in.")
    quantity: int
    records: int = Field(description="Number of records behind the quantity, corrections among them.")
    reason: Reason
    reason_ja: str = ""

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.reason_ja = REASONS_JA[self.reason]


class UsageOutcome(PartyRow):
    """How many records of a municipality ended up in one way."""

    outcome: Outcome
    records: int


class UsageOutcomes(Answer):
    """Where all accepted usage ended up: every record is counted exactly once."""

    items: list[UsageOutcome]


@router.get("/waiting-usage", allow=readers)
async def waiting(reader: Reader, page: PageQuery) -> Page[WaitingUsage]:
    """The usage that waits, and why; it is charged by itself as soon as the reason is gone."""
    key = (usage_cell.c.municipality, usage_cell.c.project_id, usage_cell.c.meter, usage_cell.c.month)
    return await reader.page(WaitingUsage, waiting_usage(), page, by=key)


@router.get("/usage-outcomes", allow=readers)
async def outcomes(reader: Reader) -> UsageOutcomes:
    """How many usage records are charged, free by the terms, or waiting, by municipality."""
    items = await reader.all(UsageOutcome, usage_outcomes(), at_most=COUNT * len(Outcome))
    return UsageOutcomes(items=items)

"""Which usage waits for its price, the records behind it, and where all accepted usage ended up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow, party_ja, readers
from kyodo_cost_ledger.usage.model import REASONS_JA, Reason
from kyodo_cost_ledger.usage.outcomes import usage_counts
from kyodo_cost_ledger.usage.records import RECORD_KEY, records
from kyodo_cost_ledger.usage.views import usage_cell, waiting_usage
from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import COUNT, MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router

MAX_SOURCES = 10  # services that publish usage

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


class UsageRecord(PartyRow):
    """One record behind a cell of usage: what was used, a correction, or a cancellation."""

    project_id: str
    meter: str
    month: Month
    event_id: UUID = Field(description="The event's id, the same in the service that published it and in Kafka.")
    record: str = Field(description="The operator's own identification of the record.")
    used_on: date
    quantity: int = Field(
        description="What the record adds; a correction adds its difference, a cancellation takes away."
    )
    type: str = Field(description="The event's type.")
    source: str = Field(description="The service that published it.")
    position: int | None = Field(description="Its place among all events of that service.")
    topic: str | None = Field(description="Where it stood in Kafka; null for what came before that was written down.")
    partition: int | None
    offset: int | None
    received_at: datetime = Field(description="When the ledger took it.")


class UsageOutcomes(Answer):
    """What became of the records that one service published about one municipality."""

    source: str = Field(description="The service that published them.")
    municipality: MunicipalityCode | None = Field(description="Null for letters whose key names none.")
    municipality_ja: str = ""
    received: int = Field(description="All that came: the sum of the four below.")
    charged: int
    free: int = Field(description="Priced at 0 yen by the terms.")
    waiting: int = Field(description="Charged by themselves when their reason is gone: see /v1/waiting-usage.")
    quarantined: int = Field(description="Want a decision, or had one: see /v1/quarantine.")
    letters: int = Field(description="Of the quarantined, dead letters: records that could have no effect at all.")
    dismissed: int = Field(description="Of the quarantined, those that were dismissed with a reason.")

    def model_post_init(self, context: object) -> None:
        self.municipality_ja = party_ja(self.municipality) if self.municipality else ""


class AllUsageOutcomes(Answer):
    """Where all usage ended up, by publishing service and municipality: every record is counted exactly once."""

    items: list[UsageOutcomes]


@router.get("/waiting-usage", allow=readers)
async def waiting(
    reader: Reader,
    page: PageQuery,
    reason: Annotated[Reason | None, Query(description="Only what waits for this reason.")] = None,
) -> Page[WaitingUsage]:
    """The usage that waits, and why; it is charged by itself as soon as the reason is gone."""
    key = (usage_cell.c.municipality, usage_cell.c.project_id, usage_cell.c.meter, usage_cell.c.month)
    return await reader.page(WaitingUsage, waiting_usage(reason), page, by=key)


@router.get("/usage-records", allow=readers)
async def usage_records(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    project_id: Annotated[Id | None, Query(description="Only this project.")] = None,
    meter: Annotated[MeterCode | None, Query(description="Only this meter.")] = None,
    month: Annotated[Month | None, Query(description="Only what was used in this month.")] = None,
) -> Page[UsageRecord]:
    """The records behind usage, whatever became of it, each with its event; all four filters name one cell."""
    wanted = {"municipality": municipality, "project_id": project_id, "meter": meter, "month": month}
    return await reader.page(UsageRecord, records(wanted), page, by=RECORD_KEY)


@router.get("/usage-outcomes", allow=readers)
async def outcomes(reader: Reader) -> AllUsageOutcomes:
    """How many records are charged, free by the terms, waiting or quarantined, by source and municipality."""
    items = await reader.all(UsageOutcomes, usage_counts(), at_most=(COUNT + 1) * MAX_SOURCES)
    return AllUsageOutcomes(items=items)

"""The calendar of all calls over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_events.values.texts import Day
from kyodo_platform.identity.policies import public
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_procurement.calls import queries
from kyodo_procurement.calls.schemas import CalendarRow

router = Router(prefix="/v1/calls-calendar", tags=["calls"])


@router.get("", allow=public)
async def list_deadlines(
    reader: Reader,
    page: PageQuery,
    first: Annotated[Day | None, Query(alias="from", description="First day.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Last day, included.")] = None,
) -> Page[CalendarRow]:
    """Every deadline of the published calls by day: commitments, top-up, questions, quotations."""
    query = queries.calendar(first, last)
    days = query.selected_columns
    return await reader.page(CalendarRow, query, page, by=[days.day, days.call_id, days.deadline])

"""Metered use over HTTP: reported in batches, corrected record by record, read as records and as sums."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import Request, Response

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.meter_months.views import is_closed
from kyodo_procurement.usage import sums, views
from kyodo_procurement.usage.access import only_operated, readers, reporters
from kyodo_procurement.usage.intake import take_report
from kyodo_procurement.usage.model import UsageRecord, stream_of
from kyodo_procurement.usage.refusals import MonthIsClosed, RecordIsCancelled, UnknownMediaType
from kyodo_procurement.usage.reports import read_report
from kyodo_procurement.usage.schemas import (
    CancellationIn,
    CorrectionIn,
    UsageRecordOut,
    UsageReportOut,
    UsageRow,
    report_body,
)

router = Router(prefix="/v1", tags=["usage"])

SumSort = Annotated[Sort, sort_by(sums.used.c.month, sums.used.c.meter, sums.used.c.quantity, unique=sums.KEY)]
RecordSort = Annotated[
    Sort, sort_by(views.usage_record.c.used_on, views.usage_record.c.quantity, unique=[views.usage_record.c.id])
]


@router.post(
    "/usage",
    allow=reporters,
    acts_for_all=True,
    raises=[UnknownMediaType],
    response_model=UsageReportOut,
    responses={
        201: {"description": "All records stand: new, or known already with the same content."},
        207: {"description": "Some records were not taken; see the result of each.", "model": UsageReportOut},
    },
    openapi_extra=report_body(),
)
async def report_usage(request: Request, commands: Commands, reader: Reader) -> Response:
    """Report what the meters of your offerings counted, up to 1,000 records; repeating a record is harmless.

    Each record is taken or refused by itself. Send plain JSON for one offering, or a batch of CloudEvents of the type
    `kyodo.usage.v1`, of which `id` is the record and `subject` the municipality.
    """
    entries = read_report(request.headers.get("content-type", ""), await request.body())
    report = await take_report(entries, commands, reader.tx)
    status = 207 if report["conflicts"] or report["refused"] else 201
    return Response(orjson.dumps(report), status, media_type="application/json")


@router.get("/usage", allow=readers)
async def list_usage(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    sort: SumSort,
    project_id: Id | None = None,
    offering_id: Id | None = None,
    municipality: MunicipalityCode | None = None,
    month: Month | None = None,
    meter: MeterCode | None = None,
) -> Page[UsageRow]:
    """Use by municipality, offering, month and meter: all of it for Tokyo, your own for others."""
    wanted = {"project_id": project_id, "offering_id": offering_id, "month": month, "meter": meter}
    query = sums.usage_by(operator=only_operated(commands.identity), municipality=municipality, **wanted)
    return await reader.page(UsageRow, query, page, by=sort)


@router.get("/usage-records", allow=readers)
async def list_records(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    sort: RecordSort,
    offering_id: Id | None = None,
    municipality: MunicipalityCode | None = None,
    month: Month | None = None,
    meter: MeterCode | None = None,
) -> Page[UsageRecordOut]:
    """Records in the order in which they were reported: all of them for Tokyo, your own for others."""
    query = views.records_by(
        operator=only_operated(commands.identity),
        offering_id=offering_id,
        municipality=municipality,
        month=month,
        meter=meter,
    )
    return await reader.page(UsageRecordOut, query, page, by=sort)


@router.get("/usage-records/{record_id}", allow=readers)
async def read_record(record_id: Id, reader: Reader, commands: Commands) -> UsageRecordOut:
    """One record as it stands after its corrections."""
    return await _record(record_id, reader, commands)


@router.get("/usage-records/{record_id}/history", allow=readers)
async def read_record_history(record_id: Id, reader: Reader, commands: Commands, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a record, in words."""
    record = await _record(record_id, reader, commands)
    return await reader.history(UsageRecord, stream_of(record.offering_id, record.record), page)


@router.put(
    "/usage-records/{record_id}/correction",
    allow=reporters,
    acts_for_all=True,
    raises=[NotFound, RecordIsCancelled, MonthIsClosed],
)
async def correct_record(record_id: Id, body: CorrectionIn, commands: Commands, reader: Reader) -> UsageRecordOut:
    """Correct a record's quantity, with the reason; as often as needed."""
    record = await _record(record_id, reader, commands)
    closed = await _has_become_a_figure(record, reader)
    stream = stream_of(record.offering_id, record.record)
    await commands.on(UsageRecord, stream, lambda r: r.correct(body.quantity, body.reason, month_closed=closed))
    return await _record(record_id, reader, commands)


@router.put(
    "/usage-records/{record_id}/cancellation",
    allow=reporters,
    acts_for_all=True,
    raises=[NotFound, RecordIsCancelled, MonthIsClosed],
)
async def cancel_record(record_id: Id, body: CancellationIn, commands: Commands, reader: Reader) -> UsageRecordOut:
    """Cancel a record, with the reason: it counts no longer, and its id is not used again."""
    record = await _record(record_id, reader, commands)
    closed = await _has_become_a_figure(record, reader)
    stream = stream_of(record.offering_id, record.record)
    await commands.on(UsageRecord, stream, lambda r: r.cancel(body.reason, month_closed=closed))
    return await _record(record_id, reader, commands)


async def _record(record_id: str, reader: ReadSession, commands: CommandBus) -> UsageRecordOut:
    query = views.record_of(record_id, only_operated(commands.identity))
    return await reader.one(UsageRecordOut, query, what="usage record", id=record_id)


async def _has_become_a_figure(record: UsageRecordOut, reader: ReadSession) -> bool:
    """Whether it is a reading of a month that is closed."""
    return bool(record.aggregation) and await is_closed(reader.tx, record.offering_id, Month.containing(record.used_on))

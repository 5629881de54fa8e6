"""Exports over HTTP: whole, streamed, of one moment. A municipality exports its own, Tokyo's overseers all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Query

from kyodo_cost_ledger.exports import hledger
from kyodo_cost_ledger.exports.focus import COLUMNS, focus_row
from kyodo_cost_ledger.exports.lines import (
    allocated,
    balances_by_period,
    journal_accounts,
    journal_lines,
    year_of_charges,
)
from kyodo_cost_ledger.parties import party_ja, readers
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.csv_answers import csv_chunks
from kyodo_platform.routing import Router
from kyodo_platform.streams import CsvStream, Streams, StreamSession, TextStream

router = Router(prefix="/v1/exports", tags=["exports"])

OfMunicipality = Annotated[
    MunicipalityCode | None, Query(description="Only this one; a municipality's people get their own in any case.")
]

CHARGES_JA = {
    "municipality": "団体コード",
    "municipality_ja": "団体",
    "project_id": "事業ID",
    "project_ja": "協働事業",
    "book_ja": "会計区分",
    "item_ja": "内訳",
    "month": "年月",
    "amount": "金額（円）",
}


@router.get("/focus/{fiscal_year}", allow=readers, response_class=CsvStream)
async def export_focus(fiscal_year: FiscalYear, streams: Streams, municipality: OfMunicipality = None) -> CsvStream:
    """What each party bears of a fiscal year's cost in the columns of FOCUS 1.2 (CSV), by accounting period.

    The lines of a project sum to what the journal says it cost.
    """

    async def body() -> AsyncGenerator[str, None]:
        async with streams.snapshot() as snapshot:
            rows = (focus_row(charge) async for charge in snapshot.stream(allocated(fiscal_year, municipality)))
            async for text in csv_chunks(rows, {name: name for name in COLUMNS}, mark=False):
                yield text

    return CsvStream(body(), f"focus-{int(fiscal_year)}.csv")


@router.get("/charges/{fiscal_year}", allow=readers, response_class=CsvStream)
async def export_charges(fiscal_year: FiscalYear, streams: Streams, municipality: OfMunicipality = None) -> CsvStream:
    """All charges of a fiscal year, municipalities × projects, as one CSV for a spreadsheet."""

    async def body() -> AsyncGenerator[str, None]:
        async with streams.snapshot() as snapshot:
            charged = snapshot.stream(year_of_charges(fiscal_year, municipality))
            rows = ({**row, "municipality_ja": party_ja(row["municipality"])} async for row in charged)
            async for text in csv_chunks(rows, CHARGES_JA):
                yield text

    return CsvStream(body(), f"負担額-{int(fiscal_year)}年度.csv")


@router.get("/hledger", allow=readers, response_class=TextStream)
async def export_hledger(
    streams: Streams,
    fiscal_year: Annotated[FiscalYear | None, Query(description="The whole journal where left out.")] = None,
    municipality: OfMunicipality = None,
) -> TextStream:
    """The journal, whole or of a fiscal year's accounting periods, as text for hledger; `hledger check --strict` it.

    Accounts by municipality, project, book and item; every posting with its id; what each municipality owes is asserted
    at the end of each month.
    """
    name = f"kyodo-{int(fiscal_year)}.journal" if fiscal_year else "kyodo.journal"
    return TextStream(_journal(streams, fiscal_year, municipality), name)


async def _journal(
    streams: StreamSession, year: FiscalYear | None, municipality: str | None
) -> AsyncGenerator[str, None]:
    async with streams.snapshot() as snapshot:
        balances = hledger.by_period(await snapshot.rows(balances_by_period(municipality)))
        journal = hledger.Journal(
            accounts=await snapshot.rows(journal_accounts(year, municipality)),
            balances=balances,
            year=year,
            only=municipality or streams.only,
            before=hledger.before(year, balances) if year else {},
        )
        async for text in journal.text(snapshot.stream(journal_lines(year, municipality))):
            yield text

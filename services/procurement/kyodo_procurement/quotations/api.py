"""Quotations over HTTP: suppliers hand them in, nobody reads them before the opening."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field

from kyodo_events.errors import NotFound, require
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen, QuotationsEnded
from kyodo_procurement.openings.model import NoOpeners, Opening, OpeningUnderWay, TooManyQuotations
from kyodo_procurement.quotations import views
from kyodo_procurement.quotations.grid import OffTheGrid, check_bid
from kyodo_procurement.quotations.model import (
    PrimaryMissing,
    Quotation,
    QuotationStatus,
    QuotationThere,
    TooManySubmissions,
    quotation_id_of,
    require_primary,
    require_taken,
)
from kyodo_procurement.quotations.sealing import seal
from kyodo_procurement.quotations.values import Bid, QuotationKind, Sealed

router = Router(prefix="/v1/quotations", tags=["quotations"])

supplier = role(Role.SUPPLIER)
GOVERNMENTS = frozenset({Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER})
readers = role(Role.SUPPLIER, *GOVERNMENTS)
HANDING_IN = [
    NotFound,
    CallNotOpen,
    QuotationsEnded,
    NoOpeners,
    OpeningUnderWay,
    TooManyQuotations,
    OffTheGrid,
    TooManySubmissions,
    PrimaryMissing,
]
QuotationSort = Annotated[
    Sort,
    sort_by(views.quotation.c.received_at, views.quotation.c.kind, unique=[views.quotation.c.id]),
]


class QuotationIn(Body):
    """A quotation to a call: a primary one on the buyer's price breaks, or an alternative on the supplier's own."""

    call_id: Id
    kind: QuotationKind
    bid: Bid


class ReceiptOut(Resource):
    """What a supplier gets for a quotation: proof that exactly this arrived, and when."""

    id: str
    call_id: str
    kind: QuotationKind
    status: QuotationStatus
    received_at: datetime
    sealed_hash: str = Field(description="SHA-256 of the canonical JSON of the sealed quotation as it is stored.")


class QuotationOut(ReceiptOut):
    """A quotation; what it says is null until it is opened, for its supplier too."""

    id: str = Field(title="見積ID")
    call_id: str = Field(title="調達ID")
    kind: QuotationKind = Field(title="種別")
    status: QuotationStatus = Field(title="状態")
    received_at: datetime = Field(title="受付日時")
    name_ja: str | None = Field(title="事業者名")
    corporate_number: str | None = Field(title="法人番号")
    bid: Bid | None = Field(title="見積内容")


@router.post("", allow=supplier, raises=[QuotationThere, *HANDING_IN])
async def hand_in(body: QuotationIn, commands: Commands) -> ReceiptOut:
    """Hand in a quotation. It is encrypted at once; from then on nobody can read it before the opening."""
    call, me = await commands.read(Call, body.call_id), commands.identity.subject
    quotation_id = quotation_id_of(call.id, me, body.kind)
    before = await commands.read_or_new(Quotation, quotation_id)
    require(not before.version, QuotationThere(kind=body.kind, quotation_id=quotation_id))
    sealed = await _sealed(commands, call, quotation_id, body.kind, body.bid)
    quotation = await commands.create(
        Quotation,
        lambda quotation: quotation.submit(call, me, body.kind, sealed, now=commands.now, today=commands.today),
        id=quotation_id,
    )
    await _count(commands, quotation)
    return ReceiptOut.of(quotation)


@router.put("/{quotation_id}", allow=supplier, raises=HANDING_IN)
async def replace_quotation(quotation_id: Id, body: Bid, commands: Commands) -> ReceiptOut:
    """Put another quotation in the place of yours, until the deadline; only the last one is ever opened."""
    before = await _own(commands, quotation_id)
    call, kind = await commands.read(Call, before.call_id), before.kind
    sealed = await _sealed(commands, call, quotation_id, kind, body)
    quotation = await commands.on(
        Quotation,
        quotation_id,
        lambda quotation: quotation.submit(call, before.supplier, kind, sealed, now=commands.now, today=commands.today),
    )
    await _count(commands, quotation)
    return ReceiptOut.of(quotation)


@router.delete(
    "/{quotation_id}", allow=supplier, raises=[CallNotOpen, QuotationsEnded, OpeningUnderWay, PrimaryMissing]
)
async def withdraw_quotation(quotation_id: Id, commands: Commands) -> ReceiptOut:
    """Take your quotation back, until the deadline; it is never opened then."""
    call = await commands.read(Call, (await _own(commands, quotation_id)).call_id)
    quotation = await commands.on(Quotation, quotation_id, lambda quotation: quotation.withdraw(call, commands.today))
    await _count(commands, quotation)
    return ReceiptOut.of(quotation)


@router.get("", allow=readers)
async def list_quotations(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    sort: QuotationSort,
    call_id: Id | None = None,
    status: QuotationStatus | None = None,
    kind: QuotationKind | None = None,
) -> Page[QuotationOut]:
    """Opened quotations for governments; for a supplier its own, opened or not."""
    query = views.quotations_by(_visible(commands), call_id, status, kind)
    return await reader.page(QuotationOut, query, page, by=sort)


@router.get("/{quotation_id}", allow=readers)
async def read_quotation(quotation_id: Id, commands: Commands, reader: Reader) -> QuotationOut:
    """One quotation: for governments once it is opened, for its supplier always."""
    query = views.quotation_of(_visible(commands), quotation_id)
    return await reader.one(QuotationOut, query, what="quotation", id=quotation_id)


@router.get("/{quotation_id}/history", allow=readers)
async def quotation_history(quotation_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a quotation, in words, for those who may see it."""
    await read_quotation(quotation_id, commands, reader)
    return await reader.history(Quotation, quotation_id, page)


def _visible(commands: Commands) -> sa.Select[Any]:
    governs = commands.identity.roles & GOVERNMENTS
    return views.visible_to(None if governs else commands.identity.subject)


async def _own(commands: Commands, quotation_id: str) -> Quotation:
    """The caller's own quotation. Raises NotFound for another supplier's: that there is one is a secret too."""
    quotation = await commands.read(Quotation, quotation_id)
    require(quotation.supplier == commands.identity.subject, NotFound(what="quotation", id=quotation_id))
    return quotation


async def _sealed(commands: Commands, call: Call, quotation_id: str, kind: QuotationKind, bid: Bid) -> Sealed:
    """The bid, checked and encrypted: from here on nothing that is written can be read."""
    require_taken(call, commands.today)
    openers = (await commands.read_or_new(Opening, call.id)).sealed_for()
    check_bid(call.lots, kind, bid)
    return seal(bid, call_id=call.id, quotation_id=quotation_id, openers=openers)


async def _count(commands: Commands, quotation: Quotation) -> None:
    """Tell the opening what lies there now. Raises PrimaryMissing.

    Whether an alternative has its primary is looked at last: both quotations of a supplier touch the opening's stream,
    so that no other request slips in between.
    """
    openers = quotation.sealed.openers if quotation.sealed and quotation.is_live else None
    await commands.on(
        Opening,
        quotation.call_id,
        lambda opening: opening.retract(quotation.id) if openers is None else opening.lodge(quotation.id, openers),
    )
    primary, alternative = [
        await commands.read_or_new(Quotation, quotation_id_of(quotation.call_id, quotation.supplier, kind))
        for kind in (QuotationKind.PRIMARY, QuotationKind.ALTERNATIVE)
    ]
    require_primary(primary, alternative)

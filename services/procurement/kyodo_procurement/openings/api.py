"""Openings over HTTP: openers register, and two of them open all quotations of a call after its deadline."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from pydantic import Field, SecretStr

from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen
from kyodo_procurement.openings import views
from kyodo_procurement.openings.model import (
    AlreadyAnOpener,
    AlreadyPrepared,
    NoOpeners,
    NotAnOpener,
    Opening,
    OpeningStatus,
    OpeningUnderWay,
    RegistrationOver,
    SecondOpenerNeeded,
    TooEarlyToOpen,
    TooManyOpeners,
    WrongOpeningCode,
)
from kyodo_procurement.openings.unsealing import open_all
from kyodo_procurement.quotations.sealing import new_salt, private_key, public_key
from kyodo_procurement.quotations.values import Opener

router = Router(prefix="/v1/openings", tags=["openings"])

openers = role(Role.SECRETARIAT, Role.APPROVER)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
OpeningSort = Annotated[Sort, sort_by(views.opening.c.quotations, unique=[views.opening.c.call_id])]
ReceiptSort = Annotated[Sort, sort_by(views.receipt.c.received_at, unique=[views.receipt.c.number])]


class OpeningIn(Body):
    """The call whose quotations are to be opened."""

    call_id: Id


class OpeningCodeIn(Body):
    """The passphrase of an opener. It is stored nowhere: whoever loses it cannot open."""

    code: Annotated[
        SecretStr,
        Field(
            min_length=12,
            max_length=200,
            description="Chosen by the opener for this call, hard to guess, and told to nobody.",
            examples=["sample opening passphrase"],
        ),
    ]


class OpeningOut(Resource):
    """Who may open a call's quotations, and how many came in."""

    call_id: str
    status: OpeningStatus = Field(title="状態")
    openers: list[str] = Field(title="開札者", description="The issuer's opaque names of those who may open.")
    quotations: int = Field(title="見積書数", description="Quotations that came in and were not withdrawn.")


class ReceiptRow(Answer):
    """That a quotation came in, and when."""

    number: int = Field(title="受付番号")
    received_at: datetime = Field(title="受付日時", description="When it came in last.")
    withdrawn_at: datetime | None = Field(title="取下げ日時")


@router.post("", allow=secretariat, raises=[NotFound, AlreadyPrepared])
async def prepare_opening(body: OpeningIn, commands: Commands) -> OpeningOut:
    """Let openers register for a call; no quotation is taken before two have."""
    await commands.read(Call, body.call_id)
    (await commands.read_or_new(Opening, body.call_id)).require_new()
    return OpeningOut.of(await commands.create(Opening, lambda opening: opening.prepare(), id=body.call_id))


@router.put("/{call_id}/opener", allow=openers, raises=[RegistrationOver, AlreadyAnOpener, TooManyOpeners, CallNotOpen])
async def register_opener(call_id: Id, body: OpeningCodeIn, commands: Commands) -> OpeningOut:
    """Become an opener of this call, with a code of your own. Only a salt and a public key are kept of it."""
    call, salt = await commands.read(Call, call_id), new_salt()
    private = await asyncio.to_thread(private_key, body.code.get_secret_value(), salt)
    opener = Opener(subject=commands.identity.subject, salt=salt, public_key=public_key(private))
    opening = await commands.on(Opening, call_id, lambda opening: opening.register(opener, call, commands.today))
    return OpeningOut.of(opening)


@router.put(
    "/{call_id}/unlocking",
    allow=openers,
    raises=[
        NotAnOpener,
        TooEarlyToOpen,
        OpeningUnderWay,
        WrongOpeningCode,
        SecondOpenerNeeded,
        NoOpeners,
        CallNotOpen,
    ],
)
async def unlock(call_id: Id, body: OpeningCodeIn, commands: Commands) -> OpeningOut:
    """Open the quotations with your code, after the deadline: the second opener's code makes them all readable."""
    call, me = await commands.read(Call, call_id), commands.identity.subject
    before = await commands.read(Opening, call_id)
    private = await asyncio.to_thread(private_key, body.code.get_secret_value(), before.opener(me).salt)
    keys = private, public_key(private)
    opening = await commands.on(Opening, call_id, lambda opening: opening.unlock(me, *keys, call, commands.today))
    if opening.status is OpeningStatus.COMPLETED:
        await open_all(commands, opening, {**opening.begun_with, me: private})
    return OpeningOut.of(opening)


@router.get("", allow=governments)
async def list_openings(
    reader: Reader, page: PageQuery, sort: OpeningSort, status: OpeningStatus | None = None
) -> Page[OpeningOut]:
    """Openings at a status, or all."""
    return await reader.page(OpeningOut, views.openings_by(status), page, by=sort)


@router.get("/{call_id}", allow=governments)
async def read_opening(call_id: Id, reader: Reader) -> OpeningOut:
    """How far the opening of a call is."""
    return await reader.one(OpeningOut, views.opening_of(call_id), what="opening", id=call_id)


@router.get("/{call_id}/receipts", allow=governments)
async def list_receipts(call_id: Id, reader: Reader, page: PageQuery, sort: ReceiptSort) -> Page[ReceiptRow]:
    """When quotations came in; from whom, nobody is told before the opening."""
    return await reader.page(ReceiptRow, views.receipts_of(call_id), page, by=sort)


@router.get("/{call_id}/history", allow=governments)
async def opening_history(call_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened in the opening, in words."""
    return await reader.history(Opening, call_id, page)

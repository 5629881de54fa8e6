"""Seminars over HTTP: announced by Tokyo and by municipalities, found by those for whom they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kyodo_academy.audiences import Asking
from kyodo_academy.seminars.model import (
    NotYourAudience,
    Seminar,
    SeminarHasBegun,
    SeminarInPast,
    SeminarPlan,
)
from kyodo_academy.seminars.views import programme, seminars_for
from kyodo_academy.visibility import Audience, Visibility
from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id
from kyodo_events.words import name_of
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/seminars", tags=["seminars"])

hosts = role(Role.OFFICER, Role.SECRETARIAT)
PLANNING = [Forbidden, SeminarInPast, NotYourAudience]
BY_TIME = [programme.c.starts_at, programme.c.seminar_id]


class SeminarIn(Body):
    """A seminar as its host plans it."""

    plan: SeminarPlan


class SeminarOut(Resource):
    """One seminar."""

    seminar_id: str
    host: Party = Field(title="主催団体コード")
    host_ja: str = Field(title="主催", default="")
    title_ja: str = Field(title="名称")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    place_ja: str | None = Field(title="会場")
    online_url: str | None = Field(title="接続先")
    visibility: Visibility = Field(title="対象者コード")
    visibility_ja: str = Field(title="対象者", default="")
    capacity: int | None = Field(title="定員")
    cancelled: bool = Field(title="中止")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.host_ja, self.visibility_ja = name_of(self.host), self.visibility.label_ja


@router.post("", allow=hosts, raises=PLANNING)
async def announce_seminar(body: SeminarIn, commands: Commands, reader: Reader, asking: Asking) -> SeminarOut:
    """Announce a seminar of Tokyo, or of your municipality."""
    host = party_of(commands.identity)
    announced = await commands.create(Seminar, lambda one: one.announce(host, body.plan, commands.now))
    return await _shown(reader, asking, announced.id)


@router.put("/{seminar_id}/plan", allow=hosts, raises=[*PLANNING, SeminarHasBegun])
async def change_seminar(
    seminar_id: Id, body: SeminarIn, commands: Commands, reader: Reader, asking: Asking
) -> SeminarOut:
    """Let a seminar of yours take place otherwise, before it begins."""
    host = party_of(commands.identity)
    await commands.on(Seminar, seminar_id, lambda one: one.change(host, body.plan, commands.now))
    return await _shown(reader, asking, seminar_id)


@router.put("/{seminar_id}/cancellation", allow=hosts, raises=[Forbidden, SeminarHasBegun])
async def cancel_seminar(seminar_id: Id, commands: Commands, reader: Reader, asking: Asking) -> SeminarOut:
    """Cancel a seminar of yours, before it begins."""
    host = party_of(commands.identity)
    await commands.on(Seminar, seminar_id, lambda one: one.cancel(host, commands.now))
    return await _shown(reader, asking, seminar_id)


@router.get("", allow=public)
async def list_seminars(asking: Asking, reader: Reader, page: PageQuery, host: Party | None = None) -> Page[SeminarOut]:
    """The seminars that are for you, by time."""
    return await reader.page(SeminarOut, seminars_for(asking, host=host), page, by=BY_TIME)


@router.get("/{seminar_id}", allow=public)
async def read_seminar(seminar_id: Id, asking: Asking, reader: Reader) -> SeminarOut:
    """One seminar that is for you."""
    return await _shown(reader, asking, seminar_id)


async def _shown(reader: ReadSession, audience: Audience, seminar_id: str) -> SeminarOut:
    query = seminars_for(audience, seminar_id=seminar_id)
    return await reader.one(SeminarOut, query, what="seminar", id=seminar_id)

"""Supporters: registered by the secretariat; officers and approvers see those of their own municipality."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource, labelled
from kyodo_platform.routing import Router
from kyodo_supporter_matching.supporters import views
from kyodo_supporter_matching.supporters.model import LANGUAGES_JA, Language, Sessions, Status, Supporter

router = Router(prefix="/v1/supporters", tags=["supporters"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class SupporterIn(Body):
    """A new supporter. The pseudonym is made here; send nothing that names the person."""

    home_municipality: MunicipalityCode
    languages: Annotated[list[Language], Field(min_length=1, max_length=len(Language))]
    sessions_per_month: Sessions


class SupporterOut(Resource):
    """One supporter, under a pseudonym."""

    id: str
    pseudonym: str = Field(title="仮名")
    home_municipality: MunicipalityCode = Field(title="居住区市町村")
    languages: Annotated[dict[Language, str], labelled(LANGUAGES_JA)] = Field(
        title="対応言語", description="Code and Japanese label."
    )
    sessions_per_month: int = Field(title="月あたり上限回数")
    status: Status = Field(title="状態")


@router.post("", allow=secretariat)
async def register_supporter(body: SupporterIn, commands: Commands) -> SupporterOut:
    """Register a supporter, who is then ready to be matched."""
    supporter = await commands.create(
        Supporter,
        lambda supporter: supporter.register(body.home_municipality, body.languages, body.sessions_per_month),
    )
    return SupporterOut.of(supporter)


@router.post("/{supporter_id}/rest", allow=secretariat)
async def rest(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Let the supporter rest: no matches for the time being."""
    return SupporterOut.of(await commands.on(Supporter, supporter_id, Supporter.rest))


@router.post("/{supporter_id}/resume", allow=secretariat)
async def resume(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Match the supporter again."""
    return SupporterOut.of(await commands.on(Supporter, supporter_id, Supporter.resume))


@router.get("", allow=readers)
async def list_supporters(reader: Reader, page: PageQuery, status: Status | None = None) -> Page[SupporterOut]:
    """The supporters at home in your municipality; Tokyo sees all."""
    return await reader.page(SupporterOut, views.all_supporters(status), page, by=[views.supporter.c.id])


@router.get("/{supporter_id}", allow=readers)
async def read_supporter(supporter_id: Id, reader: Reader) -> SupporterOut:
    """One supporter at home in your municipality."""
    return await reader.one(SupporterOut, views.one_supporter(supporter_id), what="supporter", id=supporter_id)

"""Supporters: registered by the secretariat; officers and approvers see those of their own municipality."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.supporters import views
from kyodo_supporter_matching.supporters.model import LANGUAGES_JA, Language, Sessions, Status, Supporter

router = Router(prefix="/v1/supporters", tags=["supporters"])

SupporterId = Annotated[str, Path(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class SupporterIn(BaseModel):
    """A new supporter. The pseudonym is made here; send nothing that names the person."""

    model_config = ConfigDict(extra="forbid")

    home_municipality: MunicipalityCode
    languages: Annotated[list[Language], Field(min_length=1, max_length=len(Language))]
    sessions_per_month: Sessions


class SupporterOut(Resource):
    """One supporter, under a pseudonym."""

    supporter_id: str
    pseudonym: str = Field(title="仮名")
    home_municipality: MunicipalityCode = Field(title="居住区市町村")
    languages: dict[Language, str] = Field(title="対応言語", description="Code and Japanese label.")
    sessions_per_month: int = Field(title="月あたり上限回数")
    status: Status = Field(title="状態")

    @classmethod
    def of(cls, supporter: Supporter) -> Self:
        return cls(
            supporter_id=supporter.id,
            version=supporter.version,
            pseudonym=supporter.pseudonym,
            home_municipality=supporter.home_municipality,
            languages={language: LANGUAGES_JA[language] for language in supporter.languages},
            sessions_per_month=supporter.sessions_per_month,
            status=supporter.status,
        )


@router.post("", allow=secretariat)
async def register_supporter(body: SupporterIn, commands: Commands) -> SupporterOut:
    """Register a supporter, who is then ready to be matched."""
    supporter = await commands.create(
        Supporter,
        lambda supporter: supporter.register(body.home_municipality, body.languages, body.sessions_per_month),
    )
    return SupporterOut.of(supporter)


@router.post("/{supporter_id}/rest", allow=secretariat)
async def rest(supporter_id: SupporterId, commands: Commands) -> SupporterOut:
    """Let the supporter rest: no matches for the time being."""
    return SupporterOut.of(await commands.on(Supporter, supporter_id, Supporter.rest))


@router.post("/{supporter_id}/resume", allow=secretariat)
async def resume(supporter_id: SupporterId, commands: Commands) -> SupporterOut:
    """Match the supporter again."""
    return SupporterOut.of(await commands.on(Supporter, supporter_id, Supporter.resume))


@router.get("", allow=readers)
async def list_supporters(reader: Reader, page: PageQuery, status: Status | None = None) -> Page[SupporterOut]:
    """The supporters at home in your municipality; Tokyo sees all."""
    return await reader.page(SupporterOut, views.all_supporters(status), page, by=[views.supporter.c.supporter_id])


@router.get("/{supporter_id}", allow=readers)
async def read_supporter(supporter_id: SupporterId, reader: Reader) -> SupporterOut:
    """One supporter at home in your municipality."""
    return await reader.one(SupporterOut, views.one_supporter(supporter_id), what="supporter", id=supporter_id)

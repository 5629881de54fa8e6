"""Training programmes over HTTP: written by the secretariat, read by everybody who is signed in."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, computed_field

from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import secretariat, signed_in
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.programmes.model import Programme, ProgrammeIsRetired
from kyodo_supporter_matching.programmes.values import Content, ProgrammeStatus
from kyodo_supporter_matching.programmes.views import programme, programme_version, programmes_with, versions_of

router = Router(prefix="/v1/training-programmes", tags=["training programmes"])


class ContentIn(Body):
    """What the next version is to say; all of it."""

    content: Content


class RetirementIn(Body):
    """Why nobody is to begin it any more."""

    reason_ja: Line


class ProgrammeOut(Resource):
    """A programme: its latest version, and the draft of the next one."""

    programme_id: str
    status: ProgrammeStatus = Field(title="状態コード")
    published: int | None = Field(title="最新版", description="The number of the latest published version.")
    content: Content | None = Field(title="最新版の内容")
    draft: Content | None = Field(title="次版の案")

    @computed_field(title="状態")  # type: ignore[prop-decorator]
    @property
    def status_ja(self) -> str:
        """As people read it."""
        return self.status.label_ja


class VersionRow(Answer):
    """One published version."""

    number: int = Field(title="版")
    content: Content = Field(title="内容")
    published_at: datetime = Field(title="公開日時")


@router.post("", allow=secretariat)
async def draft_programme(body: ContentIn, commands: Commands, reader: Reader) -> ProgrammeOut:
    """Draft a new programme."""
    drafted = await commands.create(Programme, lambda one: one.write(body.content))
    return await _shown(reader, drafted.id)


@router.put("/{programme_id}/draft", allow=secretariat, raises=[ProgrammeIsRetired])
async def draft_version(programme_id: Id, body: ContentIn, commands: Commands, reader: Reader) -> ProgrammeOut:
    """Draft the next version, or draft it otherwise; published versions stay as they are."""
    await commands.on(Programme, programme_id, lambda one: one.write(body.content))
    return await _shown(reader, programme_id)


@router.put("/{programme_id}/publication", allow=secretariat, raises=[ProgrammeIsRetired])
async def publish_version(programme_id: Id, commands: Commands, reader: Reader) -> ProgrammeOut:
    """Publish the draft as the next version, for good."""
    await commands.on(Programme, programme_id, Programme.publish)
    return await _shown(reader, programme_id)


@router.put("/{programme_id}/retirement", allow=secretariat)
async def retire_programme(programme_id: Id, body: RetirementIn, commands: Commands, reader: Reader) -> ProgrammeOut:
    """Let nobody begin the programme any more; who has begun goes on."""
    await commands.on(Programme, programme_id, lambda one: one.retire(body.reason_ja))
    return await _shown(reader, programme_id)


@router.get("", allow=signed_in)
async def list_programmes(reader: Reader, page: PageQuery, status: ProgrammeStatus | None = None) -> Page[ProgrammeOut]:
    """The programmes, the oldest first."""
    return await reader.page(ProgrammeOut, programmes_with(status), page, by=[programme.c.programme_id])


@router.get("/{programme_id}", allow=signed_in)
async def read_programme(programme_id: Id, reader: Reader) -> ProgrammeOut:
    """One programme."""
    return await _shown(reader, programme_id)


@router.get("/{programme_id}/versions", allow=signed_in)
async def list_versions(programme_id: Id, reader: Reader, page: PageQuery) -> Page[VersionRow]:
    """All published versions, in their order."""
    await _shown(reader, programme_id)
    return await reader.page(VersionRow, versions_of(programme_id), page, by=[programme_version.c.number])


@router.get("/{programme_id}/history", allow=signed_in)
async def programme_history(programme_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a programme, in words."""
    return await reader.history(Programme, programme_id, page)


async def _shown(reader: ReadSession, programme_id: str) -> ProgrammeOut:
    query = programmes_with(programme_id=programme_id)
    return await reader.one(ProgrammeOut, query, what="training programme", id=programme_id)

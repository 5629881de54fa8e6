"""Hosts over HTTP: a municipality delegates and releases its own."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import officer_of, signed_in
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.hosts.model import Host
from kyodo_supporter_matching.hosts.views import host

router = Router(prefix="/v1/hosts", tags=["hosts"])
delegations = Router(prefix="/v1/municipalities/{municipality}/hosts", tags=["hosts"])


class HostIn(Body):
    """The organisation's name; name no person."""

    name_ja: Line


class HostOut(Resource):
    """An organisation that sees to classes."""

    host_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    name_ja: str = Field(title="運営団体")
    released: bool = Field(title="委任終了")

    @classmethod
    def of_model(cls, one: Host) -> HostOut:
        """The answer after a decision."""
        return cls.of({**vars(one), "host_id": one.id})


@delegations.post("", allow=officer_of("municipality"))
async def delegate(municipality: MunicipalityCode, body: HostIn, commands: Commands) -> HostOut:
    """Leave community classes to an organisation."""
    return HostOut.of_model(await commands.create(Host, lambda one: one.delegate(municipality, body.name_ja)))


@delegations.put("/{host_id}/release", allow=officer_of("municipality"))
async def release(municipality: MunicipalityCode, host_id: Id, commands: Commands) -> HostOut:
    """End the delegation; sessions that stand keep their host."""
    return HostOut.of_model(await commands.on(Host, host_id, lambda one: one.release(municipality)))


@router.get("", allow=signed_in)
async def list_hosts(reader: Reader, page: PageQuery, municipality: MunicipalityCode | None = None) -> Page[HostOut]:
    """All hosts, or those of one municipality."""
    query = host.select()
    return await reader.page(
        HostOut, query.where(host.c.municipality == municipality) if municipality else query, page, by=[host.c.host_id]
    )


@router.get("/{host_id}", allow=signed_in)
async def read_host(host_id: Id, reader: Reader) -> HostOut:
    """One host."""
    return await reader.one(HostOut, host.select().where(host.c.host_id == host_id), what="host", id=host_id)

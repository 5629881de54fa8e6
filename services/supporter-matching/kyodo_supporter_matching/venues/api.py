"""Venues over HTTP: kept by their municipality or the secretariat, read by everybody who is signed in."""

from __future__ import annotations

from typing import Final

from kyodo_events.errors import Forbidden, NotFound, require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import municipality_or_tokyo
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, role, secretariat, signed_in
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.geojson import GeoJson
from kyodo_supporter_matching.venues.model import Venue
from kyodo_supporter_matching.venues.schemas import ClosingIn, DetailsIn, VenueIn, VenueMap, VenueOut
from kyodo_supporter_matching.venues.values import Accessibility, Equipment
from kyodo_supporter_matching.venues.views import venue, venues_with

router = Router(prefix="/v1/venues", tags=["venues"])

keepers = secretariat | officer_of("municipality")

ON_A_MAP: Final = 2_000
"""As many points as a browser draws without a delay; all 62 municipalities have fewer public halls for classes."""


@router.post("", allow=role(Role.SECRETARIAT, Role.OFFICER), raises=[Forbidden, NotFound])
async def open_venue(body: VenueIn, commands: Commands, reader: Reader) -> VenueOut:
    """Take up a venue of your own municipality; the secretariat does so for any."""
    own = municipality_or_tokyo(commands.identity)
    require(own in (None, body.municipality), NotFound(what="municipality", id=body.municipality))
    opened = await commands.create(Venue, lambda venue: venue.open(body.municipality, body.details))
    return await _shown(reader, opened.id)


@router.put("/{venue_id}/details/{municipality}", allow=keepers)
async def change_venue(
    venue_id: Id, municipality: MunicipalityCode, body: DetailsIn, commands: Commands, reader: Reader
) -> VenueOut:
    """Correct what is known of a venue; what is left out is none."""
    await commands.on(Venue, venue_id, lambda venue: venue.change(municipality, body.details))
    return await _shown(reader, venue_id)


@router.put("/{venue_id}/closing/{municipality}", allow=keepers)
async def close_venue(
    venue_id: Id, municipality: MunicipalityCode, body: ClosingIn, commands: Commands, reader: Reader
) -> VenueOut:
    """Let a venue take no new sessions; those that are planned there stay."""
    await commands.on(Venue, venue_id, lambda venue: venue.close(municipality, body.reason_ja))
    return await _shown(reader, venue_id)


@router.put("/{venue_id}/reopening/{municipality}", allow=keepers)
async def reopen_venue(venue_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader) -> VenueOut:
    """Let a venue take sessions again."""
    await commands.on(Venue, venue_id, lambda venue: venue.reopen(municipality))
    return await _shown(reader, venue_id)


@router.get("", allow=signed_in)
async def list_venues(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    closed: bool | None = None,
    accessibility: Accessibility | None = None,
    equipment: Equipment | None = None,
) -> Page[VenueOut]:
    """The venues of all municipalities or of one, those in use or those closed, with what a class needs."""
    query = venues_with(accessibility, equipment, municipality=municipality, closed=closed)
    return await reader.page(VenueOut, query, page, by=[venue.c.municipality, venue.c.venue_id])


@router.get("/map", allow=signed_in, response_class=GeoJson)
async def map_venues(reader: Reader, municipality: MunicipalityCode | None = None) -> VenueMap:
    """The open venues as GeoJSON, of all municipalities or of one."""
    query = venues_with(municipality=municipality, closed=False).order_by(venue.c.venue_id).limit(ON_A_MAP + 1)
    rows = await reader.tx.rows(reader.own(query))
    return VenueMap.of_points(map(dict, rows), id_="venue_id", at_most=ON_A_MAP)


@router.get("/{venue_id}", allow=signed_in)
async def read_venue(venue_id: Id, reader: Reader) -> VenueOut:
    """One venue."""
    return await _shown(reader, venue_id)


@router.get("/{venue_id}/history", allow=signed_in)
async def venue_history(venue_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a venue, in words."""
    return await reader.history(Venue, venue_id, page)


async def _shown(reader: ReadSession, venue_id: str) -> VenueOut:
    return await reader.one(VenueOut, venues_with(venue_id=venue_id), what="venue", id=venue_id)

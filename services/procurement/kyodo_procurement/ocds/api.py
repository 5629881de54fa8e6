"""Open contracting over HTTP, for everybody: releases and records in OCDS 1.1, a page of contracting processes each."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Query

from kyodo_events.errors import NotFound
from kyodo_platform.context import current
from kyodo_platform.identity.policies import public
from kyodo_platform.resources import PageQuery, PageRequest, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_procurement.ocds import reading
from kyodo_procurement.ocds.blocks import PREFIX, Json
from kyodo_procurement.ocds.packages import RecordPackage, ReleasePackage, record_package, release_package

router = Router(prefix="/ocds", tags=["open contracting"])

MOST_PROCESSES = 20  # a page: a call has a contract for each municipality and lot

Ocid = Annotated[
    str,
    Query(
        pattern=f"^{PREFIX}-[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}$",
        max_length=60,
        description="Only this contracting process.",
    ),
]


@router.get("/releases", allow=public, raises=[NotFound], response_model_exclude_none=True)
async def list_releases(reader: Reader, page: PageQuery, ocid: Ocid | None = None) -> ReleasePackage:
    """What happened in published joint calls and in call-off orders, release by release; at most 20 of them a page."""
    processes, uri, next_uri = await _page(reader, page, ocid)
    return release_package(processes, uri, next_uri)


@router.get("/records", allow=public, raises=[NotFound], response_model_exclude_none=True)
async def list_records(reader: Reader, page: PageQuery, ocid: Ocid | None = None) -> RecordPackage:
    """How joint calls and call-off orders stand, with the releases they come from; at most 20 of them a page."""
    processes, uri, next_uri = await _page(reader, page, ocid)
    return await asyncio.to_thread(record_package, processes, uri, next_uri)


async def _page(reader: ReadSession, page: PageRequest, ocid: str | None) -> tuple[list[list[Json]], str, str | None]:
    """The releases by process, where this page stands, and where the next one does.

    Raises NotFound where there is no process: OCDS knows no empty package.
    """
    query, by = reading.processes(ocid)
    bounded = PageRequest(page.after, min(page.limit, MOST_PROCESSES))
    found = await reader.page(reading.Process, query, bounded, by=by)
    if not found.items:
        raise NotFound(what="published contracting process", id=ocid or PREFIX)
    url = current.get().url
    next_uri = str(url.include_query_params(cursor=found.next)) if url and found.next else None
    return await reading.releases_of(reader.tx, found.items), str(url or ""), next_uri

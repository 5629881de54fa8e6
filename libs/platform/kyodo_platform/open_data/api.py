"""Open data over HTTP: a service's catalogue, and each of its data sets as CSV and as JSON, for everybody."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC
from email.utils import format_datetime
from typing import Annotated, Any, Final

from fastapi import Header, Path, Response
from fastapi.responses import JSONResponse

from kyodo_events.errors import NotFound
from kyodo_platform.context import current
from kyodo_platform.csv_answers import csv_chunks
from kyodo_platform.identity.policies import public
from kyodo_platform.open_data.catalogue import PATH, catalogue_of
from kyodo_platform.open_data.data_set import DataSet
from kyodo_platform.open_data.versions import Version
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router
from kyodo_platform.streams import CsvStream, JsonStream, PublicStreams, json_chunks

router = Router(prefix=PATH, tags=["open data"])

FRESH: Final = "public, max-age=300"
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "The caller has it as it stands."}}
ROWS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {JsonStream.media_type: {"schema": {"type": "array", "items": {"type": "object"}}}}}
}

Name = Annotated[
    str, Path(pattern="^[a-z][a-z-]{1,60}$", max_length=61, description="The data set's `dct:identifier`.")
]
IfNoneMatch = Annotated[str | None, Header(max_length=2_000, description="ETags of what the caller has.")]


class JsonLd(JSONResponse):
    """A document of linked data."""

    media_type = "application/ld+json"


@router.get("", allow=public, response_class=JsonLd, responses=NOT_MODIFIED)
async def read_catalogue(reader: Reader, if_none_match: IfNoneMatch = None) -> Response:
    """What anybody may read of this service: its data sets as a DCAT catalogue, with licence, update time, columns."""
    runtime = current.get().runtime
    service, url = runtime.service, runtime.settings.public_url
    versions = {one.id: await runtime.versions.of(reader.tx, one) for one in service.data_sets}
    newest = max(version.modified for version in versions.values())
    whole = Version(newest, "|".join([url, *(version.key for version in versions.values())]))
    return _had(whole, "ld+json", if_none_match) or _headed(
        JsonLd(catalogue_of(service, url, versions)), whole, "ld+json"
    )


@router.get("/{data_set}.csv", allow=public, raises=[NotFound], response_class=CsvStream, responses=NOT_MODIFIED)
async def download_csv(
    data_set: Name, reader: Reader, streams: PublicStreams, if_none_match: IfNoneMatch = None
) -> Response:
    """A data set, whole, as CSV in UTF-8 with a byte order mark; the catalogue says what its columns are."""
    found = _named(data_set)
    version = await current.get().runtime.versions.of(reader.tx, found)

    async def body() -> AsyncGenerator[str, None]:
        async with streams.snapshot() as snapshot:
            async for text in csv_chunks(found.rows(snapshot), {name: name for name in found.names}):
                yield text

    return _had(version, "csv", if_none_match) or _headed(CsvStream(body(), f"{found.id}.csv"), version, "csv")


@router.get(
    "/{data_set}.json", allow=public, raises=[NotFound], response_class=JsonStream, responses=NOT_MODIFIED | ROWS
)
async def download_json(
    data_set: Name, reader: Reader, streams: PublicStreams, if_none_match: IfNoneMatch = None
) -> Response:
    """A data set, whole, as a JSON array of objects; the catalogue says what their keys are."""
    found = _named(data_set)
    version = await current.get().runtime.versions.of(reader.tx, found)

    async def body() -> AsyncGenerator[str, None]:
        async with streams.snapshot() as snapshot:
            async for text in json_chunks(found.rows(snapshot), found.names):
                yield text

    return _had(version, "json", if_none_match) or _headed(JsonStream(body()), version, "json")


def _named(name: str) -> DataSet:
    """The data set of this service. Raises NotFound."""
    for one in current.get().runtime.service.data_sets:
        if one.id == name:
            return one
    raise NotFound(what="data set", id=name)


def _had(version: Version, representation: str, if_none_match: str | None) -> Response | None:
    """The answer to a reader who has this version already (RFC 9110 §13.1.2).

    If-Modified-Since is left aside: two changes in one second have the same date, and are two versions.
    """
    given = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    if not given & {"*", version.etag(representation)}:
        return None
    return _headed(Response(status_code=304), version, representation)


def _headed(response: Response, version: Version, representation: str) -> Response:
    response.headers["ETag"] = version.etag(representation)
    response.headers["Last-Modified"] = format_datetime(version.modified.astimezone(UTC), usegmt=True)
    response.headers["Cache-Control"] = FRESH
    return response

"""Release and record packages: what a page of contracting processes is handed out in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from ocdsmerge import Merger  # type: ignore[import-untyped]
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from kyodo_events.values.municipalities import TOKYO_JA
from kyodo_procurement.ocds import blocks
from kyodo_procurement.ocds.blocks import Json

VERSION = "1.1"
_EXTENSIONS = "https://raw.githubusercontent.com/open-contracting-extensions"
EXTENSIONS = (
    f"{_EXTENSIONS}/ocds_lots_extension/v1.1.5/extension.json",
    f"{_EXTENSIONS}/ocds_pagination_extension/master/extension.json",
)


class _Camel(BaseModel):
    """Fields are named in OCDS as OCDS names them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Publisher(_Camel):
    """Who publishes."""

    name: str = Field(examples=[TOKYO_JA])
    scheme: str
    uid: str


class Links(_Camel):
    """Where to go on; without `next` this is the last page."""

    next: str | None = None


class Package(_Camel):
    """What OCDS says of a package, whatever it holds."""

    uri: str = Field(description="Where this package can be read.")
    version: str = VERSION
    extensions: list[str] = list(EXTENSIONS)
    published_date: str = Field(description="When the last thing happened that is told here.")
    publisher: Publisher
    links: Links


class ReleasePackage(Package):
    """Releases of some contracting processes, after the schema of OCDS 1.1.5."""

    releases: list[dict[str, Any]]


class Record(_Camel):
    """A contracting process: its releases, the oldest first, and what they come to."""

    ocid: str
    releases: list[dict[str, Any]]
    compiled_release: dict[str, Any]


class RecordPackage(Package):
    """Records of some contracting processes, after the schema of OCDS 1.1.5."""

    records: list[Record]


def release_package(processes: Sequence[Sequence[Json]], uri: str, next_uri: str | None) -> ReleasePackage:
    """The releases of at least one process, as a package."""
    releases = [release for releases in processes for release in releases]
    return ReleasePackage(releases=releases, **_metadata(processes, uri, next_uri))


def record_package(processes: Sequence[Sequence[Json]], uri: str, next_uri: str | None) -> RecordPackage:
    """The records of at least one process, as a package."""
    records = [
        Record(ocid=releases[0]["ocid"], releases=list(releases), compiled_release=compiled(releases))
        for releases in processes
    ]
    return RecordPackage(records=records, **_metadata(processes, uri, next_uri))


def compiled(releases: Sequence[Json]) -> Json:
    """What the releases of one process come to: its state after the last one."""
    merged: Json = _merger().create_compiled_release(list(releases))
    return merged


@cache
def _merger() -> Any:
    """With the schema at hand: without one, ocdsmerge would fetch it."""
    schema = files(__package__).joinpath("schema", "release-schema.json").read_text(encoding="utf-8")
    return Merger(json.loads(schema))


def _metadata(processes: Sequence[Sequence[Json]], uri: str, next_uri: str | None) -> dict[str, Any]:
    return {
        "uri": uri,
        "published_date": max(release["date"] for releases in processes for release in releases),
        "publisher": Publisher(name=TOKYO_JA, scheme=blocks.GOVERNMENT_SCHEME, uid=blocks.TOKYO_CODE),
        "links": Links(next=next_uri),
    }

"""Catalogues in DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), columns in CSVW, as JSON-LD.

The context stands in each document: whoever reads one needs nothing else, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from kyodo_platform.open_data.data_set import Column, DataSet
from kyodo_platform.open_data.versions import Version
from kyodo_platform.service import Service

Node = dict[str, Any]

PATH: Final = "/v1/open-data"
"""Where a service's catalogue stands, and its data sets below."""

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

FORMATS: Final = {
    "csv": "https://www.iana.org/assignments/media-types/text/csv",
    "json": "https://www.iana.org/assignments/media-types/application/json",
}

CONTEXT: Final = {
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_PUBLISHER: Final = {
    "@id": "https://www.metro.tokyo.lg.jp/",
    "@type": "foaf:Organization",
    "foaf:name": [
        {"@value": "東京都", "@language": "ja"},
        {"@value": "Tokyo Metropolitan Government", "@language": "en"},
    ],
}
_LANGUAGE: Final = {"@id": "http://id.loc.gov/vocabulary/iso639-1/ja"}


def catalogue_of(service: Service, public_url: str, versions: Mapping[str, Version]) -> Node:
    """The catalogue of a service under its public address, with the version in which each data set stands."""
    address = f"{public_url}{PATH}"
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": _titles(f"{service.title_ja} オープンデータ", f"{service.title_en}: open data"),
        "dct:license": {"@id": LICENCE},
        "dct:publisher": _PUBLISHER,
        "dct:language": _LANGUAGE,
        "dct:modified": _moment(max(version.modified for version in versions.values()).isoformat()),
        "dcat:dataset": [_data_set(one, address, versions[one.id]) for one in service.data_sets],
    }


def platform_catalogue(services: Iterable[Service]) -> Node:
    """The catalogue of the whole platform, whose members are the services' own.

    Its addresses are relative, so that it is the same document wherever the platform stands.
    """
    members = [
        {"@id": f"/{one.name}{PATH}", "@type": "dcat:Catalog", "dct:title": _titles(one.title_ja, one.title_en)}
        for one in services
        if one.data_sets
    ]
    return {
        "@context": CONTEXT,
        "@id": "/open-data",
        "@type": "dcat:Catalog",
        "dct:title": _titles("協働 オープンデータ", "Kyodo: open data"),
        "dct:description": _titles(
            "東京都と62区市町村の共同デジタル事業について、だれでも読み、使うことができるデータ",
            "What anybody may read and use of the joint digital work of Tokyo and its 62 municipalities",
        ),
        "dct:license": {"@id": LICENCE},
        "dct:publisher": _PUBLISHER,
        "dct:language": _LANGUAGE,
        "dcat:catalog": members,
    }


def _data_set(one: DataSet, address: str, version: Version) -> Node:
    schema = f"{address}#{one.id}-columns"
    form = (
        {"@id": one.form.url, "@type": "dct:Standard", "dct:title": _in_japanese(one.form.title_ja)}
        if one.form
        else None
    )
    return {
        "@id": f"{address}#{one.id}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.id,
        "dct:title": _titles(one.title_ja, one.title_en),
        "dct:description": _titles(one.description_ja, one.description_en),
        "dcat:keyword": [_in_japanese(word) for word in one.keywords_ja],
        "dct:license": {"@id": LICENCE},
        "dct:publisher": _PUBLISHER,
        "dct:language": _LANGUAGE,
        "dct:modified": _moment(version.modified.isoformat()),
        "dct:accrualPeriodicity": {"@id": f"http://purl.org/cld/freq/{one.frequency}"},
        "dct:conformsTo": [{"@id": schema}, *([form] if form else [])],
        "dcat:distribution": [
            _distribution(one, f"{address}/{one.id}.csv", "csv")
            | {"csvw:url": {"@value": f"{address}/{one.id}.csv", "@type": "xsd:anyURI"}}
            | {"csvw:tableSchema": _schema(one, schema)},
            _distribution(one, f"{address}/{one.id}.json", "json"),
        ],
    }


def _distribution(one: DataSet, url: str, format_: str) -> Node:
    return {
        "@id": f"{url}#distribution",
        "@type": ["dcat:Distribution", "csvw:Table"] if format_ == "csv" else "dcat:Distribution",
        "dct:title": _titles(f"{one.title_ja}（{format_.upper()}）", f"{one.title_en} ({format_.upper()})"),
        "dct:license": {"@id": LICENCE},
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": FORMATS[format_]},
    }


def _schema(one: DataSet, id_: str) -> Node:
    return {"@id": id_, "@type": "csvw:Schema", "csvw:column": {"@list": [_column(column) for column in one.columns]}}


def _column(column: Column) -> Node:
    """CSVW's own `name` is ASCII; the header of the file is what it calls a title."""
    described = {"dct:description": _in_japanese(column.description_ja)} if column.description_ja else {}
    return {
        "@type": "csvw:Column",
        "csvw:name": quote(column.name, safe=""),
        "csvw:title": column.name,
        "rdfs:label": _titles(column.title_ja, column.title_en),
        "csvw:datatype": {"@id": f"xsd:{column.datatype}"},
        **described,
    }


def _titles(japanese: str, english: str) -> list[Node]:
    return [_in_japanese(japanese), {"@value": english, "@language": "en"}]


def _in_japanese(text: str) -> Node:
    return {"@value": text, "@language": "ja"}


def _moment(moment: str) -> Node:
    return {"@value": moment, "@type": "xsd:dateTime"}

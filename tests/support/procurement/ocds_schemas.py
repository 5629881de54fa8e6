"""The official OCDS 1.1.5 schemas, as a judge of packages; nothing is fetched."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

import kyodo_procurement.ocds

FIXTURES = Path(__file__).parents[3] / "services" / "procurement" / "tests" / "ocds"
PACKAGES = {"releases": "release-package-schema.json", "records": "record-package-schema.json"}
TEXT, TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uri")
def _is_uri(value: Any) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


def faults(package: Any, *, strict: bool = False) -> list[str]:
    """What is wrong with a package; strictly also fields that neither OCDS nor a declared extension knows."""
    (kind,) = package.keys() & PACKAGES.keys()
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(kind, strict).iter_errors(package)]


@cache
def _validator(kind: str, strict: bool) -> Draft4Validator:
    release = files(kyodo_procurement.ocds).joinpath("schema", "release-schema.json")
    schemas = [json.loads(release.read_text())]
    schemas += [json.loads((FIXTURES / name).read_text()) for name in PACKAGES.values()]
    if strict:
        schemas = [_closed(_extended(schema)) for schema in schemas]
    registry: Registry[Any] = Registry().with_resources((one["id"], DRAFT4.create_resource(one)) for one in schemas)
    (wanted,) = (one for one in schemas if one["id"].endswith(PACKAGES[kind]))
    return Draft4Validator(wanted, registry=registry, format_checker=formats)


def _extended(schema: Any) -> Any:
    """The schema with what is used of the extensions that packages declare: lots, and links between pages."""
    extended = deepcopy(schema)
    if "definitions" not in extended:
        extended["properties"]["links"] = {
            "type": "object",
            "properties": {"next": {"type": "string", "format": "uri"}},
        }
        return extended
    definitions = extended["definitions"]
    status, value = definitions["Tender"]["properties"]["status"], {"$ref": "#/definitions/Value"}
    lot = {"id": TEXT, "title": TEXT, "status": status, "value": value}
    definitions["Lot"] = {"type": "object", "required": ["id"], "properties": lot}
    definitions["Tender"]["properties"]["lots"] = {"type": "array", "items": {"$ref": "#/definitions/Lot"}}
    definitions["Item"]["properties"]["relatedLot"] = TEXT
    definitions["Award"]["properties"]["relatedLots"] = TEXTS
    return extended


def _closed(part: Any) -> Any:
    """The schema without room for unknown fields."""
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {name: _closed(one) for name, one in part.items()}
    if isinstance(part.get("properties"), dict) and "type" in part:
        closed["additionalProperties"] = False
    return closed

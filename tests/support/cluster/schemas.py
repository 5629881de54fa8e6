"""Validation against schemas: Kubernetes' own kinds by kubernetes-validate, those of operators by their definitions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema
import kubernetes_validate

from tests.support.cluster.rendered import Object, Objects, called

CRDS = Path(__file__).parents[1] / "crds"
KUBERNETES = "1.34"
"""The oldest release that the manifests are for: the first with `sleep` in preStop for everybody."""

_READ = kubernetes_validate.utils.schema_contents
OPEN = "x-kubernetes-preserve-unknown-fields"


def objects_fit_their_schemas(objects: Objects) -> list[str]:
    """Strictly: a field that the kind does not have is an error, and so is a kind that nobody knows."""
    with patch.object(kubernetes_validate.utils, "schema_contents", _read):
        return [f"{called(found)}: {complaint}" for found in objects for complaint in _complaints(found)]


def _complaints(found: Object) -> list[str]:
    validator = _definitions().get((found["apiVersion"], found["kind"]))
    if validator is not None:
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(found)]
    try:
        kubernetes_validate.validate(found, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message[:200]}"]
    except kubernetes_validate.SchemaNotFoundError:
        return [f"nobody knows {found['kind']} of {found['apiVersion']}"]
    return []


@cache
def _read(filename: str, version: str) -> Any:
    """A schema of kubernetes-validate, which would read a megabyte of definitions for each object anew."""
    return _READ(filename, version)


@cache
def _definitions() -> dict[tuple[str, str], jsonschema.Draft202012Validator]:
    """The kinds of the operators."""
    stored = [json.loads(path.read_text()) for path in sorted(CRDS.glob("*.json"))]
    return {(one["apiVersion"], one["kind"]): jsonschema.Draft202012Validator(_strict(one["schema"])) for one in stored}


def _strict(schema: Any) -> Any:
    """A structural schema of Kubernetes as JSON Schema: what is not named is unknown; a number or text is either."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made = {key: _strict(part) for key, part in schema.items() if key != "properties"}
    if "properties" in schema:
        made["properties"] = {name: _strict(part) for name, part in schema["properties"].items()}
        if not schema.get(OPEN) and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    return made


RULES = [objects_fit_their_schemas]

"""The AsyncAPI documents as services answer them: copies that are installed with this package.

The documents stand in the repository's `contracts/asyncapi`, where people look for them and where no package can take
them from. `kyodo contracts generate` writes both, and `kyodo contracts check` compares them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_ORIGIN = "asyncapi/"


def of(documents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Those documents among all that are served, by their name in this folder."""
    return {path.removeprefix(_ORIGIN): document for path, document in documents.items() if path.startswith(_ORIGIN)}


def names() -> set[str]:
    """Those that have a document: services, and "kyodo"."""
    return {path.stem for path in FOLDER.glob("*.json")}


@cache
def asyncapi(name: str) -> dict[str, Any]:
    """The document of a service, or "kyodo": of all of them. Raises FileNotFoundError where there is none."""
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document

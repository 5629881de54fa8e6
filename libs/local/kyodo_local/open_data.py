"""The catalogue of the whole platform's open data: a document that is committed, and served at `/open-data`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kyodo_events.schemas.generate import text_of
from kyodo_local.services import all_services
from kyodo_platform.open_data.catalogue import platform_catalogue

PATH: Final = "open-data/catalog.jsonld"
"""Inside the folder of contracts."""

MEDIA_TYPE: Final = "application/ld+json"


def text() -> str:
    """The document as the services' code says it; the same wherever the platform stands."""
    return text_of(platform_catalogue(all_services()))


def write(folder: Path) -> list[str]:
    """Make the folder hold the document; answers with its path where it changed."""
    if _standing(folder) == text():
        return []
    (folder / PATH).parent.mkdir(parents=True, exist_ok=True)
    (folder / PATH).write_text(text(), encoding="utf-8")
    return [PATH]


def stale(folder: Path) -> list[str]:
    """The document's path, where the folder holds another one than the code says."""
    return [] if _standing(folder) == text() else [PATH]


def _standing(folder: Path) -> str | None:
    path = folder / PATH
    return path.read_text(encoding="utf-8") if path.is_file() else None

"""The catalogue of the whole platform's open data: a document that is committed, and served at `/open-data`."""

from __future__ import annotations

from typing import Final

from kyodo_events.schemas.generate import text_of
from kyodo_local.services import all_services
from kyodo_platform.open_data.catalogue import platform_catalogue

MEDIA_TYPE: Final = "application/ld+json"


def text() -> str:
    """The document as the services' code says it; the same wherever the platform stands."""
    return text_of(platform_catalogue(all_services()))

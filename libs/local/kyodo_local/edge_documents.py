"""What the edge serves beside the contracts in JSON, made from them and from the code, and committed like them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kyodo_events.schemas.generate import PLATFORM, Documents
from kyodo_local import open_data
from kyodo_platform.asyncapi_page import asyncapi_page

CATALOGUE: Final = "open-data/catalog.jsonld"
PAGE: Final = "asyncapi/kyodo.html"
"""Inside the folder of contracts."""


def texts(contracts: Documents) -> dict[str, str]:
    """Each of them by its path in the folder of contracts."""
    return {CATALOGUE: open_data.text(), PAGE: asyncapi_page(contracts[f"asyncapi/{PLATFORM}.json"])}


def write(folder: Path, made: Mapping[str, str]) -> list[str]:
    """Make the folder hold them; answers with the paths of those that changed."""
    changed = stale(folder, made)
    for path in changed:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(made[path], encoding="utf-8")
    return changed


def stale(folder: Path, made: Mapping[str, str]) -> list[str]:
    """The paths of those that the folder holds otherwise, or not at all."""
    return [path for path, text in made.items() if not _holds(folder / path, text)]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text

"""The forum's roadmap of the shared platform, as the API takes its items."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def roadmap_items() -> list[dict[str, Any]]:
    """The bodies of `POST /v1/roadmap-items`, one for each item that the forum published in February 2023."""
    document = json.loads(files(__package__).joinpath("forum-2023.json").read_text(encoding="utf-8"))
    return [
        {"name_ja": row["item_ja"], "steps": {year: text for year, text in row.items() if year.isdigit()}}
        for row in document["platform_roadmap"]
    ]

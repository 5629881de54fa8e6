"""The five domestic precedents of the forum of 14 February 2023, as the Bureau of Digital Services presented them.

The file holds what was presented and no more: no cost, barrier or contact was. The ids follow from the places, so that
recording them again finds them recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from uuid import NAMESPACE_URL, uuid5

from kyodo_academy.precedents.model import PrecedentContent
from kyodo_academy.visibility import Visibility


def forum_precedents() -> Iterator[tuple[str, PrecedentContent]]:
    """The id and the content of each."""
    found = json.loads(files(__package__).joinpath("forum_2023.json").read_text(encoding="utf-8"))
    common = {"sources": [found["source"]], "visibility": Visibility.PUBLIC}
    for facts in found["precedents"]:
        id_ = uuid5(NAMESPACE_URL, f"kyodo/academy/precedents/forum-2023/{facts['place_ja']}")
        yield str(id_), PrecedentContent.model_validate(facts | common)

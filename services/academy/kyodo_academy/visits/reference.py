"""The two visits of which the forum of 14 February 2023 told: Korea and Australia, with their hosts.

What was found was not in the forum's documents: findings are recorded by those who were there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from uuid import NAMESPACE_URL, uuid5

from kyodo_academy.visibility import Visibility
from kyodo_academy.visits.model import VisitContent


def forum_visits() -> Iterator[tuple[str, VisitContent]]:
    """The id and the content of each."""
    found = json.loads(files(__package__).joinpath("forum_2023.json").read_text(encoding="utf-8"))
    common = {"sources": [found["source"]], "visibility": Visibility.PUBLIC.value}
    for facts in found["visits"]:
        id_ = uuid5(NAMESPACE_URL, f"kyodo/academy/visits/forum-2023/{facts['country']}")
        yield str(id_), VisitContent.model_validate_json(json.dumps(facts | common))

"""A joint call as one contracting process: a release for each thing that happened and is public."""

from __future__ import annotations

from collections.abc import Sequence

from kyodo_events.contracts.procurement.calls import JointCallPublished
from kyodo_events.event import Event, Recorded
from kyodo_procurement.ocds import awards, tenders
from kyodo_procurement.ocds.awards import Awarding
from kyodo_procurement.ocds.blocks import Json
from kyodo_procurement.ocds.tenders import Tendering

TOLD = (*tenders.TOLD, *awards.TOLD)
"""The events that a release tells of."""


def releases_of_call(call_id: str, past: Sequence[Recorded[Event]], tenderers: Sequence[Json]) -> list[Json]:
    """The releases of a published call, the oldest first.

    `past` are its events and those of its opening, its evaluation and its frameworks, the publication first and the
    others in the order in which they happened; `tenderers` are the firms of the opened quotations, as parties.
    """
    published = past[0]
    if not isinstance(published.event, JointCallPublished):
        raise TypeError(f"the story of the call {call_id} does not begin with its publication")
    tendering = Tendering(call_id, published.event, published, tenderers)
    awarding = Awarding(call_id, published.event)
    return [told for record in past for told in (*tendering.tell(record), *awarding.tell(record))]

"""What is metered outside procurement's catalogue: work of experts, help of supporters, training.

Each service publishes these events as its own (see talent, supporter_matching, academy). The cost ledger charges them
where the burden terms of the named project price the event's meter: the joint scheme under which experts,
supporters or courses are shared is a project like any other.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id

MAX_METERED = 1_000  # half-days or hours of one record: more is a mistake of the keyboard

Measure = Annotated[int, Field(strict=True, ge=1, le=MAX_METERED)]
MeasureOrNone = Annotated[int, Field(strict=True, ge=0, le=MAX_METERED)]


class Metered(Event):
    """Base of what counts on a meter. `meter` is the code that burden terms price it by."""

    meter: ClassVar[str] = ""

    project_id: Annotated[Id, Field(description="The joint project whose burden terms price it.")]
    municipality: MunicipalityCode

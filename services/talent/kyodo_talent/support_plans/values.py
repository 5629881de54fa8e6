"""What a plan of hands-on support is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.texts import Line

MOST_ACTIONS: Final = 200

Goals = Annotated[
    tuple[Line, ...], Field(min_length=1, max_length=10, description="What is to be reached; write no names.")
]
Findings = Annotated[tuple[Line, ...], Field(max_length=20, description="What was found on the visit; write no names.")]
ActionNumber = Annotated[int, Field(ge=1, le=MOST_ACTIONS, description="The place of the action in the plan, from 1.")]


class ActionState(StrEnum):
    """How far an action has come: it binds nobody before both sides agreed to it."""

    PROPOSED = "proposed"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"proposed": "提案中", "open": "実施中", "done": "完了", "dropped": "取りやめ"}[self.value]

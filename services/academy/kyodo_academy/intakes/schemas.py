"""A list of officials as their employer sends it, and what became of it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from kyodo_academy.profiles.api import ProfileIn
from kyodo_platform.resources import Answer, Body

MOST: Final = 500


class IntakeIn(Body):
    """Officials who are to be trained. Every field is encrypted with a key for each person."""

    learners: Annotated[tuple[ProfileIn, ...], Field(min_length=1, max_length=MOST)]


class TakenOverOut(Answer):
    """Under which id and pseudonym a row of the list is kept from now on."""

    learner_id: str
    pseudonym: str = Field(title="仮名")


class IntakeOut(Answer):
    """The learners, in the order of the list. It repeats nothing of what was sent: answers may be stored."""

    learners: list[TakenOverOut]

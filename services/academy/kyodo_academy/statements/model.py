"""A statement that was accepted: a fact of its own, under the id that came with it, or that it was given here.

Whole numbers only: a score in percent, a duration in seconds.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_academy.e_learning.values import Percent
from kyodo_academy.statements.values import Verb
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Code, Id

CATEGORY = "xapi-statement"

Span = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class StatementAccepted(Event, type="kyodo.academy.statement-accepted", words="学習記録「{verb}」を受け付けた"):
    """A learner did something in a unit, as it was told. `stated_at` is its timestamp, where it had one."""

    municipality: Party
    learner_id: Id
    course_id: Id
    unit: Code
    verb: Verb
    score: Percent | None
    progress: Percent | None
    seconds: Span | None
    success: bool | None
    completion: bool | None
    stated_at: AwareDatetime | None

    def says_the_same_as(self, other: Event) -> bool:
        """Whether it is the same statement again; without a timestamp it may come at another time."""
        if not isinstance(other, StatementAccepted):
            return False
        known = other.model_copy(update={"stated_at": None}) if self.stated_at is None else other
        return self == known


class XapiVersionMissing(Refused):
    status, type = 400, "xapi-version-missing"
    title = "X-Experience-API-Version is missing or unknown"
    detail = "Versions 1.0.x and 2.0.x are spoken here."
    remedy = "Send X-Experience-API-Version: 1.0.3, or 2.0.0."


class StatementWrong(Refused):
    status, type = 422, "statement-wrong"
    title = "A statement cannot be taken"
    detail = "{pointer}: {why}. Nothing of the request was taken."
    remedy = "Correct it, and send all of them again."


class StatementTwice(Refused):
    status, type = 400, "statement-id-twice"
    title = "Two statements of the request have the same id"
    detail = "{pointer}: the id {id} stands there for the second time. Nothing of the request was taken."
    remedy = "Give each statement an id of its own."


class StatementConflict(Refused):
    status, type = 409, "statement-conflict"
    title = "Another statement has this id"
    detail = "{pointer}: the statement {id} is here already, and says something else. Nothing of the request was taken."
    remedy = "Statements never change: send what is new under an id of its own."


class QueryWrong(Refused):
    status, type = 400, "statement-query-wrong"
    title = "Statements cannot be asked for like that"
    detail = "{why}."
    remedy = "Ask for one statement by its id, or for several by the other parameters."

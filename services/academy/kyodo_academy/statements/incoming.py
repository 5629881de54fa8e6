"""Statements as they come in. What a statement may hold besides is taken, checked for its form, and not kept.

Labels of verbs and activities are ours to say. What a learner typed, where a player reports it, may be about anybody.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from kyodo_academy.sessions.values import Moment
from kyodo_academy.statements.values import (
    PROGRESS,
    VIDEO_PROGRESS,
    Duration,
    StatementId,
    percent_of,
    seconds_of,
)
from kyodo_platform.resources import Body

MOST_STATEMENTS = 100

Iri = Annotated[
    str, Field(min_length=3, max_length=500, pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x1f<>\"{}|^`\\]+$")
]
NotKept = Annotated[dict[str, Any] | None, Field(max_length=100, description="Taken, and not kept.")]
Pseudonym = Annotated[str, Field(pattern="^learner-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Real = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


def _refused(given: Any) -> Any:
    raise ValueError(
        "people are told apart by their pseudonym alone: send an account with homePage and name, and nothing else"
    )


TellsWho = Annotated[None, BeforeValidator(_refused), Field(description="Not taken: an account tells who it is.")]


class AccountIn(Body):
    """A learner's account: the pseudonym, and the system on which it is one (see /v1/xapi/about)."""

    homePage: Iri  # noqa: N815 - xAPI's own spelling
    name: Pseudonym


class AgentIn(Body):
    """A learner."""

    objectType: Literal["Agent"] = "Agent"  # noqa: N815
    account: AccountIn
    name: TellsWho = None
    mbox: TellsWho = None
    mbox_sha1sum: TellsWho = None
    openid: TellsWho = None


class VerbIn(Body):
    """What the learner did."""

    id: Iri
    display: NotKept = None


class ObjectIn(Body):
    """The unit in which it was done."""

    objectType: Literal["Activity"] = "Activity"  # noqa: N815
    id: Iri
    definition: NotKept = None


class ScoreIn(Body):
    """How well it was done."""

    scaled: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None
    raw: Real | None = None
    min: Real | None = None
    max: Real | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.min, self.max
        if low is not None and high is not None and low >= high:
            raise ValueError("min is not below max")
        if self.raw is not None and ((low is not None and self.raw < low) or (high is not None and self.raw > high)):
            raise ValueError("raw does not lie between min and max")
        return self

    @property
    def percent(self) -> int | None:
        """In whole percent of what could be reached; None where that is not told. What is below zero is zero."""
        if self.scaled is not None:
            return max(0, percent_of(self.scaled))
        if self.raw is None or self.max is None:
            return None
        low = self.min or 0.0
        return max(0, min(100, percent_of((self.raw - low) / (self.max - low)))) if self.max > low else None


class ProgressIn(BaseModel):
    """Extensions, of which progress is read: in percent, or as a share where a video player tells it."""

    model_config = ConfigDict(extra="ignore")

    percent: int | None = Field(default=None, strict=True, ge=0, le=100, alias=PROGRESS)
    share: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False, alias=VIDEO_PROGRESS)


class ResultIn(Body):
    """What came of it."""

    score: ScoreIn | None = None
    success: bool | None = None
    completion: bool | None = None
    response: Annotated[str, Field(max_length=20_000, description="Taken, and not kept.")] | None = None
    duration: Duration | None = None
    extensions: ProgressIn | None = None


class StatementIn(Body):
    """A statement of a learner about a unit of a course."""

    id: StatementId | None = None
    actor: AgentIn
    verb: VerbIn
    object: ObjectIn
    result: ResultIn | None = None
    context: NotKept = None
    timestamp: Moment | None = None
    stored: AwareDatetime | None = Field(default=None, description="Taken, and not kept.")
    authority: NotKept = None
    version: Annotated[str, Field(pattern=r"^(1\.0|2\.0)(\.[0-9]{1,3})?$")] | None = None

    @property
    def learner_id(self) -> str:
        """Whose statement it is."""
        return self.actor.account.name.removeprefix("learner-")

    @property
    def score(self) -> int | None:
        """In percent."""
        return self.result.score.percent if self.result and self.result.score else None

    @property
    def progress(self) -> int | None:
        """In percent of the unit."""
        told = self.result.extensions if self.result else None
        if told is None:
            return None
        return percent_of(told.share) if told.percent is None and told.share is not None else told.percent

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        return seconds_of(self.result.duration) if self.result and self.result.duration else None


Batch = Annotated[list[StatementIn], Field(min_length=1, max_length=MOST_STATEMENTS)]
OneOrMany = Annotated[
    Annotated[StatementIn, Tag("one")] | Annotated[Batch, Tag("many")],
    Discriminator(lambda body: "many" if isinstance(body, list) else "one"),
]
"""A statement, or several that are taken all or not at all."""

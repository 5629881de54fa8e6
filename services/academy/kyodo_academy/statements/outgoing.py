"""Statements as they go out: valid xAPI, in which nobody is named but by a pseudonym."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Self

from pydantic import Field

from kyodo_academy.statements.values import (
    PROGRESS,
    VERSIONS,
    ActivityKind,
    Names,
    Verb,
    duration_of,
)
from kyodo_platform.resources import Answer

ABOUT_HOME: Final = "urn:kyodo:xapi:home-page"
ABOUT_UNITS: Final = "urn:kyodo:xapi:units"


class StatementRow(Answer):
    """A row as it rests."""

    statement_id: str
    learner_id: str
    verb: Verb
    kind: ActivityKind
    activity: str
    score: int | None
    progress: int | None
    seconds: int | None
    success: bool | None
    completion: bool | None
    happened_at: datetime
    stored_at: datetime


class Account(Answer):
    homePage: str  # noqa: N815 - xAPI's own spelling
    name: str = Field(description="A pseudonym.")


class Agent(Answer):
    objectType: str = "Agent"  # noqa: N815
    account: Account


class VerbOut(Answer):
    id: str
    display: dict[str, str]


class Definition(Answer):
    type: str


class Activity(Answer):
    objectType: str = "Activity"  # noqa: N815
    id: str
    definition: Definition


class Score(Answer):
    scaled: float
    raw: int
    min: int = 0
    max: int = 100


class Result(Answer):
    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    duration: str | None = None
    extensions: dict[str, int] | None = None


class StatementOut(Answer):
    """One statement."""

    id: str
    actor: Agent
    verb: VerbOut
    object: Activity
    result: Result | None = None
    timestamp: datetime
    stored: datetime
    authority: Agent
    version: str = VERSIONS[0]

    @classmethod
    def of_row(cls, row: StatementRow, names: Names) -> Self:
        """The statement that a row stands for."""
        return cls(
            id=row.statement_id,
            actor=_agent(names, f"learner-{row.learner_id}"),
            verb=VerbOut(id=row.verb.iri, display={"en-US": row.verb.value, "ja-JP": row.verb.label_ja}),
            object=Activity(id=names.activity(row.activity), definition=Definition(type=row.kind.iri)),
            result=_result(row),
            timestamp=row.happened_at,
            stored=row.stored_at,
            authority=_agent(names, "academy"),
        )


class StatementResult(Answer):
    """Some statements, and where the next ones are."""

    statements: list[StatementOut]
    more: str = Field(description="Relative address of the next ones; empty where there are none.")


class AboutOut(Answer):
    """Which xAPI is spoken here, and how people and activities are called."""

    version: list[str]
    extensions: dict[str, Any]

    @classmethod
    def of_names(cls, names: Names) -> Self:
        """What players need to know."""
        units = names.activity("courses/{course_id}/units/{unit}")
        return cls(version=list(VERSIONS), extensions={ABOUT_HOME: names.home_page, ABOUT_UNITS: units})


def _agent(names: Names, name: str) -> Agent:
    return Agent(account=Account(homePage=names.home_page, name=name))


def _result(row: StatementRow) -> Result | None:
    found = Result(
        score=None if row.score is None else Score(scaled=row.score / 100, raw=row.score),
        success=row.success,
        completion=row.completion,
        duration=None if row.seconds is None else duration_of(row.seconds),
        extensions=None if row.progress is None else {PROGRESS: row.progress},
    )
    return found if any(value is not None for _, value in found) else None

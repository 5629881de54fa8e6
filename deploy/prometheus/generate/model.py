"""What slo.yaml and causes.yaml say, read strictly: a member that is unknown or missing is an error with its place."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from kyodo_platform.http import SECONDS

FOLDER: Final = Path(__file__).parents[1]
LE: Final = 'le="'

Severity = Literal["page", "ticket"]
"""Whether an alert wakes somebody, or waits for the next working day."""


def _a_bucket(selector: str) -> str:
    """A selector whose `le`, where it names one, is a bucket that services have. Raises ValueError."""
    if LE in selector:
        bound = selector.partition(LE)[2].partition('"')[0]
        buckets = [str(bucket) for bucket in SECONDS._upper_bounds]
        if bound not in buckets:
            raise ValueError(f"{bound} is no bucket of the histogram; there are {', '.join(buckets)}")
    return selector


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ratio(_Strict):
    """Good or bad events of all, as counters; a window of fewer than `least_requests` counts as one of so many."""

    good: Annotated[str, AfterValidator(_a_bucket)] | None = None
    bad: str | None = None
    total: str
    least_requests: int = Field(ge=1)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise ValueError("a ratio has either good events or bad ones")
        return self


class Threshold(_Strict):
    """A gauge that is to be at most so much; time above it is bad, as long as `while` is 1."""

    value: str
    at_most: float
    while_: str | None = Field(default=None, alias="while")


class Objective(_Strict):
    """A service level objective: of what, how much of it is to be good (in percent), and how that is seen."""

    name: str
    alert: str
    title: str
    title_ja: str
    description: str
    objective: float = Field(gt=50, lt=100)
    by: Literal["service", "consumer"]
    ratio: Ratio | None = None
    threshold: Threshold | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ratio is None) == (self.threshold is None):
            raise ValueError("an objective has either a ratio or a threshold")
        return self

    @property
    def budget(self) -> float:
        """The share that may be bad."""
        return round(1 - self.objective / 100, 9)


class Objectives(_Strict):
    """All of slo.yaml."""

    runbooks: str
    window: str
    services: list[str]
    not_counted: str
    objectives: list[Objective]

    def counted(self, selector: str) -> str:
        """The selector with what is counted in the place of `$counted`."""
        return Template(selector).substitute(counted=f'route!~"{self.not_counted}"')

    def runbook(self, alert: str) -> str:
        """Where the page of an alert is read."""
        return f"{self.runbooks}/{page_of(alert)}"


class Cause(_Strict):
    """An alert that is no objective's; `for_each_service` is its expression for one service, instead of `expr`."""

    alert: str
    title_ja: str
    severity: Severity
    expr: str | None = None
    for_each_service: str | None = None
    for_: str | None = Field(default=None, alias="for")
    summary: str
    description: str

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.expr is None) == (self.for_each_service is None):
            raise ValueError("an alert has either expr or for_each_service")
        return self

    def condition(self, services: list[str]) -> str:
        """The whole expression."""
        if self.for_each_service is None:
            return self.expr or ""
        each = Template(self.for_each_service)
        return "\nor ".join(each.substitute(service=service) for service in services)


def page_of(alert: str) -> str:
    """The file in docs/runbooks: `ServiceDown` is `service-down.md`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in alert).strip("-") + ".md"


def objectives() -> Objectives:
    """What slo.yaml says. Raises pydantic's ValidationError."""
    return Objectives.model_validate(_read("slo.yaml"))


def causes() -> list[Cause]:
    """What causes.yaml says. Raises pydantic's ValidationError."""
    return TypeAdapter(list[Cause]).validate_python(_read("causes.yaml"))


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))

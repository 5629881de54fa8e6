"""What OpenAPI says of a route beyond its models: refusals, headers, policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kyodo_events.errors import (
    ConcurrentChange,
    Forbidden,
    NotFound,
    PreconditionRequired,
    Refused,
    StaleVersion,
    Unauthenticated,
)
from kyodo_platform.csv_answers import CSV
from kyodo_platform.cursors import BadCursor
from kyodo_platform.idempotency import HEADER, BadIdempotencyKey, IdempotencyKeyReused
from kyodo_platform.identity.policies import public
from kyodo_platform.problem_refusals import (
    BadExerciseTime,
    BadPrecondition,
    BadRequestBody,
    BodyTooLarge,
    Crashed,
    DependencyUnavailable,
    InvalidRequest,
)
from kyodo_platform.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from kyodo_platform.routing import Rules

PROBLEM = {"$ref": "#/components/schemas/Problem"}
ON_EVERY_ROUTE: tuple[type[Refused], ...] = (BadRequestBody, InvalidRequest, Crashed, DependencyUnavailable)


def description_of(rules: Rules, path: str, raises: Sequence[type[Refused]], *, tabular: bool) -> dict[str, Any]:
    """The options of FastAPI's `add_api_route` that describe a route; a page or matrix also answers with CSV."""
    csv = {200: {"content": {CSV: {"schema": {"type": "string"}}}}} if tabular else {}
    return {"responses": {**responses_for(_refusals(rules, path, raises)), **csv}, "openapi_extra": _extra(rules)}


def responses_for(refusals: Iterable[type[Refused]]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: one entry a status, with an example of each refusal.

    Those that every route may answer (400, 422, 500 and 503) are added. The entries refer to the schema that
    `problems.install` puts into the document.
    """
    by_status: dict[int, dict[str, type[Refused]]] = {}
    for refusal in (*refusals, *ON_EVERY_ROUTE):
        by_status.setdefault(refusal.status, {})[refusal.type] = refusal
    return {status: _described(by_status[status]) for status in sorted(by_status)}


def _described(refusals: Mapping[str, type[Refused]]) -> dict[str, Any]:
    examples = {slug: {"summary": refusal.title, "value": _example(refusal)} for slug, refusal in refusals.items()}
    return {
        "description": "; ".join(refusal.title for refusal in refusals.values()),
        "content": {MEDIA_TYPE: {"schema": PROBLEM, "examples": examples}},
    }


def _example(refusal: type[Refused]) -> dict[str, Any]:
    """The problem of a refusal whose facts are not known: its detail shows where they go."""
    return Problem(
        type=f"/problems/{refusal.type}",
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail or refusal.title,
        remedy=refusal.remedy,
        effect="unknown" if refusal in (Crashed, DependencyUnavailable) else "none",
    ).model_dump(exclude_none=True)


def _refusals(rules: Rules, path: str, raises: Sequence[type[Refused]]) -> list[type[Refused]]:
    """All that may be answered here, so that OpenAPI declares it."""
    found: list[type[Refused]] = [*raises, BadCursor, BadExerciseTime]
    if rules.policy is not public:
        found.append(Forbidden)
    found.append(Unauthenticated)  # a bad token is refused also where none is needed
    if "{" in path or not rules.reads:  # a write can meet a row that row-level security hides
        found.append(NotFound)
    if not rules.reads:
        found += [ConcurrentChange, BadIdempotencyKey, IdempotencyKeyReused, BodyTooLarge]
    if rules.changes:
        found += [PreconditionRequired, StaleVersion, BadPrecondition]
    return found


def _extra(rules: Rules) -> dict[str, Any]:
    """The headers that the platform reads, and who may ask."""
    parameters = []
    if not rules.reads:
        parameters.append(
            _header(HEADER, "Repeats of this key get the first answer.", required=False, pattern="^[!-~]{1,200}$")
        )
    if rules.changes:
        parameters.append(
            _header("If-Match", "The ETag read, or * for whatever stands there.", pattern=r'^(\*|"[0-9]{1,9}")$')
        )
    extra: dict[str, Any] = {"x-kyodo-policy": rules.policy.name}
    if rules.deprecated:
        extra |= rules.deprecated.described()
    if parameters:
        extra["parameters"] = parameters
    if rules.policy is not public:
        extra["security"] = [{"bearer": []}]
    return extra


def _header(name: str, description: str, *, pattern: str, required: bool = True) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"in": "header", "name": name, "required": required, "description": description, "schema": schema}

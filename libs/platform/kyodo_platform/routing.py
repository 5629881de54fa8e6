"""Routes: what an endpoint need not write, because no route comes without it.

Every route names its policy and its refusals; identity, row-level security, the transaction, Idempotency-Key,
If-Match and ETag, pages, CSV and problems follow from the route's method and path:

- GET reads in one read-only transaction.
- POST to an address without an id creates.
- Any other unsafe method, or one to an address with an id, changes what stands there and needs If-Match, but for a
  PUT that only adds: it leaves what stands there as it is, so that there is no version to hold it against.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeVar, cast, get_args, get_type_hints

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from kyodo_events import tracing
from kyodo_events.database import EVERYONE, Transaction
from kyodo_events.errors import PreconditionRequired, Refused
from kyodo_events.event import Audit
from kyodo_platform import logs
from kyodo_platform.context import ANONYMOUS, RequestContext, current, scope_of
from kyodo_platform.csv_answers import csv_response, wants_csv
from kyodo_platform.deprecation import Deprecation
from kyodo_platform.exercise import HEADER as EXERCISE_TIME
from kyodo_platform.exercise import stated_moment
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Identity
from kyodo_platform.identity.policies import Policy
from kyodo_platform.matrices import Matrix
from kyodo_platform.problem_refusals import BadPrecondition
from kyodo_platform.resources import Page, Resource
from kyodo_platform.route_description import description_of
from kyodo_platform.unit_of_work import Handler, read, write

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD"})
TRACEPARENT = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")  # W3C Trace Context, version 00
MAX_BODY = 8 * 1024 * 1024  # bytes; a report of 1,000 usage records is below 500 KB


@dataclass(frozen=True, slots=True)
class Rules:
    """What a route declared about itself."""

    policy: Policy
    method: str
    changes: bool
    acts_for_all: bool
    deprecated: Deprecation | None = None

    @property
    def reads(self) -> bool:
        """Whether such a request leaves everything as it is."""
        return self.method in SAFE


def rules_of(endpoint: Callable[..., Any]) -> Rules:
    """The rules of a route's endpoint. Raises TypeError for one that named no policy: the app refuses to start."""
    rules = getattr(endpoint, "__kyodo_rules__", None)
    if rules is None:
        raise TypeError(f"{endpoint.__qualname__} was added without a policy; use Router.get/post/put/delete")
    return cast("Rules", rules)


class Router:
    """The routes of a slice; none comes without a policy.

    With `deprecated=Deprecation(since, sunset, successor)` a route announces that it goes.
    """

    def __init__(self, *, prefix: str, tags: Sequence[str]) -> None:
        self.prefix = prefix
        self.api = APIRouter(prefix=prefix, tags=list(tags), route_class=KyodoRoute)

    @property
    def routes(self) -> list[KyodoRoute]:
        """All routes. Raises TypeError for one that was added past this class and so came without a policy."""
        for route in self.api.routes:
            if not isinstance(route, KyodoRoute):
                raise TypeError(f"{route!r} was added without a policy; use Router.get/post/put/delete")
        return cast("list[KyodoRoute]", self.api.routes)

    def get(
        self, path: str, *, allow: Policy, raises: Sequence[type[Refused]] = (), **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that reads."""
        return partial(self._add, "GET", path, allow, raises, options)

    def post(
        self, path: str, *, allow: Policy, raises: Sequence[type[Refused]] = (), **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that creates (no id in its path; answers 201) or acts on what its path names."""
        return partial(self._add, "POST", path, allow, raises, options)

    def put(
        self, path: str, *, allow: Policy, raises: Sequence[type[Refused]] = (), **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that sets what its path names; with `only_adds` it adds what is not there, and changes nothing."""
        return partial(self._add, "PUT", path, allow, raises, options)

    def delete(
        self, path: str, *, allow: Policy, raises: Sequence[type[Refused]] = (), **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that withdraws what its path names."""
        return partial(self._add, "DELETE", path, allow, raises, options)

    def _add(
        self,
        method: str,
        path: str,
        policy: Policy,
        raises: Sequence[type[Refused]],
        options: dict[str, Any],
        endpoint: Endpoint,
    ) -> Endpoint:
        full = f"{self.prefix}{path}"
        missing = [name for name in policy.parameters if f"{{{name}}}" not in full]
        if missing:
            raise TypeError(f"{method} {full}: its policy {policy.name} needs {{{missing[0]}}} in the path")
        adds = bool(options.pop("only_adds", False))
        changes = method not in SAFE and not adds and (method != "POST" or "{" in full)
        rules = Rules(
            policy, method, changes, bool(options.pop("acts_for_all", False)), options.pop("deprecated", None)
        )
        answered = _answered(endpoint)
        vars(answered)["__kyodo_rules__"] = rules
        if method == "POST" and not changes:
            options.setdefault("status_code", 201)
        self.api.add_api_route(
            path,
            answered,
            methods=[method],
            max_body_size=MAX_BODY,
            **_merged(description_of(rules, full, raises, tabular=_is_tabular(endpoint)), options),
        )
        return endpoint


def _merged(described: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What the platform says of a route, with what the route adds to its responses and to OpenAPI."""
    added = {name: described[name] | options[name] for name in described.keys() & options.keys()}
    return described | options | added


class KyodoRoute(APIRoute):
    """A route whose handler runs inside identity, policy and one transaction."""

    def get_route_handler(self) -> Any:
        handler = cast("Handler", super().get_route_handler())
        rules: Rules = rules_of(self.endpoint)

        async def handle(request: Request) -> Response:
            runtime = request.app.state.runtime
            if rules.deprecated:
                root = request.scope.get("root_path", "")
                request.state.headers = rules.deprecated.headers(root, request.path_params)
            identity = await runtime.verifier.identify(request.headers.get("authorization"))
            logs.bind_actor(identity)
            rules.policy.permits(identity, request.path_params)
            if_match = _if_match(request) if rules.changes else None
            request.state.identity = identity
            scope = EVERYONE if rules.acts_for_all and not _is_narrowed(identity) else scope_of(identity)
            audit = Audit(
                actor=identity.subject if identity else ANONYMOUS,
                organisation=identity.organisation if identity else ANONYMOUS,
                correlation=request.state.correlation,
                traceparent=tracing.traceparent() or _traceparent(request),
            )

            stated = stated_moment(request, runtime)

            def begin(tx: Transaction) -> RequestContext:
                return RequestContext(
                    runtime=runtime,
                    identity=identity,
                    now=stated or runtime.clock(),
                    audit=audit,
                    tx=tx,
                    scope=scope,
                    if_match=if_match,
                    wants_csv=wants_csv(request),
                    url=request.url,
                    headers={EXERCISE_TIME: stated.isoformat()} if stated else {},
                )

            unit = read if rules.reads else write
            return await unit(begin, request, handler, scope)

        return handle


def _is_narrowed(identity: Identity | None) -> bool:
    """Whether the caller stands for one municipality: such a one never acts for all, whatever the policy says."""
    return identity is not None and (identity.municipality is not None or bool(identity.roles & MUNICIPAL_ROLES))


def _traceparent(request: Request) -> str | None:
    """The caller's place in its trace; anything else in that header is left behind, for it travels with the event."""
    given = request.headers.get("traceparent", "")
    return given if TRACEPARENT.fullmatch(given) else None


def _if_match(request: Request) -> Any:
    given = request.headers.get("if-match")
    if given is None:
        raise PreconditionRequired
    if given.strip() == "*":
        return "*"
    tag = given.strip().strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) <= 9):
        raise BadPrecondition
    return int(tag)


def _answered(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint with the head of its answer: ETag of a resource, Link and CSV of a page or a matrix."""
    row_type, tabular = _row_type(endpoint), _is_tabular(endpoint)

    @wraps(endpoint)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        result = await endpoint(*args, **kwargs)
        context = current.get()
        if isinstance(result, Resource):
            context.headers["ETag"] = f'"{result.version}"'
        if tabular:
            if result.next and context.url:
                context.headers["Link"] = f'<{context.url.include_query_params(cursor=result.next)}>; rel="next"'
            context.headers["Vary"] = "Accept"
            if context.wants_csv:
                return _page_as_csv(result, row_type) if row_type else result.as_csv()
        return result

    return answer


def _is_tabular(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint answers with a page or a matrix, which are given as CSV too."""
    answer = get_type_hints(endpoint).get("return")
    return isinstance(answer, type) and issubclass(answer, Page | Matrix)


def _row_type(endpoint: Callable[..., Any]) -> type[BaseModel] | None:
    """The row model of an endpoint that answers with a page."""
    answer = get_type_hints(endpoint).get("return")
    if not (isinstance(answer, type) and issubclass(answer, Page)):
        return None
    (row,) = get_args(answer.model_fields["items"].annotation)
    return cast("type[BaseModel]", row)


def _page_as_csv(page: Page[Any], row_type: type[BaseModel]) -> Response:
    labels = {name: field.title or name for name, field in row_type.model_fields.items()}
    return csv_response((row.model_dump(mode="json") for row in page.items), labels)

"""What surrounds every request: its ids, its log line, its metrics."""

from __future__ import annotations

import re
import time
from uuid import UUID

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kyodo_events.event import new_uuid
from kyodo_platform import logs

REQUESTS = Counter("kyodo_http_requests_total", "HTTP requests answered.", ["service", "method", "route", "status"])
SECONDS = Histogram(
    "kyodo_http_request_seconds", "Time to answer a request, in seconds.", ["service", "method", "route"]
)

_log = structlog.stdlib.get_logger(__name__)
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class RequestEnvelope:
    """ASGI middleware: gives the request its ids, then counts and logs it, without its body.

    What a route puts into `request.state.headers` stands in its answer whatever that is, problems included.

    A caller's X-Request-Id is kept where it is a UUID, so that a request can be followed across systems; it is
    also the correlation id of all events that follow from it.
    """

    def __init__(self, app: ASGIApp, service: str, environment: str) -> None:
        self.app = app
        self.service = service
        self.environment = environment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        correlation = _given_id(scope) or new_uuid()
        request_id = str(correlation)
        scope.setdefault("state", {}).update(request_id=request_id, correlation=correlation)
        status = 500

        async def tagged(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                more = {"x-request-id": request_id, **scope["state"].get("headers", {})}
                message["headers"] = [*message["headers"], *((n.lower().encode(), v.encode()) for n, v in more.items())]
            await send(message)

        with logs.context(request_id=request_id, service=self.service, environment=self.environment):
            try:
                await self.app(scope, receive, tagged)
            finally:
                self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's template, never the path: ids in a label would make a new series each.
        route = getattr(scope.get("route"), "path", "unmatched")
        REQUESTS.labels(self.service, scope["method"], route, str(status)).inc()
        SECONDS.labels(self.service, scope["method"], route).observe(seconds)
        span = trace.get_current_span()
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
        _log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


def _given_id(scope: Scope) -> UUID | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _UUID.fullmatch(value):
            return UUID(value.decode())
    return None

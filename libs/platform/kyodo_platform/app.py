"""The app factory: a service's FastAPI app from its slices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kyodo_events import tracing
from kyodo_platform import health, problems
from kyodo_platform.contract_routes import contract_routes
from kyodo_platform.feed import api as feed
from kyodo_platform.http import RequestEnvelope
from kyodo_platform.open_data import api as open_data
from kyodo_platform.openapi.sharing import share_problems
from kyodo_platform.routing import Router
from kyodo_platform.runtime import running
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings
from kyodo_platform.telemetry import trace_requests
from kyodo_platform.webhooks import api as webhooks

IN_EACH_SERVICE: tuple[Router, ...] = (feed.router, webhooks.router)


def create_app(service: Service, settings: Settings | None = None, *, messaging: bool = True) -> FastAPI:
    """The app of a service; it runs (pool, relay, consumer) while its lifespan lasts.

    `settings` default to the environment's. Raises TypeError for a route without a policy.
    """
    settings = settings or Settings.for_service(service.name)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(service, settings, messaging=messaging) as runtime:
            app.state.runtime = runtime
            yield

    app = FastAPI(
        title=f"Kyodo {service.title_en} · {service.title_ja}",
        version="1",
        description=f"{service.title_en} in the joint digital work of Tokyo and its 62 municipalities.",
        lifespan=lifespan,
    )
    # Before FastAPI's own, which makes the document in the event loop: for two seconds nobody would be answered.
    app.router.routes.insert(0, Route("/openapi.json", _document, include_in_schema=False))
    for router in routers_of(service):
        # Taken as they are: `include_router` has an app build every route anew within its first request, for a second
        # or more, and look for a route inside of each router.
        app.router.routes.extend(router.routes)
    app.include_router(health.router)
    app.include_router(contract_routes(service.name))
    app.add_middleware(RequestEnvelope, service=service.name, environment=settings.environment)
    problems.install(app)
    if tracing.is_on():
        trace_requests(app)
    _complete_document(app)
    return app


def routers_of(service: Service) -> list[Router]:
    """The routes of a service under policies: its slices' own, what each service has, and its open data."""
    own = [slice_.router for slice_ in service.slices if slice_.router and slice_.router.routes]
    return [*own, *IN_EACH_SERVICE, *([open_data.router] if service.data_sets else [])]


async def _document(request: Request) -> JSONResponse:
    """The service's OpenAPI document, for where the service is reached."""
    document, below = await asyncio.to_thread(request.app.openapi), request.scope.get("root_path", "").rstrip("/")
    return JSONResponse({**document, "servers": [{"url": below}]} if below else document)


def _complete_document(app: FastAPI) -> None:
    """Add the security scheme that the routes refer to, and say each problem once."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        return share_problems(document)

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document

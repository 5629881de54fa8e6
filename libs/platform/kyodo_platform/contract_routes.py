"""What a service says of the events that it publishes, to programs and to people."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from kyodo_events.schemas import served
from kyodo_platform.asyncapi_page import asyncapi_page


def contract_routes(service: str) -> APIRouter:
    """`/asyncapi.json` and `/asyncapi`, beside `/openapi.json` and `/docs`; none where the service publishes nothing.

    No kyodo_platform Router: like those two they answer without a token, and from no database.
    """
    router = APIRouter(include_in_schema=False)
    if service not in served.names():
        return router

    @router.get("/asyncapi.json")
    async def asyncapi() -> dict[str, Any]:
        return served.asyncapi(service)

    @router.get("/asyncapi", response_class=HTMLResponse)
    async def page() -> str:
        return _page_of(service)

    return router


@cache
def _page_of(service: str) -> str:
    return asyncapi_page(served.asyncapi(service))

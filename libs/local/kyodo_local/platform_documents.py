"""What all services together say of themselves, at the root of the embedded stack."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from kyodo_events.schemas import served
from kyodo_events.schemas.generate import PLATFORM
from kyodo_platform.asyncapi_page import asyncapi_page
from kyodo_platform.openapi.merging import merged


class PlatformDocuments:
    """Answers `/openapi.json`, `/asyncapi.json` and `/asyncapi` for these apps, by name of service."""

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self._apps = apps

    async def openapi(self, _: Request) -> Response:
        """The OpenAPI documents of all services as one; made in a thread, for the first time takes seconds."""
        return JSONResponse(await asyncio.to_thread(self._merged))

    def _merged(self) -> dict[str, object]:
        return merged({name: app.openapi() for name, app in self._apps.items()})

    async def asyncapi(self, _: Request) -> Response:
        """The AsyncAPI document of all services."""
        return JSONResponse(served.asyncapi(PLATFORM))

    async def asyncapi_page(self, _: Request) -> Response:
        """The same for people."""
        return HTMLResponse(asyncapi_page(served.asyncapi(PLATFORM)))

"""What stands at the root of the embedded stack, and the five services below their names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from kyodo_local import open_data
from kyodo_local.landing import Landing
from kyodo_local.platform_documents import PlatformDocuments


def front(folder: Path, apps: Mapping[str, FastAPI]) -> Starlette:
    """One app of all services' apps, by their names; the scenario's result is found in the folder."""
    landing, documents = Landing(folder), PlatformDocuments(apps)
    return Starlette(
        routes=[
            Route("/", landing.page),
            Route("/scenario", landing.result),
            Route("/openapi.json", documents.openapi),
            Route("/asyncapi.json", documents.asyncapi),
            Route("/asyncapi", documents.asyncapi_page),
            Route("/open-data", _catalogue),
            *(Mount(f"/{name}", app=app) for name, app in apps.items()),
        ],
    )


async def _catalogue(_: Request) -> Response:
    """The open data of all services; in production the edge serves the committed document."""
    return Response(open_data.text(), media_type=open_data.MEDIA_TYPE)

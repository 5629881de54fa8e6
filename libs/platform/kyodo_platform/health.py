"""Health and metrics of a service process, for orchestrators and Prometheus."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from kyodo_platform.runtime import Runtime
from kyodo_platform.self_watch import OK

# Not a kyodo_platform Router: these three answer without token, database or transaction, or they could not
# tell that one of them is away. They say nothing about anybody.
router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """Whether the process can do its work, and what hinders it."""

    status: Literal["ok", "not_ready"]
    checks: dict[str, str]


@router.get("/livez")
async def livez() -> Health:
    """The process runs and its event loop turns."""
    return Health(status="ok", checks={})


@router.get("/readyz", responses={503: {"model": Health, "description": "Not ready; the checks say why."}})
async def readyz(request: Request, response: Response) -> Health:
    """The database answers and is not behind in migrations; the consumer is not stuck."""
    runtime: Runtime = request.app.state.runtime
    checks = await runtime.readiness()
    ready = all(check == OK for check in checks.values())
    response.status_code = 200 if ready else 503
    return Health(status="ok" if ready else "not_ready", checks=checks)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics() -> Response:
    """All metrics of this process in Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

"""The OpenAPI document over HTTP: made once, beside the event loop, and for where the service is reached."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.support.running import Running


async def test_others_are_answered_while_the_document_is_made(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> dict[str, Any]:
        begun.set()
        assert go_on.wait(20)
        return {"openapi": "3.1.0"}

    monkeypatch.setattr(sample.app, "openapi", slow)
    asked = asyncio.create_task(sample.client.get("/openapi.json"))
    try:
        assert await asyncio.to_thread(begun.wait, 10)
        assert (await asyncio.wait_for(sample.client.get("/livez"), 10)).status_code == 200
        assert not asked.done()
    finally:
        go_on.set()
    assert (await asked).json() == {"openapi": "3.1.0"}


async def test_it_names_the_path_below_which_the_service_is_reached(sample: Running) -> None:
    own = (await sample.client.get("/openapi.json")).json()
    assert "servers" not in own
    assert "/v1/books" in own["paths"]
    edge = Starlette(routes=[Mount("/sample", app=sample.app)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=edge), base_url="http://kyodo.test") as client:
        assert (await client.get("/sample/openapi.json")).json() == own | {"servers": [{"url": "/sample"}]}
        assert "url: '/sample/openapi.json'" in (await client.get("/sample/docs")).text.replace('"', "'")
    assert "servers" not in (await sample.client.get("/openapi.json")).json(), "the next one asks elsewhere"

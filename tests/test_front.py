"""The root of the embedded stack: the landing page and its links, and the documents of all services."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from kyodo_events.schemas import served
from kyodo_local.front import front
from kyodo_platform.app import create_app
from kyodo_platform.asyncapi_page import asyncapi_page
from kyodo_platform.settings import Settings
from tests.support.services import NAMES, service

CONTRACTS = Path(__file__).parents[1] / "contracts"


@pytest.fixture
def root(settings_for: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """The root over all five services; none of them runs, and none need for what is asked here."""
    apps = {}
    for name in NAMES:
        apps[name] = create_app(service(name), settings_for(name, "postgresql://nowhere/none"), messaging=False)
        # As committed, which test_openapi compares with the code: making all of them takes ten seconds.
        document = json.loads((CONTRACTS / "openapi" / f"{name}.json").read_text(encoding="utf-8"))
        monkeypatch.setattr(apps[name], "openapi", lambda document=document: document)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=front(tmp_path, apps)), base_url="http://kyodo.test")


async def test_every_link_of_the_landing_page_leads_somewhere(root: httpx.AsyncClient) -> None:
    async with root:
        links = re.findall(r'href="([^"]+)"', (await root.get("/")).text)
        assert {"/openapi.json", "/asyncapi.json", "/asyncapi"} <= set(links)
        assert {f"/{name}{page}" for name in NAMES for page in ("/asyncapi", "/asyncapi.json")} <= set(links)
        of_running_ones = [link for link in links if link.endswith("/readyz")]
        assert len(of_running_ones) == len(NAMES)
        answers = {link: (await root.get(link)).status_code for link in links if link not in of_running_ones}
    assert set(answers.values()) == {200}, answers


async def test_the_documents_of_all_services_are_those_committed(root: httpx.AsyncClient) -> None:
    async with root:
        for kind in ("openapi", "asyncapi"):
            committed = json.loads((CONTRACTS / kind / "kyodo.json").read_text(encoding="utf-8"))
            assert (await root.get(f"/{kind}.json")).json() == committed
        assert (await root.get("/asyncapi")).text == asyncapi_page(served.asyncapi("kyodo"))

"""The roadmap over HTTP: who keeps it, who follows it, what everybody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from conftest import Api, As
from kyodo_local.demo.forum_roadmap import roadmap_items
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings
from kyodo_procurement.roadmap.views import roadmap
from tests.support.databases import Databases
from tests.support.offering import desk_of

CHIYODA, MUSASHINO = "131016", "132039"
ANY = {"If-Match": "*"}
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
ITEM = {"name_ja": "クラウドの共同利用", "steps": {"2024": "今後検討", "2023": "検討開始"}}
REVISION = {"text_ja": "方針を決定", "reason": "参加団体の増加"}


@pytest.fixture
async def procurement(api: Api) -> httpx.AsyncClient:
    return await api("procurement")


async def added(procurement: httpx.AsyncClient, as_: As, body: Any = ITEM) -> str:
    response = await procurement.post("/v1/roadmap-items", json=body, headers=as_("secretariat"))
    assert response.status_code == 201, response.text
    return f"/v1/roadmap-items/{response.json()['id']}"


async def put(procurement: httpx.AsyncClient, as_: As, path: str, body: Any = None, *role: str) -> httpx.Response:
    return await procurement.put(path, json=body, headers=as_(*role or ("secretariat",)) | ANY)


async def test_a_step_from_plan_to_completion(procurement: httpx.AsyncClient, as_: As) -> None:
    item = await added(procurement, as_)
    for path, body in (
        ("2025", {"text_ja": "全面移行"}),
        ("2023/start", None),
        ("2023/completion", None),
        ("2024/revision", REVISION),
    ):
        assert (await put(procurement, as_, f"{item}/steps/{path}", body)).status_code == 200
    followed = await put(procurement, as_, f"{item}/followers/{CHIYODA}", None, "officer", CHIYODA)
    read = await procurement.get(item)
    assert (read.json(), read.headers["ETag"]) == (followed.json(), '"8"')
    assert read.json()["followers"] == [CHIYODA]
    plain = {"reason": None, "before_ja": None}
    assert read.json()["steps"] == [
        {"fiscal_year": 2023, "text_ja": "検討開始", "state": "done", **plain},
        {"fiscal_year": 2024, "state": "revised", "before_ja": "今後検討", **REVISION},
        {"fiscal_year": 2025, "text_ja": "全面移行", "state": "planned", **plain},
    ]
    history = (await procurement.get(f"{item}/history")).json()["items"]
    assert [row["words"] for row in history][:2] == [
        "ロードマップに「クラウドの共同利用」を加えた",
        "2023年度の予定を「検討開始」とした",
    ]


async def test_a_municipality_follows_for_itself_and_stops(procurement: httpx.AsyncClient, as_: As) -> None:
    item = await added(procurement, as_)
    path = f"{item}/followers/{CHIYODA}"
    assert (await put(procurement, as_, path, None, "officer", MUSASHINO)).status_code == 404
    assert (await put(procurement, as_, path, None, "secretariat")).status_code == 403
    assert (await put(procurement, as_, path, None, "officer", CHIYODA)).status_code == 200
    stopped = await procurement.delete(path, headers=as_("officer", CHIYODA) | ANY)
    assert stopped.json()["followers"] == []
    assert (await procurement.get(item)).json() == stopped.json()


async def test_items_and_steps_are_listed_by_state_and_year(procurement: httpx.AsyncClient, as_: As) -> None:
    first = await added(procurement, as_)
    second = await added(procurement, as_, {"name_ja": "業務のクラウド化", "steps": {"2023": "先行利用"}})
    await put(procurement, as_, f"{second}/steps/2023/start")

    async def listed(**filters: str) -> list[str]:
        page = await procurement.get("/v1/roadmap-items", params=filters)
        return [f"/v1/roadmap-items/{row['id']}" for row in page.json()["items"]]

    assert await listed() == [first, second]
    assert await listed(sort="-id") == [second, first]
    assert await listed(fiscal_year="2024") == [first]
    assert await listed(state="started") == [second]
    assert await listed(state="started", fiscal_year="2024") == []
    steps = (await procurement.get("/v1/roadmap-items/steps", params={"fiscal_year": "2023"})).json()["items"]
    assert [(row["name_ja"], row["state"]) for row in steps] == [
        ("クラウドの共同利用", "planned"),
        ("業務のクラウド化", "started"),
    ]
    started = (await procurement.get("/v1/roadmap-items/steps", params={"state": "started"})).json()["items"]
    assert [row["text_ja"] for row in started] == ["先行利用"]
    csv = await procurement.get("/v1/roadmap-items/steps", headers={"Accept": "text/csv"})
    assert csv.text.startswith("\ufeffitem_id,項目,年度,状態,内容,")


async def test_the_forums_roadmap_as_a_grid(procurement: httpx.AsyncClient, as_: As) -> None:
    for body in roadmap_items():
        await added(procurement, as_, body)
    grid = (await procurement.get("/v1/roadmap-items/grid")).json()
    assert [column["label_ja"] for column in grid["columns"]] == ["2023年度", "2024年度", "2025年度"]
    assert [row["label_ja"] for row in grid["rows"]] == [
        "都庁各局の業務をクラウドベースへ転換",
        "都と区市町村でクラウドの共同利用（案）",
    ]
    assert grid["rows"][1]["cells"] == {
        "2023": "予定：検討開始",
        "2024": "予定：今後検討",
        "2025": "予定：今後検討",
    }
    csv = (await procurement.get("/v1/roadmap-items/grid", headers={"Accept": "text/csv"})).text.splitlines()
    assert csv[0] == "\ufeffコード,名称,2023年度,2024年度,2025年度"
    assert csv[2].endswith("予定：検討開始,予定：今後検討,予定：今後検討")


async def test_the_read_model_equals_its_rebuild(
    databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer
) -> None:
    async with desk_of(databases, settings_for, issuer) as desk:
        item = f"/v1/roadmap-items/{(await desk.ok('POST', '/v1/roadmap-items', ITEM))['id']}"
        await desk.ok("PUT", f"{item}/steps/2024/revision", REVISION)
        for done in ("2024/start", "2023/start", "2023/completion"):
            await desk.ok("PUT", f"{item}/steps/{done}")
        for code in (CHIYODA, MUSASHINO):
            await desk.ok("PUT", f"{item}/followers/{code}", by=f"officer-{code}")
        await desk.ok("DELETE", f"{item}/followers/{CHIYODA}", by=f"officer-{CHIYODA}")
        assert await desk.differences([roadmap]) == []


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("2023", {"text_ja": "別の内容"}, (409, "step-stands")),
        ("2023/completion", None, (409, "step-not-open")),
        ("2030/start", None, (404, "no-such-step")),
        ("2030/revision", REVISION, (404, "no-such-step")),
        ("1999", {"text_ja": "古い年度"}, (422, "invalid-request")),
        ("2025", {"text_ja": ""}, (422, "invalid-request")),
        ("2023/revision", {"text_ja": "理由のない見直し"}, (422, "invalid-request")),
    ],
)
async def test_what_does_not_fit_is_refused(
    procurement: httpx.AsyncClient, as_: As, path: str, body: Any, refusal: tuple[int, str]
) -> None:
    item = await added(procurement, as_)
    answer = await put(procurement, as_, f"{item}/steps/{path}", body)
    assert (answer.status_code, answer.json()["type"].removeprefix("/problems/")) == refusal
    assert (await procurement.get(item)).headers["ETag"] == '"3"'


async def test_the_secretariat_alone_keeps_the_roadmap(procurement: httpx.AsyncClient, as_: As) -> None:
    item = await added(procurement, as_)
    for role in (("officer", CHIYODA), ("approver", CHIYODA), ("auditor",), ("operator",), ("supplier",)):
        refused = await procurement.post("/v1/roadmap-items", json=ITEM, headers=as_(*role))
        assert refused.status_code == 403
        assert (await put(procurement, as_, f"{item}/steps/2023/start", None, *role)).status_code == 403
    assert (await procurement.get(item)).headers["ETag"] == '"3"'
    assert (await put(procurement, as_, f"/v1/roadmap-items/{NO_SUCH_ID}/steps/2023/start")).status_code == 404
    assert (await procurement.get(f"/v1/roadmap-items/{NO_SUCH_ID}/history")).status_code == 404
    many = {str(year): "検討" for year in range(2000, 2031)}
    refused = await procurement.post("/v1/roadmap-items", json=ITEM | {"steps": many}, headers=as_("secretariat"))
    assert refused.status_code == 422

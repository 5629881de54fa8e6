"""The service catalogue over HTTP: who may write it, what everybody reads, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.offering import BASIC, CHIYODA, NO_SUCH_ID, OFFERING, Desk, desk_of

SEATS = {"label_ja": "利用者数", "unit_ja": "人", "aggregation": "max"}
WITHDRAWAL = {"reason": "後継サービスへの移行", "last_day": "2099-03-31"}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer) -> AsyncIterator[Desk]:
    """The service with its callers."""
    async with desk_of(databases, settings_for, issuer) as found:
        yield found


async def test_from_draft_to_withdrawal(desk: Desk) -> None:
    offering = await desk.drafted()
    await desk.ok("PUT", f"{offering}/meters/seats", SEATS)
    await desk.ok("POST", f"{offering}/plan-versions", BASIC)
    assert (await desk.ok("PUT", f"{offering}/publication"))["status"] == "published"
    withdrawn = await desk.send("PUT", f"{offering}/withdrawal", WITHDRAWAL)
    read = await desk.send("GET", offering)
    assert (read.json(), read.headers["ETag"]) == (withdrawn.json(), '"5"')
    assert read.json() == OFFERING | {
        "id": offering.rpartition("/")[2],
        "meters": [*OFFERING["meters"], {"meter": "seats"} | SEATS],
        "status": "withdrawn",
        **WITHDRAWAL,
        "version": 5,
    }
    words = [row["words"] for row in (await desk.get(f"{offering}/history"))["items"]]
    assert words == [
        "共同サービス「共同電子申請」を準備し始めた",
        "利用計測項目「利用者数」（人、最大値）を加えた",
        "プラン「基本プラン」の内容を2024-04-01から適用すると定めた",
        "共同サービス「共同電子申請」を公開した",
        "新規の利用申込みを2099-03-31までとし、提供の終了を決めた：後継サービスへの移行",
    ]


async def test_plan_versions_are_listed_also_for_a_day(desk: Desk) -> None:
    offering = await desk.drafted()
    later = BASIC | {"from_day": "2025-04-01", "included_ja": "帳票の作成", "prices": []}
    for version in (BASIC, BASIC | {"plan": "premium", "from_day": "2025-01-01"}, later):
        await desk.ok("POST", f"{offering}/plan-versions", version)

    async def listed(**filters: str) -> list[tuple[str, str]]:
        page = await desk.service.client.get(f"{offering}/plan-versions", params=filters)
        assert page.status_code == 200, page.text
        return [(row["plan"], row["from_day"]) for row in page.json()["items"]]

    assert await listed() == [("basic", "2024-04-01"), ("basic", "2025-04-01"), ("premium", "2025-01-01")]
    assert await listed(plan="premium") == [("premium", "2025-01-01")]
    assert await listed(on="2025-03-31") == [("basic", "2024-04-01"), ("premium", "2025-01-01")]
    assert await listed(on="2025-04-01", plan="basic") == [("basic", "2025-04-01")]
    assert await listed(on="2024-03-31") == []
    assert await listed(sort="-from_day") == [
        ("basic", "2025-04-01"),
        ("premium", "2025-01-01"),
        ("basic", "2024-04-01"),
    ]
    first = (await desk.service.client.get(f"{offering}/plan-versions")).json()["items"][0]
    assert first == BASIC | {"included_ja": "", "prices": {"applications": 30}}


async def test_offerings_are_listed_by_project_status_and_code_also_as_csv(desk: Desk) -> None:
    first, second = await desk.published(), await desk.drafted(code="chat", name_ja="共同チャット")

    async def listed(**filters: str) -> list[str]:
        page = await desk.service.client.get("/v1/offerings", params=filters)
        return [f"/v1/offerings/{row['id']}" for row in page.json()["items"]]

    assert await listed() == [first, second]
    assert await listed(sort="-id") == [second, first]
    assert await listed(status="published") == [first]
    assert await listed(code="chat") == [second]
    assert await listed(project_id=NO_SUCH_ID) == []
    assert await listed(project_id=str(OFFERING["project_id"])) == [first, second]
    csv = await desk.service.client.get("/v1/offerings", headers={"Accept": "text/csv"})
    assert csv.text.startswith("\ufeffversion,id,コード,共同サービス,")


@pytest.mark.parametrize("by", ["officer-131016", "approver-131016", "supplier-sample", "operator-x", "auditor"])
async def test_the_secretariat_alone_writes_the_catalogue(desk: Desk, by: str) -> None:
    offering = await desk.drafted()
    for method, path, body in (
        ("POST", "/v1/offerings", OFFERING),
        ("PUT", f"{offering}/operator", {"operator": by, "operator_ja": "自薦"}),
        ("PUT", f"{offering}/meters/seats", SEATS),
        ("POST", f"{offering}/plan-versions", BASIC),
        ("PUT", f"{offering}/publication", None),
        ("PUT", f"{offering}/withdrawal", WITHDRAWAL),
    ):
        assert await desk.refused(method, path, body, by=by) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", OFFERING | {"code": "E-Application"}),
        ("", OFFERING | {"operator": "has a space"}),
        ("", OFFERING | {"operator": ""}),
        ("", OFFERING | {"meters": [OFFERING["meters"][0] | {"aggregation": "mean"}]}),  # type: ignore[operator]
        ("", OFFERING | {"meters": OFFERING["meters"] * 2}),  # type: ignore[operator]
        ("", OFFERING | {"surprise": 1}),
        ("/plan-versions", BASIC | {"from_day": "1999-03-31"}),
        ("/plan-versions", BASIC | {"prices": [{"meter": "applications", "unit_price": -1}]}),
        ("/plan-versions", BASIC | {"prices": [{"meter": "applications", "unit_price": 1.5}]}),
        ("/plan-versions", BASIC | {"prices": [{"meter": "seats", "unit_price": 1}]}),
    ],
)
async def test_what_does_not_fit_is_refused_and_writes_nothing(desk: Desk, path: str, body: dict[str, Any]) -> None:
    offering = await desk.drafted()
    status, _ = await desk.refused("POST", f"{offering}{path}" if path else "/v1/offerings", body)
    assert status == 422


async def test_what_is_not_there_or_in_another_state_is_refused(desk: Desk) -> None:
    nowhere = {"project_id": NO_SUCH_ID}
    assert await desk.refused("POST", "/v1/offerings", OFFERING | nowhere) == (404, "not-found")
    assert await desk.refused("PUT", f"/v1/offerings/{NO_SUCH_ID}/publication") == (404, "not-found")
    assert await desk.refused("GET", f"/v1/offerings/{NO_SUCH_ID}/history") == (404, "not-found")
    offering = await desk.drafted()
    assert await desk.refused("PUT", f"{offering}/publication") == (409, "offering-not-publishable")
    assert await desk.refused("PUT", f"{offering}/withdrawal", WITHDRAWAL) == (409, "offering-not-published")
    changed = {"label_ja": "件数", "unit_ja": "件", "aggregation": "sum"}
    assert await desk.refused("PUT", f"{offering}/meters/applications", changed) == (409, "meter-fixed")
    await desk.ok("POST", f"{offering}/plan-versions", BASIC)
    dearer = BASIC | {"prices": [{"meter": "applications", "unit_price": 31}]}
    assert await desk.refused("POST", f"{offering}/plan-versions", dearer) == (409, "plan-version-fixed")
    assert await desk.refused("PUT", f"{offering}/publication", match='"1"') == (412, "stale-version")
    await desk.ok("PUT", f"{offering}/publication")
    past = WITHDRAWAL | {"last_day": "2024-03-31"}
    assert await desk.refused("PUT", f"{offering}/withdrawal", past) == (409, "last-day-passed")


async def test_another_operator_is_named(desk: Desk) -> None:
    offering = await desk.published()
    named = {"operator": "operator-other", "operator_ja": "サンプル合同会社"}
    assert (await desk.ok("PUT", f"{offering}/operator", named)).items() >= named.items()
    assert (await desk.get(offering, by=f"officer-{CHIYODA}")).items() >= named.items()

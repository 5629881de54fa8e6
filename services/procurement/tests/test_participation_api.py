"""Participation over HTTP: who signs for whom, how agreements stand as months go by, who reads what."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.procurement.sample_projects import CHIYODA, MUSASHINO, NO_SUCH_ID, OKUTAMA, Projects
from tests.support.running import running

APRIL = datetime(2024, 4, 10, tzinfo=UTC)
LAST_MOMENT_OF_JULY = datetime(2024, 7, 31, 14, 59, tzinfo=UTC)  # 23:59 in Tokyo
AUGUST = datetime(2024, 7, 31, 15, 0, tzinfo=UTC)
NOTE = "参加の終了によって、発注済みの注文と未払いの負担金が取り消されることはありません。"


@pytest_asyncio.fixture
async def procurement(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Projects]:
    """The service in April 2024, and those who use it."""
    async with running(databases, settings_for, "procurement") as service:
        users = Projects(service, as_)
        users.at(APRIL)
        yield users


def agreement(municipality: str, status: str, *months: str | None, kind: str | None = None) -> dict[str, Any]:
    """A row of the list of agreements."""
    from_month, last_month = (*months, None, None)[:2]
    given = {"municipality": municipality, "status": status, "kind": kind}
    return given | {"from_month": from_month, "last_month": last_month}


async def agreements(procurement: Projects, project: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await procurement.get(f"{project}/agreements?{query}"))["items"]
    return found


async def test_from_invitation_to_the_end_as_months_go_by(procurement: Projects) -> None:
    project = await procurement.project()
    place = f"{project}/agreements/{CHIYODA}"
    invited = await procurement.ok("PUT", f"{place}/invitation")
    assert (invited["status"], invited["kind"], invited["version"]) == ("invited", None, 2)
    assert await agreements(procurement, project) == [agreement(CHIYODA, "invited")]
    intended = await procurement.ok("PUT", f"{place}/intention", None, "officer", CHIYODA)
    assert intended["status"] == "intended"
    assert await agreements(procurement, project) == [agreement(CHIYODA, "intended")]
    signed = await procurement.sign(project, CHIYODA, "2024-05")
    assert (signed["status"], signed["from_month"], signed["note_ja"]) == ("signed", "2024-05", None)
    assert await agreements(procurement, project) == [agreement(CHIYODA, "signed", "2024-05", kind="full")]
    procurement.at(datetime(2024, 4, 30, 15, tzinfo=UTC))  # May in Tokyo
    assert await agreements(procurement, project) == [agreement(CHIYODA, "active", "2024-05", kind="full")]
    body = {"last_month": "2024-07", "reason": "自前の仕組みに切り替える"}
    noticed = await procurement.ok("PUT", f"{place}/notice", body, "approver", CHIYODA)
    assert (noticed["status"], noticed["last_month"], noticed["note_ja"]) == ("notice_given", "2024-07", NOTE)
    for moment, status in ((LAST_MOMENT_OF_JULY, "notice_given"), (AUGUST, "ended")):
        procurement.at(moment)
        assert await agreements(procurement, project) == [agreement(CHIYODA, status, "2024-05", "2024-07", kind="full")]


async def test_whoever_left_comes_back_also_as_an_associate(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    place = f"{project}/agreements/{CHIYODA}"
    await procurement.ok("PUT", f"{place}/notice", {"last_month": "2024-07"}, "approver", CHIYODA)
    body = {"from_month": "2024-07", "kind": "associate"}
    early = await procurement.refused("PUT", f"{place}/signature", body, "approver", CHIYODA)
    assert early == (409, "already-takes-part")
    again = await procurement.ok("PUT", f"{place}/invitation")
    assert again["status"] == "invited"
    before = agreement(CHIYODA, "notice_given", "2024-04", "2024-07", kind="full")
    assert await agreements(procurement, project) == [before, agreement(CHIYODA, "invited")]
    later = {"from_month": "2024-10", "from_day": "2024-10-15", "kind": "associate"}
    await procurement.ok("PUT", f"{place}/signature", later, "approver", CHIYODA)
    back = agreement(CHIYODA, "signed", "2024-10", kind="associate")
    assert await agreements(procurement, project) == [before, back]
    assert (await procurement.get(f"{project}/participants"))["items"] == [
        {
            "municipality": CHIYODA,
            "from_month": "2024-04",
            "last_month": "2024-07",
            "kind": "full",
            "from_day": None,
            "last_day": None,
        },
        {
            "municipality": CHIYODA,
            "from_month": "2024-10",
            "last_month": None,
            "kind": "associate",
            "from_day": "2024-10-15",
            "last_day": None,
        },
    ]
    elsewhere = later | {"from_month": "2024-11"}
    assert (await procurement.refused("PUT", f"{place}/signature", elsewhere, "approver", CHIYODA))[0] == 422


async def test_agreements_are_filtered_sorted_and_paged(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    await procurement.sign(project, OKUTAMA, "2024-10", "associate")
    await procurement.ok("PUT", f"{project}/agreements/{MUSASHINO}/invitation")
    rows = [
        agreement(CHIYODA, "active", "2024-04", kind="full"),
        agreement(MUSASHINO, "invited"),
        agreement(OKUTAMA, "signed", "2024-10", kind="associate"),
    ]
    assert await agreements(procurement, project) == await agreements(procurement, project, "sort=status") == rows
    assert await agreements(procurement, project, "sort=-municipality") == rows[::-1]
    assert await agreements(procurement, project, "status=invited") == rows[1:2]
    assert await agreements(procurement, project, "kind=associate") == rows[2:]
    assert await agreements(procurement, project, f"municipality={CHIYODA}") == rows[:1]
    for sort in ("municipality", "status"):
        path, seen = f"{project}/agreements?limit=1&sort={sort}", []
        page = await procurement.get(path)
        while page["next"]:
            seen += page["items"]
            page = await procurement.get(f"{path}&cursor={page['next']}")
        assert [*seen, *page["items"]] == rows
    assert (await procurement.get(f"{project}/participants?sort=-from_month"))["items"][0]["municipality"] == OKUTAMA


@pytest.mark.parametrize(
    ("step", "body", "permitted"),
    [
        ("invitation", None, ("secretariat",)),
        ("intention", None, ("officer", CHIYODA)),
        ("signature", {"from_month": "2024-04", "kind": "full"}, ("approver", CHIYODA)),
        ("notice", {"last_month": "2099-03"}, ("approver", CHIYODA)),
    ],
)
async def test_nobody_acts_for_another(procurement: Projects, step: str, body: Any, permitted: tuple[str, ...]) -> None:
    project = await procurement.project(*([CHIYODA] if step == "notice" else []))
    path = f"{project}/agreements/{CHIYODA}/{step}"
    for role in (("secretariat",), ("officer", CHIYODA), ("approver", CHIYODA), ("supplier",), ("auditor",)):
        if role != permitted:
            assert await procurement.refused("PUT", path, body, *role) == (403, "forbidden")
    if len(permitted) > 1:
        foreign = await procurement.refused("PUT", path, body, permitted[0], MUSASHINO)
        assert foreign == (404, "not-found")
    stale = await procurement.refused("PUT", path, body, *permitted, if_match='"99"')
    assert stale == (412, "stale-version")
    elsewhere = path.replace(project, f"/v1/projects/{NO_SUCH_ID}")
    assert await procurement.refused("PUT", elsewhere, body, *permitted) == (404, "not-found")
    await procurement.ok("PUT", path, body, *permitted)


async def test_what_is_wrong_is_refused(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    place = f"{project}/agreements/{CHIYODA}"

    async def refused(step: str, body: Any) -> tuple[int, str]:
        return await procurement.refused("PUT", f"{place}/{step}", body, "approver", CHIYODA)

    assert await refused("notice", {"last_month": "2024-03"}) == (409, "leaves-before-joining")
    procurement.at(AUGUST)
    assert await refused("notice", {"last_month": "2024-07"}) == (409, "notice-reaches-back")
    assert await refused("signature", {"from_month": "2024-10"}) == (409, "already-takes-part")
    for wrong in ({"from_month": "2024-13"}, {"from_month": "1999-04"}, {"from_month": "2024-04", "kind": "guest"}):
        assert (await refused("signature", wrong))[0] == 422
    assert (await procurement.refused("PUT", f"{project}/agreements/131017/invitation"))[0] == 422
    gone = await procurement.refused(
        "PUT", f"{project}/agreements/{MUSASHINO}/notice", {"last_month": "2024-09"}, "approver", MUSASHINO
    )
    assert gone == (409, "does-not-take-part")
    await procurement.ok("PUT", f"{project}/conclusion", {"reason": "後継に移行"})
    late = await procurement.refused("PUT", f"{project}/agreements/{MUSASHINO}/invitation")
    assert late == (409, "project-not-active")
    await procurement.ok("PUT", f"{place}/notice", {"last_month": "2024-08"}, "approver", CHIYODA)


async def test_the_reason_of_a_notice_is_private(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA, MUSASHINO)
    for code in (CHIYODA, MUSASHINO):
        body = {"last_month": "2024-07", "reason": f"内部の事情 {code}"}
        await procurement.ok("PUT", f"{project}/agreements/{code}/notice", body, "approver", code)

    async def seen_by(*role: str) -> list[str]:
        page = await procurement.ok("GET", f"{project}/notices", None, *role)
        return [row["reason"] for row in page["items"]]

    both = [f"内部の事情 {CHIYODA}", f"内部の事情 {MUSASHINO}"]
    assert await seen_by("secretariat") == await seen_by("auditor") == both
    assert await seen_by("officer", CHIYODA) == both[:1]
    assert await seen_by("approver", MUSASHINO) == both[1:]
    assert await procurement.refused("GET", f"{project}/notices", None, "supplier") == (403, "forbidden")
    for path in ("", "/history", "/agreements", "/participants"):
        assert "内部の事情" not in str(await procurement.get(f"{project}{path}"))


async def test_a_notice_leaves_terms_usage_and_other_participants_alone(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA, MUSASHINO)
    terms = await procurement.terms_in_force(project, CHIYODA, MUSASHINO)
    before = await procurement.service.as_owner("SELECT id, data::text FROM event ORDER BY id")
    body = {"last_month": "2024-07"}
    await procurement.ok("PUT", f"{project}/agreements/{CHIYODA}/notice", body, "approver", CHIYODA)
    after = await procurement.service.as_owner("SELECT id, data::text FROM event ORDER BY id")
    assert after[: len(before)] == before
    types = await procurement.service.as_owner("SELECT type FROM event ORDER BY id DESC LIMIT 2")
    assert [name for (name,) in types] == ["kyodo.procurement.participant-left", "kyodo.procurement.notice-given"]
    assert (await procurement.ok("GET", f"/v1/burden-terms/{terms}"))["status"] == "in_force"


async def test_an_associate_has_no_vote_on_terms(procurement: Projects) -> None:
    project = await procurement.project(CHIYODA)
    await procurement.sign(project, MUSASHINO, kind="associate")
    terms = await procurement.terms_in_force(project, CHIYODA)
    assert (await procurement.ok("GET", f"/v1/burden-terms/{terms}"))["status"] == "in_force"


async def test_the_matrix_shows_how_every_agreement_stands(procurement: Projects) -> None:
    first = await procurement.project(CHIYODA)
    second = await procurement.start(await procurement.theme(group="other"), "full", "共同チャット")
    for project, code in ((second, MUSASHINO), (second, CHIYODA)):
        await procurement.sign(project, code)
    await procurement.ok("PUT", f"{first}/agreements/{OKUTAMA}/invitation")
    for project in (first, second):  # Chiyoda leaves both, and comes back to the first
        path = f"{project}/agreements/{CHIYODA}"
        await procurement.ok("PUT", f"{path}/notice", {"last_month": "2024-07"}, "approver", CHIYODA)
    await procurement.sign(first, CHIYODA, "2024-10")
    one, two = (project.rpartition("/")[2] for project in (first, second))

    async def cells(query: str = "") -> dict[str, dict[str, str]]:
        matrix = await procurement.get(f"/v1/participation-matrix?{query}")
        assert len(matrix["rows"]) == len(municipalities())
        return {row["id"]: row["cells"] for row in matrix["rows"] if row["cells"]}

    leaving = {one: "notice_given", two: "notice_given"}
    assert await cells() == {CHIYODA: leaving, MUSASHINO: {two: "active"}, OKUTAMA: {one: "invited"}}
    procurement.at(AUGUST)
    assert (await cells())[CHIYODA] == {one: "signed", two: "ended"}
    assert (
        await cells("stage=full")
        == await cells("group=other")
        == {
            CHIYODA: {two: "ended"},
            MUSASHINO: {two: "active"},
        }
    )
    assert await cells("status=suspended") == {}

    page = await procurement.get("/v1/participation-matrix?limit=1")
    rest = await procurement.get(f"/v1/participation-matrix?limit=1&cursor={page['next']}")
    assert [column["id"] for column in (*page["columns"], *rest["columns"])] == [one, two]
    sheet = await procurement.service.client.get("/v1/participation-matrix", headers={"Accept": "text/csv"})
    head, row, *_ = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert head == ["コード", "名称", "共同電子申請", "共同チャット"]
    assert row == [CHIYODA, "千代田区", "signed", "ended"]

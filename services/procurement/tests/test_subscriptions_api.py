"""Subscriptions over HTTP: who may do what, who sees them, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings
from kyodo_procurement.catalogue.views import offerings
from kyodo_procurement.subscriptions.model import Subscription
from kyodo_procurement.subscriptions.views import Coverage, periods_of, subscriptions
from tests.support.databases import Databases
from tests.support.offering import BASIC, CHIYODA, MUSASHINO, NO_SUCH_ID, OKUTAMA, Desk, desk_of

REQUEST = {"plan": "basic", "wanted_from": "2024-04-01"}
APRIL, OCTOBER = {"from_day": "2024-04-01"}, {"from_day": "2024-10-01"}
SUSPENSION = {"from_day": "2024-07-01", "reason": "庁内システムの更新"}
OPERATOR = "supplier-sample"
OFFICER, APPROVER = f"officer-{CHIYODA}", f"approver-{CHIYODA}"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer) -> AsyncIterator[Desk]:
    """The service with its callers."""
    async with desk_of(databases, settings_for, issuer) as found:
        yield found


def one(path: str) -> str:
    """Where everybody finds a subscription, by the path at which its municipality acts."""
    offering_id, municipality = path.split("/")[3::2]
    return f"/v1/subscriptions/{Subscription.id_of(offering_id, municipality)}"


async def requested(desk: Desk, offering: str, municipality: str = CHIYODA, **changes: Any) -> str:
    """Where a municipality acts on its subscription, which was requested."""
    path = f"{offering}/subscriptions/{municipality}"
    await desk.ok("PUT", f"{path}/request", REQUEST | changes, by=f"officer-{municipality}")
    return path


async def active(desk: Desk, municipality: str = CHIYODA) -> str:
    """Where a municipality acts on its subscription, which is active from April."""
    path = await requested(desk, await desk.published(), municipality)
    await desk.ok("PUT", f"{one(path)}/activation", APRIL, by=OPERATOR)
    return path


async def test_from_request_to_end_and_again(desk: Desk) -> None:
    path = await active(desk)
    offering = path.removesuffix(f"/subscriptions/{CHIYODA}")
    await desk.ok("POST", f"{offering}/plan-versions", BASIC | {"plan": "premium"})
    await desk.ok("PUT", f"{one(path)}/suspension", SUSPENSION, by=OPERATOR)
    assert (await desk.get(one(path), by=OFFICER))["reason"] == SUSPENSION["reason"]
    await desk.ok("PUT", f"{one(path)}/resumption", {"from_day": "2024-08-01"}, by=OPERATOR)
    await desk.ok("PUT", f"{path}/plan", OCTOBER | {"plan": "premium"}, by=OFFICER)
    ended = await desk.send("PUT", f"{path}/end", {"last_day": "2024-12-31"}, by=APPROVER)
    read = await desk.send("GET", one(path), by=OFFICER)
    assert (read.json(), read.headers["ETag"]) == (ended.json(), '"6"')
    assert read.json() == {
        "id": ended.json()["id"],
        "offering_id": offering.rpartition("/")[2],
        "municipality": CHIYODA,
        "status": "ended",
        "plan": "premium",
        "wanted_from": "2024-04-01",
        "reason": None,
        "last_day": "2024-12-31",
        "version": 6,
    }
    again = await requested(desk, offering, wanted_from="2025-01-01")
    await desk.ok("PUT", f"{one(again)}/activation", {"from_day": "2025-02-01"})
    assert (await desk.get(f"{one(path)}/periods", by=OFFICER))["items"] == [
        {"active_from": "2024-04-01", "active_to": "2024-06-30"},
        {"active_from": "2024-08-01", "active_to": "2024-12-31"},
        {"active_from": "2025-02-01", "active_to": None},
    ]
    plans = (await desk.get(f"{one(path)}/plans", by=OFFICER))["items"]
    assert [(row["from_day"], row["plan"]) for row in plans] == [
        ("2024-04-01", "basic"),
        ("2024-08-01", "basic"),
        ("2024-10-01", "premium"),
        ("2025-02-01", "basic"),
    ]
    words = [row["words"] for row in (await desk.get(f"{one(path)}/history", by=OPERATOR))["items"]]
    assert words[0] == "千代田区が2024-04-01からの利用を申し込んだ（プラン basic）"
    assert (words[2], words[5]) == (
        "千代田区の利用を2024-07-01から停止した",
        "千代田区の利用が2024-12-31をもって終わる",
    )


async def test_coverage_of_an_offering_is_one_query(desk: Desk) -> None:
    path = await active(desk)
    await desk.ok("PUT", f"{one(path)}/suspension", SUSPENSION)
    offering_id = path.split("/")[3]
    async with desk.service.app.state.runtime.database.transaction() as tx:
        coverage = Coverage.of(await tx.rows(periods_of(offering_id)))
    assert [coverage.covers(CHIYODA, date(2024, *day)) for day in ((3, 31), (4, 1), (6, 30), (7, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert not coverage.covers(MUSASHINO, date(2024, 4, 1))


async def test_the_read_models_equal_their_rebuild(desk: Desk) -> None:
    path = await active(desk)
    offering = path.partition("/subscriptions")[0]
    other = await requested(desk, offering, MUSASHINO)
    await desk.ok("POST", f"{offering}/plan-versions", BASIC | {"plan": "premium"})
    await desk.ok("PUT", f"{one(path)}/suspension", SUSPENSION)
    await desk.ok("PUT", f"{one(path)}/resumption", {"from_day": "2024-08-01"})
    await desk.ok("PUT", f"{path}/plan", OCTOBER | {"plan": "premium"}, by=OFFICER)
    await desk.ok("PUT", f"{path}/end", {"last_day": "2024-09-30"})
    await desk.ok("DELETE", f"{other}/request")
    await requested(desk, offering, wanted_from="2025-01-01")
    await desk.ok("PUT", f"{offering}/withdrawal", {"reason": "移行", "last_day": "2099-03-31"})
    assert await desk.differences([offerings, subscriptions]) == []


async def test_a_change_of_plan_after_the_end_is_gone(desk: Desk) -> None:
    path = await active(desk)
    await desk.ok("POST", f"{path.partition('/subscriptions')[0]}/plan-versions", BASIC | {"plan": "premium"})
    await desk.ok("PUT", f"{path}/plan", OCTOBER | {"plan": "premium"}, by=OFFICER)
    await desk.ok("PUT", f"{path}/end", {"last_day": "2024-09-30"})
    assert [row["plan"] for row in (await desk.get(f"{one(path)}/plans"))["items"]] == ["basic"]


async def test_a_request_is_revised_and_taken_back(desk: Desk) -> None:
    path = await requested(desk, await desk.published())
    await desk.ok("PUT", f"{path}/request", REQUEST | {"wanted_from": "2024-06-01"}, by=OFFICER)
    assert (await desk.get(one(path)))["wanted_from"] == "2024-06-01"
    assert (await desk.ok("DELETE", f"{path}/request", by=OFFICER))["status"] == "ended"
    assert await desk.refused("DELETE", f"{path}/request", by=OFFICER) == (409, "subscription-not-requested")


async def test_requests_at_the_same_moment_make_one_subscription(desk: Desk) -> None:
    offering = await desk.published()
    path = f"{offering}/subscriptions/{CHIYODA}/request"
    answers = await asyncio.gather(*(desk.send("PUT", path, REQUEST, by=OFFICER) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["ETag"] for answer in answers} == {'"1"'}


async def test_only_who_takes_part_in_that_month_uses_the_service(desk: Desk) -> None:
    offering = await desk.published()
    outside = await requested(desk, offering, OKUTAMA)
    assert await desk.refused("PUT", f"{one(outside)}/activation", APRIL) == (409, "not-in-the-project")
    leaving = await requested(desk, offering, MUSASHINO)
    assert await desk.refused("PUT", f"{one(leaving)}/activation", OCTOBER) == (409, "not-in-the-project")
    await desk.ok("PUT", f"{one(leaving)}/activation", {"from_day": "2024-09-30"}, by=OPERATOR)


async def test_an_operator_acts_on_and_sees_its_own_services_only(desk: Desk) -> None:
    path = await requested(desk, await desk.published())
    for stranger in ("supplier-other", "operator-other"):
        for action, body in (("activation", APRIL), ("suspension", SUSPENSION), ("resumption", OCTOBER)):
            assert await desk.refused("PUT", f"{one(path)}/{action}", body, by=stranger) == (403, "not-the-operator")
        for part in ("", "/history", "/periods", "/plans"):
            assert await desk.refused("GET", f"{one(path)}{part}", by=stranger) == (404, "not-found")
        assert (await desk.get("/v1/subscriptions", by=stranger))["items"] == []
    for reader in (OPERATOR, "secretariat", "auditor", f"officer-{MUSASHINO}", APPROVER):
        assert len((await desk.get("/v1/subscriptions", by=reader))["items"]) == 1
        assert (await desk.get(one(path), by=reader))["status"] == "requested"
    await desk.ok(
        "PUT", f"{path.partition('/subscriptions')[0]}/operator", {"operator": "operator-other", "operator_ja": "新"}
    )
    await desk.ok("PUT", f"{one(path)}/activation", APRIL, by="operator-other")


@pytest.mark.parametrize("by", ["expert-x", "supporter-x", "integrator-x"])
async def test_others_see_no_subscriptions(desk: Desk, by: str) -> None:
    path = await requested(desk, await desk.published())
    assert await desk.refused("GET", one(path), by=by) == (403, "forbidden")
    assert await desk.refused("GET", "/v1/subscriptions", by=by) == (403, "forbidden")


async def test_a_municipality_acts_for_itself_only(desk: Desk) -> None:
    path = await active(desk)
    moving = OCTOBER | {"plan": "basic"}
    for by in (f"officer-{MUSASHINO}", f"approver-{MUSASHINO}"):
        role = by.partition("-")[0]
        wanted = (
            [("PUT", "end", {"last_day": "2024-12-31"})]
            if role == "approver"
            else [
                ("PUT", "request", REQUEST),
                ("DELETE", "request", None),
                ("PUT", "plan", moving),
            ]
        )
        for method, action, body in wanted:
            assert await desk.refused(method, f"{path}/{action}", body, by=by) == (404, "not-found")
    assert await desk.refused("PUT", f"{path}/end", {"last_day": "2024-12-31"}, by=OFFICER) == (403, "forbidden")
    assert await desk.refused("PUT", f"{path}/end", {"last_day": "2024-12-31"}, by=OPERATOR) == (403, "forbidden")
    assert await desk.refused("PUT", f"{path}/request", REQUEST, by="secretariat") == (403, "forbidden")
    assert await desk.refused("PUT", f"{one(path)}/activation", APRIL, by=OFFICER) == (403, "forbidden")


async def test_subscriptions_are_listed_by_offering_municipality_and_status_also_as_csv(desk: Desk) -> None:
    first = await active(desk)
    second = await requested(desk, await desk.published(), MUSASHINO, wanted_from="2024-05-01")

    async def listed(**filters: str) -> list[str]:
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        rows = (await desk.get(f"/v1/subscriptions?{query}"))["items"]
        return [f"/v1/offerings/{row['offering_id']}/subscriptions/{row['municipality']}" for row in rows]

    assert await listed(sort="municipality") == [first, second]
    assert await listed(sort="-wanted_from") == [second, first]
    assert await listed(status="active") == [first]
    assert await listed(municipality=MUSASHINO) == [second]
    assert await listed(offering_id=first.split("/")[3]) == [first]
    token = (await desk.send("GET", "/v1/subscriptions")).request.headers["Authorization"]
    headers = {"Accept": "text/csv", "Authorization": token}
    csv = await desk.service.client.get("/v1/subscriptions", headers=headers)
    assert csv.text.startswith("\ufeffversion,id,offering_id,団体コード,状態,")


async def test_bad_requests_are_refused_and_write_nothing(desk: Desk) -> None:
    draft, offering = await desk.drafted(), await desk.published()
    path = f"{offering}/subscriptions/{CHIYODA}"
    ask = f"{path}/request"
    assert await desk.refused("PUT", f"{draft}/subscriptions/{CHIYODA}/request", REQUEST, by=OFFICER) == (
        409,
        "offering-not-published",
    )
    for changes in ({"plan": "gold"}, {"wanted_from": "2024-03-31"}):
        assert await desk.refused("PUT", ask, REQUEST | changes, by=OFFICER) == (422, "unknown-plan")
    for changes in ({"plan": "Gold!"}, {"wanted_from": "2024-02-30"}, {"more": "1"}):
        assert await desk.refused("PUT", ask, REQUEST | changes, by=OFFICER) == (422, "invalid-request")
    mistyped = f"{offering}/subscriptions/131017"
    assert await desk.refused("PUT", f"{mistyped}/end", {"last_day": "2024-12-31"}) == (422, "invalid-request")
    assert await desk.refused("GET", one(path)) == (404, "not-found")
    assert await desk.refused("PUT", f"{one(path)}/activation", APRIL) == (404, "not-found")
    nowhere = f"/v1/offerings/{NO_SUCH_ID}/subscriptions/{CHIYODA}/request"
    assert await desk.refused("PUT", nowhere, REQUEST, by=OFFICER) == (404, "not-found")


async def test_days_and_versions_that_do_not_fit_are_refused(desk: Desk) -> None:
    path = await active(desk)
    early = {"last_day": "2024-03-31"}
    assert await desk.refused("PUT", f"{path}/end", early, by=APPROVER) == (409, "day-too-early")
    first_day = SUSPENSION | {"from_day": "2024-04-01"}
    assert await desk.refused("PUT", f"{one(path)}/suspension", first_day, by=OPERATOR) == (409, "day-too-early")
    assert await desk.refused("PUT", f"{one(path)}/suspension", SUSPENSION, match='"1"') == (412, "stale-version")
    assert await desk.refused("PUT", f"{path}/request", REQUEST, by=OFFICER) == (409, "already-subscribed")
    assert await desk.refused("PUT", f"{one(path)}/resumption", OCTOBER) == (409, "subscription-not-suspended")
    assert await desk.refused("PUT", f"{one(path)}/suspension", SUSPENSION | {"reason": ""}) == (422, "invalid-request")


async def test_what_was_withdrawn_runs_on_for_its_subscribers(desk: Desk) -> None:
    path = await active(desk)
    offering = path.partition("/subscriptions")[0]
    await desk.ok("PUT", f"{offering}/withdrawal", {"reason": "移行", "last_day": "2099-03-31"})
    await requested(desk, offering, MUSASHINO)
    await desk.ok("PUT", f"{one(path)}/suspension", SUSPENSION, by=OPERATOR)
    await desk.ok("PUT", f"{one(path)}/resumption", OCTOBER, by=OPERATOR)

"""Seminars: the rules of announcing, and who is told of them, over HTTP on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from conftest import As
from kyodo_academy.seminars.model import (
    NotYourAudience,
    Seminar,
    SeminarAnnounced,
    SeminarCancelled,
    SeminarChanged,
    SeminarHasBegun,
    SeminarInPast,
    SeminarPlan,
)
from kyodo_academy.visibility import Visibility
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO, NOW
from tests.support.databases import Databases
from tests.support.exchange_desk import ExchangeDesk
from tests.support.rebuilt import differing
from tests.support.running import running

TOLD: dict[str, Any] = {
    "title_ja": "見本のセミナー",
    "starts_at": BEGINS.isoformat(),
    "ends_at": (BEGINS + timedelta(hours=2)).isoformat(),
    "place_ja": "見本会議室",
    "visibility": "officials",
}
PLAN = SeminarPlan.model_validate(TOLD)
ANNOUNCED = SeminarAnnounced(municipality=MITAKA, plan=PLAN)
TO_COME = given(Seminar).that(ANNOUNCED)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[ExchangeDesk]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        desk = ExchangeDesk(service, as_)
        desk.at(NOW)
        yield desk


def seen(visibility: Visibility) -> SeminarPlan:
    return PLAN.model_copy(update={"visibility": visibility})


def test_a_seminar_is_announced_changed_and_cancelled() -> None:
    given(Seminar).when(lambda one: one.announce(MITAKA, PLAN, NOW)).then(ANNOUNCED)
    TO_COME.when(lambda one: one.change(MITAKA, PLAN, NOW)).then()
    other = PLAN.model_copy(update={"place_ja": "見本会館"})
    TO_COME.when(lambda one: one.change(MITAKA, other, NOW)).then(SeminarChanged(municipality=MITAKA, plan=other))
    cancelled = SeminarCancelled(municipality=MITAKA)
    TO_COME.when(lambda one: one.cancel(MITAKA, NOW)).then(cancelled)
    TO_COME.that(cancelled).when(lambda one: one.cancel(MITAKA, NOW)).then()
    TO_COME.that(cancelled).when(lambda one: one.change(MITAKA, other, NOW)).refuses(SeminarHasBegun(starts_at=BEGINS))


def test_what_has_begun_stays_as_it_was() -> None:
    for decide in (lambda one: one.change(MITAKA, PLAN, BEGINS), lambda one: one.cancel(MITAKA, BEGINS)):
        TO_COME.when(decide).refuses(SeminarHasBegun(starts_at=BEGINS))
    given(Seminar).when(lambda one: one.announce(MITAKA, PLAN, BEGINS)).refuses(
        SeminarInPast(starts_at=BEGINS, now=BEGINS)
    )


def test_only_the_host_decides() -> None:
    TO_COME.when(lambda one: one.cancel("tokyo", NOW)).refuses(NotFound(what="seminar", id="test"))
    TO_COME.when(lambda one: one.change(CHIYODA, PLAN, NOW)).refuses(NotFound(what="seminar", id="test"))


@pytest.mark.parametrize(("host", "visibility"), [("tokyo", Visibility.MUNICIPALITY), (MITAKA, Visibility.TOKYO)])
def test_a_host_invites_no_one_elses_officials(host: str, visibility: Visibility) -> None:
    refused = NotYourAudience(visibility=visibility.value, host=host)
    given(Seminar).when(lambda one: one.announce(host, seen(visibility), NOW)).refuses(refused)


MATRIX = {
    "public": {"nobody", "supplier", "tokyo", "own", "other", "own learner", "other learner", "tokyo learner"},
    "officials": {"tokyo", "own", "other", "own learner", "other learner", "tokyo learner"},
    "municipality": {"tokyo", "own", "own learner"},
    "tokyo": {"tokyo", "tokyo learner"},
}


@pytest.mark.parametrize("visibility", MATRIX)
async def test_who_is_told(desk: ExchangeDesk, visibility: str) -> None:
    host = ("secretariat",) if visibility == "tokyo" else ("officer", MITAKA)
    body = {"plan": TOLD | {"visibility": visibility}}
    seminar = (await desk.done("POST", "seminars", body, *host))["seminar_id"]
    callers = {
        "nobody": {},
        "supplier": desk.as_("supplier"),
        "tokyo": desk.as_("auditor"),
        "own": desk.as_("approver", MITAKA),
        "other": desk.as_("officer", MUSASHINO),
        "own learner": desk.as_("learner", person=await desk.learner(MITAKA)),
        "other learner": desk.as_("learner", person=await desk.learner(MUSASHINO)),
        "tokyo learner": desk.as_("learner", person=(await desk.done("POST", "learners"))["learner_id"]),
    }
    told = set()
    for who, headers in callers.items():
        one = await desk.service.client.get(f"/v1/seminars/{seminar}", headers=headers)
        listed = (await desk.service.client.get("/v1/seminars", headers=headers)).json()["items"]
        calendar = (await desk.service.client.get("/v1/calendar", headers=headers)).json()["items"]
        found = (await desk.service.client.get("/v1/search?q=見本のセミナー", headers=headers)).json()["items"]
        assert one.status_code == (200 if listed else 404)
        assert [row["id"] for row in found] == [row["seminar_id"] for row in listed]
        assert [row["id"] for row in calendar] == [row["seminar_id"] for row in listed]
        told |= {who} if listed else set()
    assert told == MATRIX[visibility]
    assert await differing(desk.service) == set()


async def test_what_is_one_municipalitys_is_hidden_by_either_wall_alone(
    desk: ExchangeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"plan": TOLD | {"visibility": "municipality"}}
    address = f"seminars/{(await desk.done('POST', 'seminars', body, 'officer', MITAKA))['seminar_id']}"
    with monkeypatch.context() as first_wall_off:
        first_wall_off.setattr("kyodo_academy.seminars.views.seen_by", lambda *_: sa.true())
        first_wall_off.setattr("kyodo_platform.resources.own_rows", lambda query, _scope: query)
        assert (await desk.send("GET", address, None, "officer", MUSASHINO)).status_code == 404
        assert (await desk.send("GET", address, None, "officer", MITAKA)).status_code == 200
    await desk.service.as_owner("ALTER TABLE municipal_seminar DISABLE ROW LEVEL SECURITY")
    assert (await desk.send("GET", address, None, "officer", MUSASHINO)).status_code == 404


async def test_whom_it_is_for_may_change(desk: ExchangeDesk) -> None:
    body = {"plan": TOLD | {"visibility": "municipality"}}
    address = f"seminars/{(await desk.done('POST', 'seminars', body, 'officer', MITAKA))['seminar_id']}"
    for visibility, elsewhere in (("public", 200), ("municipality", 404), ("officials", 200)):
        body = {"plan": TOLD | {"visibility": visibility}}
        changed = await desk.done("PUT", f"{address}/plan", body, "officer", MITAKA)
        assert changed["visibility"] == visibility
        assert (await desk.send("GET", address, None, "officer", MUSASHINO)).status_code == elsewhere
    cancelled = await desk.done("PUT", f"{address}/cancellation", None, "officer", MITAKA)
    assert (cancelled["cancelled"], cancelled["version"]) == (True, 5)
    assert (await desk.sees("search?q=見本のセミナー", "secretariat"))["items"] == []
    assert await differing(desk.service) == set()


async def test_another_hosts_seminar_is_not_there_to_change(desk: ExchangeDesk) -> None:
    own = {"plan": TOLD | {"visibility": "municipality"}}
    address = f"seminars/{(await desk.done('POST', 'seminars', own, 'officer', MITAKA))['seminar_id']}"
    for role in (("officer", MUSASHINO), ("secretariat",)):
        assert (await desk.send("PUT", f"{address}/plan", own, *role)).status_code == 404
        assert (await desk.send("PUT", f"{address}/cancellation", None, *role)).status_code == 404
    assert (await desk.send("POST", "seminars", own, "learner")).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": TOLD["starts_at"]},
        {"ends_at": (BEGINS + timedelta(days=4)).isoformat()},
        {"place_ja": None},
        {"visibility": "draft"},
        {"capacity": 0},
        {"online_url": "javascript:alert(1)"},
    ],
)
async def test_what_cannot_take_place_is_refused(desk: ExchangeDesk, wrong: dict[str, Any]) -> None:
    refused = await desk.send("POST", "seminars", {"plan": TOLD | wrong}, "officer", MITAKA)
    assert refused.status_code == 422
    assert (await desk.sees("seminars", "secretariat"))["items"] == []

"""Taking a list of supporters over: all of it or nothing, and whoever is on it can be matched at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import EVERY_DAY, MITAKA, MUSASHINO, SupporterDesk
from tests.support.supporter_matching.programmes import CONTENT

ROW: dict[str, Any] = {
    "home_municipality": MUSASHINO,
    "languages": ["ja"],
    "sessions_per_month": 4,
    "weekly": EVERY_DAY,
    "grade": "experienced",
    "declarations": {"insured_until": "2027-12-31", "declared_on": "2026-11-01"},
    "certificate": "TSS-2023-0001",
    "certified_on": "2026-04-01",
}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino, and a programme that is offered."""
    async with running(databases, settings_for, "supporter-matching") as service:
        desk = await SupporterDesk(service, as_).with_venue()
        await desk.with_programme()
        yield desk


def listed(desk: SupporterDesk, *rows: dict[str, Any]) -> dict[str, Any]:
    """A list as it is sent."""
    return {"programme_id": desk.programme_id, "programme_version": 1, "supporters": list(rows)}


async def test_who_is_taken_over_can_be_matched_at_once(desk: SupporterDesk) -> None:
    session = await desk.session(needs=[{"seats": 1, "experienced": True}])
    student = {"minor": True, "kind": "student", "guardian": {"given_on": "2026-10-01", "reference": "見本第2号"}}
    other = ROW | {"home_municipality": MITAKA, "certificate": "TSS-2023-0002"} | student
    taken = (await desk.done("POST", "supporter-intakes", listed(desk, ROW, other)))["supporters"]
    assert [(one["certificate"], one["status"]) for one in taken] == [
        ("TSS-2023-0001", "active"),
        ("TSS-2023-0002", "active"),
    ]
    first, second = (one["supporter_id"] for one in taken)
    assert (await desk.answer(await desk.offered(session, first), first, "acceptance")).is_success
    kept = await desk.client.get(f"/v1/supporters/{second}", headers=desk.as_("officer", MITAKA))
    assert {name: kept.json()[name] for name in ("minor", "grade", "insured_until", "declared_on")} == {
        "minor": True,
        "grade": "experienced",
        "insured_until": "2027-12-31",
        "declared_on": "2026-11-01",
    }
    training = (await desk.client.get(f"/v1/supporters/{first}/training", headers=desk.as_("secretariat"))).json()
    units = sorted(unit["code"] for unit in CONTENT["units"])
    assert (training["status"], training["units_done"], training["certified_until"]) == (
        "certified",
        units,
        "2028-04-01",
    )
    told = await desk.client.get(f"/v1/supporters/{first}/training/history", headers=desk.as_("secretariat"))
    assert [row["words"] for row in told.json()["items"]] == [
        "他で2026-04-01に交付された認定を引き継いだ（2028-04-01まで）"
    ]


async def test_after_the_refresher_a_certificate_from_elsewhere_is_renewed(desk: SupporterDesk) -> None:
    (taken,) = (await desk.done("POST", "supporter-intakes", listed(desk, ROW)))["supporters"]
    training = f"supporters/{taken['supporter_id']}/training"
    for unit in CONTENT["refresher"]:
        await desk.done("PUT", f"{training}/units/{unit}")
    renewed = await desk.done("PUT", f"{training}/renewal")
    assert (renewed["certified_since"], renewed["certified_until"]) == ("2026-04-01", "2030-04-01")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"certified_on": "2024-11-27"}, "is valid until 2026-11-27"),
        ({"certified_on": "2026-11-29"}, "was issued on 2026-11-29"),
        ({"minor": True}, ""),
        ({"declarations": {"insured_until": "2026-11-27", "declared_on": "2026-11-01"}}, ""),
        ({"declarations": {"insured_until": "2027-11-27", "declared_on": "2026-11-29"}}, ""),
    ],
)
async def test_one_wrong_row_is_named_and_nothing_is_taken_over(
    desk: SupporterDesk, wrong: dict[str, Any], why: str
) -> None:
    row = ROW | {"certificate": "TSS-2023-0009"} | wrong
    refused = await desk.send("POST", "supporter-intakes", listed(desk, ROW, row))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/enrolment-impossible")
    assert "TSS-2023-0009" in refused.json()["detail"]
    assert why in refused.json()["detail"]
    found = await desk.client.get("/v1/supporters", headers=desk.as_("secretariat"))
    assert found.json()["items"] == []


async def test_a_certificate_is_taken_over_once(desk: SupporterDesk) -> None:
    """The same list again, or a row of it in another one: nobody is registered twice."""
    await desk.done("POST", "supporter-intakes", listed(desk, ROW))
    for rows in ([ROW], [ROW | {"certificate": "TSS-2023-0002"}, ROW]):
        refused = await desk.send("POST", "supporter-intakes", listed(desk, *rows))
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/enrolment-impossible")
        assert "TSS-2023-0001" in refused.json()["detail"]
    found = await desk.client.get("/v1/supporters", headers=desk.as_("secretariat"))
    assert len(found.json()["items"]) == 1


async def test_lists_that_cannot_be_meant(desk: SupporterDesk) -> None:
    for rows in ([ROW, ROW], [], [ROW | {"name_ja": "見本太郎"}]):
        refused = await desk.send("POST", "supporter-intakes", listed(desk, *rows))
        assert refused.status_code == 422, refused.text
    officer = await desk.send("POST", "supporter-intakes", listed(desk, ROW), "officer", MUSASHINO)
    assert officer.status_code == 403

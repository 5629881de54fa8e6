"""Registering officials by a list: all of it or nothing, nobody twice, and nothing readable remains anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import CHIYODA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

INTAKE = "learner-intakes"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        yield AcademyDesk(service, as_)


def row(number: int, **changes: Any) -> dict[str, Any]:
    """An official on a list."""
    mail = f"placeholder-{number}@example.jp"
    return {"name_ja": f"見本 受講者{number}", "email": mail, "employee_number": f"A-{number:05}"} | changes


async def taken(desk: AcademyDesk, *rows: dict[str, Any], code: str = MUSASHINO) -> list[str]:
    """The ids under which a list is taken over by its employer."""
    answer = await desk.done("POST", INTAKE, {"learners": rows}, "officer", code)
    return [one["learner_id"] for one in answer["learners"]]


async def refused(desk: AcademyDesk, *rows: dict[str, Any], code: str = MUSASHINO) -> dict[str, str]:
    """What is wrong with the rows of a list, by their places."""
    answer = await desk.send("POST", INTAKE, {"learners": rows}, "officer", code)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/learner-intake-refused"), problem
    assert "placeholder" not in answer.text
    assert "A-0000" not in answer.text
    return {error["pointer"]: error["detail"] for error in problem["errors"]}


async def registered(desk: AcademyDesk) -> int:
    """How many learners and profiles there are; as many of the one as of the other."""
    ((learners, profiles),) = await desk.service.as_owner(
        "SELECT count(*) FILTER (WHERE type ~ 'learner-registered'), count(*) FILTER (WHERE type ~ 'profile-sealed')"
        " FROM event"
    )
    assert learners == profiles
    return int(learners)


async def test_a_list_is_taken_over_in_its_order_and_sealed(desk: AcademyDesk) -> None:
    first, second = await taken(desk, row(1), {"name_ja": "見本 職員番号なし"})
    officer = desk.as_("officer", MUSASHINO)
    profile = (await desk.service.client.get(f"/v1/learners/{first}/profile", headers=officer)).json()
    assert (profile["pseudonym"], profile["email"]) == (f"learner-{first}", "placeholder-1@example.jp")
    other = (await desk.service.client.get(f"/v1/learners/{second}/profile", headers=officer)).json()
    assert (other["name_ja"], other["employee_number"]) == ("見本 職員番号なし", None)
    hidden = await desk.service.client.get(f"/v1/learners/{first}", headers=desk.as_("officer", CHIYODA))
    assert hidden.status_code == 404
    found = await desk.service.as_owner("SELECT data::text FROM event")
    assert not [text for (text,) in found if "placeholder" in text or "見本" in text or "A-0000" in text]
    assert await differing(desk.service) == set()


async def test_all_wrong_rows_are_named_and_nothing_is_registered(desk: AcademyDesk) -> None:
    (first,) = await taken(desk, row(1))
    rows = [row(2), row(3, employee_number="A-00002"), row(4, email="PLACEHOLDER-2@example.jp"), row(5), row(1)]
    assert await refused(desk, *rows) == {
        "#/learners/1": "The same stands at #/learners/0 already.",
        "#/learners/2": "The same stands at #/learners/0 already.",
        "#/learners/4": f"The employee_number is that of learner {first}, who is registered with you.",
    }
    assert await registered(desk) == 1
    await taken(desk, row(1), code=CHIYODA)
    await desk.done("PUT", f"learners/{first}/departure", None, "officer", MUSASHINO)
    await taken(desk, row(1))
    assert await registered(desk) == 3, "numbers are each employer's own, and who left may come back"


async def test_who_may_send_a_list_and_how_long_it_is(desk: AcademyDesk) -> None:
    body = {"learners": [row(1)]}
    assert (await desk.send("POST", INTAKE, body, "approver", MUSASHINO)).status_code == 201
    assert (await desk.send("POST", INTAKE, body)).status_code == 201, "Tokyo registers its own"
    assert (await desk.send("POST", INTAKE, body, "auditor")).status_code == 403
    for rows in ([], [{**row(2), "age": 40}], [row(number) for number in range(2, 503)]):
        refused = await desk.send("POST", INTAKE, {"learners": rows}, "officer", MUSASHINO)
        assert refused.json()["type"] == "/problems/invalid-request"

"""Putting officials into a session by a list: seats in the order of the list, all or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import Transaction
from kyodo_platform.settings import Settings
from tests.support.academy_desk import APPLY_UNTIL, CHIYODA, MITAKA, MUSASHINO, NOW, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def nominated(desk: AcademyDesk, session: str, *learners: str, code: str = MUSASHINO) -> httpx.Response:
    """A list of officials for a session."""
    body = {"learner_ids": learners}
    return await desk.send("POST", f"sessions/{session}/nominations", body, "officer", code)


def wrong(answer: httpx.Response) -> dict[str, str]:
    """What is wrong with the rows of a list."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/nominations-refused"), problem
    return {error["pointer"].removeprefix("#/learner_ids/"): error["detail"] for error in problem["errors"]}


async def test_seats_are_given_in_the_order_of_the_list_and_the_queue_keeps_it(desk: AcademyDesk) -> None:
    session = await desk.session(seats=2)
    learners = [await desk.learner() for _ in range(5)]
    await desk.says(learners[4], session, "application")
    desk.at(NOW + timedelta(minutes=5))
    enrolments = (await nominated(desk, session, *learners)).json()["enrolments"]
    assert [(one["learner_id"], one["status"]) for one in enrolments] == [
        (learners[0], "confirmed"),
        (learners[1], "confirmed"),
        *((one, "waitlisted") for one in learners[2:]),
    ]
    applied = [datetime.fromisoformat(one["applied_at"]) for one in enrolments]
    assert applied[4] < applied[0] < applied[1] < applied[2] < applied[3], "the queue goes by it"
    for free, seated in ((0, 4), (1, 2), (4, 3)):
        assert (await desk.says(learners[free], session, "cancellation")).is_success
        assert (await desk.standing(session))[learners[seated]] == "confirmed", "who applied before, then in order"
    assert await differing(desk.service) == set()


async def test_all_wrong_rows_are_named_and_nobody_is_put_in(desk: AcademyDesk) -> None:
    session = await desk.session(seats=9)
    new, enrolled = await desk.learner(), (await desk.enrolled(session))[0]
    theirs, gone, declined = await desk.learner(MITAKA), await desk.learner(), await desk.learner()
    await desk.done("PUT", f"learners/{gone}/departure", None, "officer", MUSASHINO)
    application = (await desk.says(declined, session, "application")).json()
    path = f"enrolments/{application['enrolment_id']}/declination"
    await desk.done("PUT", path, None, "officer", MUSASHINO)
    before = await desk.standing(session)
    assert wrong(await nominated(desk, session, new, enrolled, theirs, gone, declined, new)) == {
        "1": "This enrolment has a seat or waits for one already",
        "2": f"There is no learner '{theirs}' that you may see.",
        "3": "The registration has ended, or the personal data was erased.",
        "4": "The enrolment is 'declined'; this needs applied or nominated.",
        "5": "The same stands at #/learner_ids/0 already.",
    }
    assert await desk.standing(session) == before


async def test_a_long_list_takes_no_more_statements_than_a_short_one(
    desk: AcademyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    learners, statements = [await desk.learner() for _ in range(6)], Counter[str]()
    for name in ("rows", "row", "run", "scalar"):
        monkeypatch.setattr(Transaction, name, counting(name, statements))
    counts = []
    for some in (learners[:1], learners[1:]):
        session = await desk.session()
        statements.clear()
        assert (await nominated(desk, session, *some)).is_success
        counts.append(statements.total())
    assert counts[0] == counts[1] > 0


def counting(name: str, statements: Counter[str]) -> Callable[..., Awaitable[Any]]:
    """A method of Transaction that is counted."""
    method = getattr(Transaction, name)

    async def counted(*given: Any) -> Any:
        statements[name] += 1
        return await method(*given)

    return counted


async def test_somebody_who_cancelled_may_be_put_in_again(desk: AcademyDesk) -> None:
    session = await desk.session()
    learner, _ = await desk.enrolled(session)
    await desk.says(learner, session, "cancellation")
    assert (await nominated(desk, session, learner)).json()["enrolments"][0]["status"] == "confirmed"


async def test_when_a_list_is_taken_and_from_whom(desk: AcademyDesk) -> None:
    session, learner = await desk.session(), await desk.learner(CHIYODA)
    body = {"learner_ids": [learner]}
    path = f"sessions/{session}/nominations"
    assert wrong(await desk.send("POST", path, body)).keys() == {"0"}, "Tokyo puts only its own officials in"
    assert (await desk.send("POST", path, body, "learner", person=learner)).status_code == 403
    assert (await desk.send("POST", path, {"learner_ids": []}, "officer", CHIYODA)).status_code == 422
    stale = desk.as_("officer", CHIYODA) | {"If-Match": '"1"'}
    refused = await desk.service.client.post(f"/v1/{path}", json=body, headers=stale)
    assert refused.status_code == 412, "the list was made for a session that has changed since"
    desk.at(APPLY_UNTIL)
    late = await nominated(desk, session, learner, code=CHIYODA)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/training-session-too-late")
    assert await desk.standing(session) == {}

"""Visits abroad and what was found."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from conftest import Api, As
from kyodo_academy.visits.model import (
    Finding,
    Visit,
    VisitContent,
    VisitCorrected,
    VisitFindingDropped,
    VisitFindingRecorded,
    VisitRecorded,
)
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from tests.support.library_desk import FINDING, VISIT, LibraryDesk

CONTENT = VisitContent.model_validate(VISIT)
FOUND = Finding.model_validate(FINDING)
NEXT = FOUND.model_copy(update={"topic_ja": "データ基盤"})
recorded = VisitRecorded(content=CONTENT)


@pytest.fixture
async def desk(api: Api, as_: As) -> LibraryDesk:
    return LibraryDesk(await api("academy"), as_)


def test_findings_keep_their_numbers() -> None:
    given(Visit).when(lambda one: one.record(CONTENT)).then(recorded)
    visit = given(Visit).that(recorded)
    first = VisitFindingRecorded(number=1, finding=FOUND)
    visit.when(lambda one: one.add_finding(FOUND)).then(first)
    one = visit.that(first)
    one.when(lambda it: it.add_finding(FOUND)).then()
    one.when(lambda it: it.add_finding(NEXT)).then(VisitFindingRecorded(number=2, finding=NEXT))
    one.when(lambda it: it.correct_finding(1, FOUND)).then()
    one.when(lambda it: it.correct_finding(1, NEXT)).then(VisitFindingRecorded(number=1, finding=NEXT))
    one.when(lambda it: it.drop_finding(1)).then(VisitFindingDropped(number=1))
    none = one.that(VisitFindingDropped(number=1))
    none.when(lambda it: it.add_finding(FOUND)).then(VisitFindingRecorded(number=2, finding=FOUND))
    none.when(lambda it: it.drop_finding(1)).refuses(NotFound(what="finding", id="1"))
    none.when(lambda it: it.correct_finding(1, FOUND)).refuses(NotFound(what="finding", id="1"))


def test_a_visit_is_corrected() -> None:
    visit = given(Visit).that(recorded)
    visit.when(lambda one: one.correct(CONTENT)).then()
    longer = CONTENT.model_copy(update={"to_day": date(2023, 1, 28)})
    visit.when(lambda one: one.correct(longer)).then(VisitCorrected(content=longer))
    with pytest.raises(ValidationError):
        VisitContent.model_validate(VISIT | {"to_day": "2023-01-01"})


async def test_the_visits_of_the_forum(desk: LibraryDesk) -> None:
    assert await desk.done("POST", "visits/forum-2023") == {"recorded": 2, "known": 0}
    assert await desk.done("POST", "visits/forum-2023") == {"recorded": 0, "known": 2}
    korea, australia = (await desk.done("GET", "visits", None, "anonymous"))["items"]
    assert [(one["country"], len(one["content"]["hosts"])) for one in (korea, australia)] == [("KR", 7), ("AU", 5)]
    assert (korea["content"]["from_day"], korea["content"]["to_day"]) == ("2023-01-25", "2023-01-27")
    only = (await desk.done("GET", "visits?country=AU", None, "anonymous"))["items"]
    assert [one["visit_id"] for one in only] == [australia["visit_id"]]


async def test_findings_are_told_to_those_who_see_the_visit(desk: LibraryDesk) -> None:
    visit = await desk.done("POST", "visits", {"content": VISIT | {"visibility": "officials"}})
    address = f"visits/{visit['visit_id']}"
    for finding in (FINDING, FINDING | {"topic_ja": "データ基盤"}):
        await desk.done("POST", f"{address}/findings", {"finding": finding})
    corrected = {"finding": FINDING | {"use_ja": "共同調達で試す。"}}
    await desk.done("PUT", f"{address}/findings/1", corrected)
    await desk.done("DELETE", f"{address}/findings/2")
    rows = (await desk.done("GET", f"{address}/findings", None, "officer", "131016"))["items"]
    assert [(row["number"], row["finding"]["use_ja"]) for row in rows] == [(1, "共同調達で試す。")]
    for role in ("anonymous", "supplier"):
        for hidden in (address, f"{address}/findings"):
            assert (await desk.send("GET", hidden, None, role)).status_code == 404
        assert (await desk.done("GET", "visits", None, role))["items"] == []
    assert (await desk.send("DELETE", f"{address}/findings/2")).status_code == 404
    draft = await desk.done("PUT", f"{address}/content", {"content": VISIT | {"visibility": "draft"}})
    assert draft["version"] == 6
    assert (await desk.send("GET", f"{address}/findings", None, "officer", "131016")).status_code == 404
    assert len((await desk.done("GET", f"{address}/history"))["items"]) == 6

"""Incidents over HTTP, on a real PostgreSQL: who reports, who reads what, what is due, what is readable at rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.incidents import views as incidents_views
from tests.support.aftercare_desk import ENDED, Aftercare
from tests.support.databases import Databases
from tests.support.rebuilt import rebuilt
from tests.support.running import running
from tests.support.searching import leaking
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

WORDS = "見本ヶ丘花子さんが転倒した"
WHAT, RESULT, REASON = "花子さんに電話した", "花子さんは回復した", "花子さんから再度の連絡"
TOLD = {"kind": "injury", "severity": "severe", "happened_at": ENDED.isoformat(), "what_happened_ja": WORDS}
STEP = {"by": "municipality", "until": "2026-12-09", "what_ja": WHAT}


@pytest_asyncio.fixture
async def aftercare(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Aftercare]:
    """Musashino, with a hall."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield Aftercare(await SupporterDesk(service, as_).with_venue())


async def reported(one: Aftercare, **more: Any) -> str:
    """An incident that the municipality reported."""
    answer = await one.officer("POST", f"sessions/{one.session_id}/incidents", TOLD | more)
    assert answer.is_success, answer.text
    return str(answer.json()["incident_id"])


async def step_by_step(one: Aftercare, incident_id: str, *steps: tuple[str, str, Any]) -> dict[str, Any]:
    """Follow an incident up; how it stands then."""
    for method, path, body in steps:
        answer = await one.officer(method, f"incidents/{incident_id}/{path}", body)
        assert answer.is_success, f"{path}: {answer.text}"
    state: dict[str, Any] = answer.json()
    return state


CLOSING: list[tuple[str, str, Any]] = [
    ("POST", "steps", STEP),
    ("PUT", "steps/1/completion", None),
    ("PUT", "closing", {"result_ja": RESULT}),
]


async def test_from_the_report_to_the_end(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    incident = await reported(one)
    state = await step_by_step(one, incident, *CLOSING[:1])
    assert (state["status"], state["due_on"], state["overdue"]) == ("in_follow_up", "2026-12-09", False)
    early = await one.officer("PUT", f"incidents/{incident}/closing", {"result_ja": RESULT})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/incident-steps-open")
    state = await step_by_step(one, incident, *CLOSING[1:])
    assert (state["status"], state["version"]) == ("closed", 4)
    state = await step_by_step(one, incident, ("PUT", "reopening", {"reason_ja": REASON}))
    assert state["status"] == "in_follow_up"
    account = (await one.get(f"incidents/{incident}/account", "officer", MUSASHINO)).json()
    assert (account["what_happened_ja"], account["reason_ja"]) == (WORDS, REASON)
    assert [(step["what_ja"], step["by_ja"], step["done_on"]) for step in account["steps"]] == [
        (WHAT, "区市町村", "2026-12-07")
    ]
    history = await one.items(f"incidents/{incident}/history", "auditor")
    assert history[0]["words"] == "区市町村が報告した（けが・急病、重大）"
    assert not any(name in str(history) for name in ("花子", WORDS))


async def test_whoever_was_there_reports_and_sees_how_it_stands(aftercare: Aftercare) -> None:
    host, other_host = await aftercare.host(), await aftercare.host("別の町会")
    one = await aftercare.held(kind="community_class", host_id=host)
    ((supporter, assignment),) = one.attended.items()
    stranger = await aftercare.desk.supporter()
    by_supporter = f"supporters/{supporter}/assignments/{assignment}/incidents"
    mine = await one.desk.done("POST", by_supporter, TOLD, "supporter", person=supporter)
    theirs = await one.desk.done("POST", f"hosts/{host}/sessions/{one.session_id}/incidents", TOLD, "host", person=host)
    await step_by_step(one, mine["incident_id"], CLOSING[0])
    found = await one.items(f"supporters/{supporter}/incidents", "supporter", person=supporter)
    assert [(row["incident_id"], row["status"], row["by"]) for row in found] == [
        (mine["incident_id"], "in_follow_up", "supporter")
    ]
    found = await one.items(f"hosts/{host}/incidents", "host", person=host)
    assert [row["incident_id"] for row in found] == [theirs["incident_id"]]

    before = await one.events()
    for refused, person, role in (
        (f"supporters/{stranger}/assignments/{assignment}/incidents", stranger, "supporter"),
        (f"supporters/{supporter}/assignments/{assignment}/incidents", stranger, "supporter"),
        (f"hosts/{other_host}/sessions/{one.session_id}/incidents", other_host, "host"),
    ):
        assert (await one.desk.send("POST", refused, TOLD, role, person=person)).status_code == 404
    path = f"municipalities/{CHIYODA}/sessions/{one.session_id}/incidents"
    assert (await one.desk.send("POST", path, TOLD, "officer", CHIYODA)).status_code == 404
    assert await one.events() == before
    assert await one.items(f"supporters/{stranger}/incidents", "supporter", person=stranger) == []


async def test_only_who_was_to_be_there_reports(aftercare: Aftercare) -> None:
    """Who declined, or did not come, tells the municipality."""
    one = await aftercare.held()
    ((supporter, assignment),) = one.attended.items()
    await one.desk.done(
        "PUT", f"municipalities/{MUSASHINO}/assignments/{assignment}/no-show", None, "officer", MUSASHINO
    )
    before = await one.events()
    path = f"supporters/{supporter}/assignments/{assignment}/incidents"
    refused = await one.desk.send("POST", path, TOLD, "supporter", person=supporter)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/supporter-was-not-there")
    assert (await one.events(), await one.desk.service.count("personal_key")) == (before, 0)


async def test_what_cannot_be_is_refused_and_nothing_is_written(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    elsewhere = await aftercare.held()
    (foreign,) = elsewhere.attended.values()
    before = await one.events()
    for body, status in (
        (TOLD | {"happened_at": "2026-12-06T10:00:00+09:00"}, 422),
        (TOLD | {"happened_at": "2026-12-09T10:00:00+09:00"}, 422),
        (TOLD | {"kind": "alien_landing"}, 422),
        (TOLD | {"what_happened_ja": ""}, 422),
        (TOLD | {"assignment_id": foreign}, 404),
    ):
        refused = await one.officer("POST", f"sessions/{one.session_id}/incidents", body)
        assert refused.status_code == status, refused.text
    incident = await reported(one)
    for path, body in (("steps", STEP | {"until": "2026-12-06"}), ("steps", STEP | {"what_ja": ""})):
        assert (await one.officer("POST", f"incidents/{incident}/{path}", body)).status_code == 422
    assert await one.events() == before + 1
    assert await one.desk.service.count("incident_step") == 0


async def test_the_list_begins_with_what_is_overdue_and_the_secretariat_sees_severe_ones_at_once(
    aftercare: Aftercare,
) -> None:
    one = await aftercare.held()
    minor = await reported(one, severity="minor")
    severe = await reported(one)
    closed = await reported(one, severity="moderate")
    await step_by_step(one, closed, *CLOSING)
    at_once = await one.items("incidents?severity=severe", "secretariat")
    assert [(row["incident_id"], row["status"]) for row in at_once] == [(severe, "reported")]
    one.later(days=3)
    listed = await one.items("incidents", "officer", MUSASHINO)
    assert [(row["incident_id"], row["overdue"]) for row in listed] == [(severe, True), (minor, False), (closed, False)]
    assert [row["incident_id"] for row in await one.items("incidents?overdue=true", "auditor")] == [severe]
    assert [row["incident_id"] for row in await one.items("incidents?overdue=false", "auditor")] == [minor, closed]
    assert await one.items("incidents", "officer", CHIYODA) == []
    paged = await one.get("incidents?limit=1", "officer", MUSASHINO)
    following = await one.items(f"incidents?limit=2&cursor={paged.json()['next']}", "officer", MUSASHINO)
    assert [row["incident_id"] for row in following] != [severe]
    text = await one.desk.client.get(
        "/v1/incidents?limit=1", headers=one.desk.as_("officer", MUSASHINO) | {"Accept": "text/csv"}
    )
    assert all(word in text.text for word in ("重大", "期限超過"))


async def test_words_are_for_those_who_follow_it_up_and_the_person_for_the_municipality(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    ((supporter, assignment),) = one.attended.items()
    incident = await reported(one, assignment_id=assignment)
    path = f"incidents/{incident}/account"
    own = (await one.get(path, "officer", MUSASHINO)).json()
    assert (own["what_happened_ja"], own["about_pseudonym"]) == (WORDS, f"supporter-{supporter}")
    tokyo = (await one.get(path, "secretariat")).json()
    assert (tokyo["what_happened_ja"], tokyo["about_pseudonym"]) == (WORDS, None)
    assert (await one.get(path, "auditor")).status_code == 403
    assert (await one.get(path, "officer", CHIYODA)).status_code == 404
    shown = (await one.get(f"incidents/{incident}", "auditor")).json()
    assert not any(text in str(shown) for text in (WORDS, supporter, assignment))
    assert await one.items(f"supporters/{supporter}/incidents", "supporter", person=supporter) == [], "not its reporter"


async def test_nothing_told_is_readable_at_rest_and_nothing_opens_after_the_erasure(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    (assignment,) = one.attended.values()
    incident = await reported(one, assignment_id=assignment)
    await step_by_step(one, incident, *CLOSING, ("PUT", "reopening", {"reason_ja": REASON}))
    early = await one.officer("PUT", f"incidents/{incident}/erasure", {})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/incident-status-wrong")
    await step_by_step(one, incident, CLOSING[2])
    assert await leaking(one.desk.service, [WORDS, WHAT, RESULT, REASON]) == set()
    rows = "SELECT t::text FROM incident t UNION ALL SELECT e::text FROM event e WHERE category = 'incident'"
    assert not any(assignment in row for (row,) in await one.desk.service.as_owner(rows)), "it leads to a supporter"

    erased = await step_by_step(one, incident, ("PUT", "erasure", {"reference": "第5-125号"}))
    assert erased["erased"] is True
    account = (await one.get(f"incidents/{incident}/account", "officer", MUSASHINO)).json()
    told = [account[name] for name in ("what_happened_ja", "about_pseudonym", "result_ja", "reason_ja")]
    assert told == [None] * 4
    assert [(step["step"], step["what_ja"]) for step in account["steps"]] == [(1, None)]
    before = await one.events()
    late = await one.officer("PUT", f"incidents/{incident}/reopening", {"reason_ja": REASON})
    assert (late.status_code, late.json()["type"]) == (410, "/problems/incident-erased")
    assert await one.events() == before
    assert all(table.none for table in (await rebuilt(one.desk.service, incidents_views.incidents)).values())
    ((wrapped,),) = await one.desk.service.as_owner("SELECT wrapped FROM personal_key")
    assert wrapped is None


async def test_the_search_notices_words_that_are_kept(aftercare: Aftercare, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await aftercare.held()
    monkeypatch.setattr(
        "kyodo_platform.personal.persons.seal",
        lambda _key, _person, _field, text: "v1." + text.encode().hex().ljust(90, "0"),
    )
    await reported(one)
    assert await leaking(one.desk.service, [WORDS]) == {"event", "incident"}

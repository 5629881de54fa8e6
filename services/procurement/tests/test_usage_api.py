"""Usage over HTTP: a result for each record, nothing twice, nothing lost, and who may see what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_procurement.usage_conflicts.model import UsageConflict
from tests.support.databases import Databases
from tests.support.meanwhile import meanwhile
from tests.support.metered import offered
from tests.support.running import running
from tests.support.usage_desk import CHIYODA, MUSASHINO, OKUTAMA, Usage, outcomes, problems, used

BATCH = "application/cloudevents-batch+json"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"


@pytest_asyncio.fixture
async def usage(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Usage]:
    async with running(databases, settings_for, "procurement") as service:
        offering = await offered(service.app.state.runtime.database, [CHIYODA, MUSASHINO])
        yield Usage(service, as_, offering)


async def test_usage_is_recorded_once_and_summed_by_month(usage: Usage) -> None:
    records = [used("a"), used("b", quantity=4), used("c", MUSASHINO, 5, "2024-05-01")]
    first = await usage.report(*records, records[0])
    assert first.status_code == 201
    assert outcomes(first) == [("recorded", 201)] * 3 + [("duplicate", 200)]
    counts = {"received": 4, "recorded": 3, "duplicates": 1, "conflicts": 0, "refused": 0}
    assert {name: first.json()[name] for name in counts} == counts
    assert [result["record"] for result in first.json()["results"]] == ["a", "b", "c", "a"]
    again = await usage.report(*records, role="secretariat")
    assert (again.status_code, outcomes(again)) == (201, [("duplicate", 200)] * 3)
    assert [r["id"] for r in again.json()["results"]] == [r["id"] for r in first.json()["results"][:3]]

    chiyoda = (CHIYODA, "2024-04", "applications", 7, 2, True)
    musashino = (MUSASHINO, "2024-05", "applications", 5, 1, True)
    assert await usage.sums() == await usage.sums("operator") == await usage.sums("auditor") == [chiyoda, musashino]
    assert await usage.sums("officer", CHIYODA) == [chiyoda]
    assert await usage.sums(month="2024-05") == await usage.sums(municipality=MUSASHINO) == [musashino]
    assert await usage.sums(month="2024-06") == await usage.sums(meter="seats") == []
    assert await usage.sums(offering_id=usage.offering, sort="-quantity") == [chiyoda, musashino]
    csv = await usage.service.client.get("/v1/usage", headers=usage.as_("secretariat") | {"Accept": "text/csv"})
    assert "申請件数,件,7,2" in csv.text


async def test_a_thousand_records_are_taken_in_one_request(usage: Usage) -> None:
    records = [used(f"r{number}", (CHIYODA, MUSASHINO)[number % 2], 1) for number in range(1_000)]
    taken = await usage.report(*records)
    assert (taken.status_code, taken.json()["recorded"]) == (201, 1_000)
    assert [(row[0], row[3]) for row in await usage.sums()] == [(CHIYODA, 500), (MUSASHINO, 500)]
    refused = await usage.report(*records, used("one-more"))
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-request")


async def test_cloudevents_are_taken_like_plain_json(usage: Usage) -> None:
    def event(id_: str, **data: Any) -> Any:
        content = {"offering_id": usage.offering, "meter": "applications", "quantity": 3} | data
        head = {"specversion": "1.0", "id": id_, "source": "/sample/operator", "type": "kyodo.usage.v1"}
        return head | {"subject": CHIYODA, "time": "2024-04-09T16:00:00Z", "data": content, "traceparent": "00-x"}

    events = [event("a"), event("b", used_on="2024-04-11"), event("c", offering_id=NO_SUCH_ID), event("d", quantity=0)]
    taken = await usage.send(orjson.dumps([*events, {"id": "e", "specversion": "0.3"}, 7]), BATCH)
    assert taken.status_code == 207
    assert outcomes(taken) == [("recorded", 201)] * 2 + [("refused", 404)] + [("refused", 422)] * 3
    assert [result.get("record") for result in taken.json()["results"]] == ["a", "b", "c", "d", "e", None]
    (zero,) = taken.json()["results"][3]["problem"]["errors"]
    assert zero["pointer"] == "#/3/data/quantity"
    rows = (await usage.get("/v1/usage-records"))["items"]
    assert [(row["record"], row["used_on"]) for row in rows] == [("a", "2024-04-10"), ("b", "2024-04-11")]  # in Tokyo
    assert outcomes(await usage.report(used("a"))) == [("duplicate", 200)]
    assert outcomes(await usage.send(orjson.dumps(events[:2]), f"{BATCH}; charset=utf-8")) == [("duplicate", 200)] * 2


@pytest.mark.parametrize(
    ("wrong", "status", "kind"),
    [
        ({"quantity": 0}, 422, "invalid-request"),
        ({"quantity": -1}, 422, "invalid-request"),
        ({"quantity": 1.5}, 422, "invalid-request"),
        ({"quantity": "3"}, 422, "invalid-request"),
        ({"municipality": "131017"}, 422, "invalid-request"),  # wrong check digit
        ({"municipality": "011002"}, 422, "invalid-request"),  # Sapporo
        ({"used_on": "1999-01-01"}, 422, "invalid-request"),
        ({"used_on": "2024-02-30"}, 422, "invalid-request"),
        ({"record": ""}, 422, "invalid-request"),
        ({"extra": 1}, 422, "invalid-request"),
        ({"unique_key": "a\x00"}, 422, "invalid-request"),
        ({"unique_key": "k" * 101}, 422, "invalid-request"),
        ({"unique_key": "k"}, 422, "unique-key-unexpected"),
        ({"meter": "users"}, 422, "unique-key-missing"),
        ({"meter": "pages"}, 422, "meter-not-offered"),
        ({"used_on": "2099-01-01"}, 422, "used-in-the-future"),
        ({"record": "seats:2024-04:131016"}, 422, "record-id-reserved"),
        ({"used_on": "2024-03-31"}, 409, "not-subscribed"),
        ({"municipality": OKUTAMA}, 409, "not-subscribed"),
    ],
)
async def test_a_bad_record_does_not_spoil_its_neighbours(
    usage: Usage, wrong: dict[str, Any], status: int, kind: str
) -> None:
    answer = await usage.report(used("before"), used("bad") | wrong, used("after"))
    assert (answer.status_code, outcomes(answer)) == (
        207,
        [("recorded", 201), ("refused", status), ("recorded", 201)],
    )
    problem = answer.json()["results"][1]["problem"]
    assert (problem["type"], problem["status"]) == (f"/problems/{kind}", status)
    assert problem["remedy"]
    assert await usage.sums() == [(CHIYODA, "2024-04", "applications", 6, 2, True)]
    assert await usage.events() == 2


async def test_the_wrong_place_in_a_record_is_named(usage: Usage) -> None:
    answer = await usage.report(used("a"), used("b", quantity=0))
    assert [e["pointer"] for e in answer.json()["results"][1]["problem"]["errors"]] == ["#/records/1/quantity"]


async def test_today_in_tokyo_is_not_the_future(usage: Usage) -> None:
    today = (datetime.now(UTC) + timedelta(hours=9)).date()
    tomorrow = today + timedelta(days=1)
    answer = await usage.report(used("a", used_on=today.isoformat()), used("b", used_on=tomorrow.isoformat()))
    assert outcomes(answer) == [("recorded", 201), ("refused", 422)]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"", BATCH, 400),
        (b"[]", "application/json", 422),
        (b"{}", BATCH, 422),
        (b"[]", BATCH, 422),
        (b"7", BATCH, 422),
        (b'{"records": [{}]}', "application/json", 422),
        (b'{"offering_id": "x", "records": [{}]}', "application/json", 422),
        (orjson.dumps([{}] * 1001), BATCH, 422),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
async def test_a_body_of_another_shape_is_a_problem(usage: Usage, body: bytes, content_type: str, status: int) -> None:
    answer = await usage.send(body, content_type)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await usage.events() == 0


async def test_only_the_operator_and_the_secretariat_report(usage: Usage) -> None:
    other = await offered(usage.service.app.state.runtime.database, [CHIYODA], operator="somebody-else")
    mine, usage.offering = usage.offering, other
    refused = await usage.report(used("a"))
    assert (outcomes(refused), problems(refused)) == ([("refused", 403)], ["not-the-operator"])
    assert outcomes(await usage.report(used("a"), role="secretariat")) == [("recorded", 201)]
    assert (await usage.report(used("b"), role="auditor")).status_code == 403
    usage.offering = mine
    assert outcomes(await usage.report(used("a"), role="supplier"))[0][1] == 403
    await usage.report(used("mine"))
    # An operator sees the offerings it operates, and nothing of others.
    for path in ("/v1/usage", "/v1/usage-records"):
        assert {row["offering_id"] for row in (await usage.get(path, "operator"))["items"]} == {mine}
        assert {row["offering_id"] for row in (await usage.get(path))["items"]} == {mine, other}
        assert (await usage.ask(path, "supplier")).status_code == 403
    (foreign,) = (await usage.get("/v1/usage-records", offering_id=other))["items"]
    address = f"/v1/usage-records/{foreign['id']}"
    assert (await usage.ask(address, "operator")).status_code == 404
    assert (await usage.ask(f"{address}/history", "operator")).status_code == 404
    assert (await usage.put(f"{address}/correction", {"quantity": 1, "reason": "誤り"})).status_code == 404


async def test_records_are_private_to_their_municipality(usage: Usage) -> None:
    await usage.report(used("a"), used("b", MUSASHINO))
    (own,) = (await usage.get("/v1/usage-records", "officer", CHIYODA))["items"]
    (other,) = (await usage.get("/v1/usage-records", municipality=MUSASHINO))["items"]
    assert (own["record"], own["municipality"], own["reported_at"] > "2024") == ("a", CHIYODA, True)
    for suffix in ("", "/history"):
        assert (await usage.ask(f"/v1/usage-records/{own['id']}{suffix}", "approver", CHIYODA)).status_code == 200
        assert (await usage.ask(f"/v1/usage-records/{other['id']}{suffix}", "officer", CHIYODA)).status_code == 404
    denied = await usage.put(f"/v1/usage-records/{own['id']}/cancellation", {"reason": "x"}, "officer", CHIYODA)
    assert denied.status_code == 403


async def test_other_content_under_the_same_id_is_kept_beside_what_stands(usage: Usage) -> None:
    first = await usage.report(used("a"), used("b"))
    assert first.status_code == 201
    changed = await usage.report(used("a", quantity=9), used("c"), used("c", quantity=8), used("b"))
    assert changed.status_code == 207
    assert outcomes(changed) == [("conflict", 409), ("recorded", 201), ("conflict", 409), ("duplicate", 200)]
    told = changed.json()["results"][0]
    assert told["problem"]["type"] == "/problems/usage-conflict"
    assert told["id"] == first.json()["results"][0]["id"]
    assert (await usage.sums())[0][3:] == (9, 3, True)  # 3 of each of a, b and c: what stood first
    again = await usage.report(used("a", quantity=9))
    assert again.json()["results"][0]["conflict_id"] == told["conflict_id"]

    listed = (await usage.get("/v1/usage-conflicts", "operator", status="open", sort="record"))["items"]
    assert [(row["record"], row["first"]["quantity"], row["second"]["quantity"]) for row in listed] == [
        ("a", 3, 9),
        ("c", 3, 8),
    ]
    assert (await usage.ask("/v1/usage-conflicts", "officer", CHIYODA)).status_code == 403
    assert (await usage.get("/v1/usage-conflicts", "supplier"))["items"] == []
    assert (await usage.ask(f"/v1/usage-conflicts/{told['conflict_id']}", "supplier")).status_code == 404


async def test_taking_the_second_report_corrects_the_record(usage: Usage) -> None:
    await usage.report(used("a"), used("b"))
    results = (await usage.report(used("a", quantity=9), used("b", quantity=5))).json()["results"]
    taken, kept = (f"/v1/usage-conflicts/{result['conflict_id']}/resolution" for result in results)
    answer = await usage.put(taken, {"keep": "second", "reason": "先の報告は途中集計"})
    assert (answer.status_code, answer.json()["status"]) == (200, "second_taken")
    assert (await usage.put(kept, {"keep": "first", "reason": "誤送信"}, "secretariat")).json()[
        "status"
    ] == "first_kept"
    assert (await usage.sums())[0][3:] == (12, 2, True)
    record = await usage.get(f"/v1/usage-records/{results[0]['id']}")
    assert (record["quantity"], record["version"]) == (9, 2)
    ((data,),) = await usage.service.as_owner(
        "SELECT data::text FROM event WHERE type = 'kyodo.procurement.service-use-corrected'"
    )
    correction = orjson.loads(data)
    assert (correction["conflict_id"], correction["quantity_before"]) == (results[0]["conflict_id"], 3)
    again = await usage.put(taken, {"keep": "second", "reason": "先の報告は途中集計"})  # repeated: no effect
    assert (again.status_code, again.json()["version"]) == (200, 2)
    other = await usage.put(taken, {"keep": "first", "reason": "やはり"})
    assert (other.status_code, other.json()["type"]) == (409, "/problems/usage-conflict-resolved")
    history = await usage.get(f"/v1/usage-conflicts/{results[0]['conflict_id']}/history")
    assert [row["words"] for row in history["items"]] == [
        "千代田区の利用の記録と同じ番号で、内容の異なる報告があった",
        "千代田区の利用の記録の不一致を解決した（後の報告を採用）",
    ]


async def test_taking_the_second_report_again_undoes_no_correction_that_was_made_meanwhile(
    usage: Usage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await usage.report(used("a"))
    (result,) = (await usage.report(used("a", quantity=9))).json()["results"]
    taken = f"/v1/usage-conflicts/{result['conflict_id']}/resolution"
    reason = {"keep": "second", "reason": "先の報告は途中集計"}

    async def taken_and_corrected() -> None:
        assert (await usage.put(taken, reason)).is_success
        correction = {"quantity": 5, "reason": "再集計"}
        assert (await usage.put(f"/v1/usage-records/{result['id']}/correction", correction)).is_success

    meanwhile(monkeypatch, UsageConflict, taken_and_corrected)
    assert (await usage.put(taken, reason)).is_success
    assert (await usage.get(f"/v1/usage-records/{result['id']}"))["quantity"] == 5


async def test_a_second_report_of_another_day_is_no_correction(usage: Usage) -> None:
    await usage.report(used("a"))
    (result,) = (await usage.report(used("a", MUSASHINO))).json()["results"]
    address = f"/v1/usage-conflicts/{result['conflict_id']}/resolution"
    refused = await usage.put(address, {"keep": "second", "reason": "団体の誤り"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/conflict-is-no-correction")
    assert (await usage.get(f"/v1/usage-conflicts/{result['conflict_id']}"))["status"] == "open"


async def test_a_correction_and_a_cancellation_refer_to_their_record(usage: Usage) -> None:
    (result, _) = (await usage.report(used("2024/04:a.1"), used("b", quantity=1))).json()["results"]
    address = f"/v1/usage-records/{result['id']}"
    corrected = await usage.put(f"{address}/correction", {"quantity": 10, "reason": "集計漏れ"}, if_match='"1"')
    assert (corrected.status_code, corrected.headers["ETag"], corrected.json()["quantity"]) == (200, '"2"', 10)
    stale = await usage.put(f"{address}/correction", {"quantity": 11, "reason": "集計漏れ"}, if_match='"1"')
    assert stale.status_code == 412
    again = await usage.put(f"{address}/correction", {"quantity": 2, "reason": "再集計"}, "secretariat")
    assert again.json()["version"] == 3
    assert (await usage.sums())[0][3:] == (3, 2, True)
    cancelled = await usage.put(f"{address}/cancellation", {"reason": "試験データ"})
    assert cancelled.status_code == 200
    assert cancelled.json()["cancelled_at"]
    assert (await usage.sums())[0][3:] == (1, 1, True)
    for path, body in (("correction", {"quantity": 5}), ("cancellation", {})):
        refused = await usage.put(f"{address}/{path}", body | {"reason": "再度"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/usage-record-cancelled")
    history = await usage.get(f"{address}/history", "officer", CHIYODA)
    assert [row["words"] for row in history["items"]][-1] == "千代田区の2024-04-10の利用の記録を取り消した"
    assert len(history["items"]) == 4
    assert outcomes(await usage.report(used("2024/04:a.1"))) == [("duplicate", 200)]
    for bad in ({"quantity": 0, "reason": "x"}, {"quantity": 1, "reason": ""}, {"quantity": 1}):
        assert (await usage.put(f"{address}/correction", bad)).status_code == 422
    assert (
        await usage.put(f"/v1/usage-records/{NO_SUCH_ID}/correction", {"quantity": 1, "reason": "x"})
    ).status_code == 404


async def test_the_read_models_equal_their_rebuild(usage: Usage) -> None:
    results = (await usage.report(used("a"), used("b"), used("s", meter="seats"))).json()["results"]
    await usage.put(f"/v1/usage-records/{results[0]['id']}/correction", {"quantity": 10, "reason": "x"})
    await usage.put(f"/v1/usage-records/{results[1]['id']}/cancellation", {"reason": "x"})
    await usage.put(f"/v1/usage-records/{results[2]['id']}/correction", {"quantity": 10, "reason": "x"})
    await usage.close("2024-04")
    owner = await Database.connect(usage.service.database.owner_url(usage.service.admin_url))
    try:
        views = [view for view in usage.service.service.views if view.name.startswith(("usage", "meter"))]
        differences = await rebuild(owner, views, source="procurement", progress=lambda _done, _all: None, switch=False)
    finally:
        await owner.close()
    assert {d.table for d in differences} == {"usage_record", "usage_month", "usage_conflict", "meter_month"}
    assert [d for d in differences if d.only_live or d.only_rebuilt] == []

"""Closing months over HTTP: readings become figures by the rule of each meter, and nothing slips between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_events.values.fiscal import Month
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.metered import offered
from tests.support.running import running
from tests.support.usage_desk import CHIYODA, MUSASHINO, OKUTAMA, Usage, outcomes, problems, used


@pytest_asyncio.fixture
async def usage(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Usage]:
    async with running(databases, settings_for, "procurement") as service:
        offering = await offered(service.app.state.runtime.database, [CHIYODA, MUSASHINO, OKUTAMA])
        yield Usage(service, as_, offering)


def seats(record: str, quantity: int, used_on: str = "2024-04-10", municipality: str = CHIYODA) -> Any:
    return used(record, municipality, quantity, used_on, meter="seats")


async def test_readings_become_figures_when_their_month_is_closed(usage: Usage) -> None:
    taken = await usage.report(
        seats("a", 5),
        seats("b", 9, "2024-04-11"),
        seats("c", 7, "2024-05-01"),
        used("d", meter="storage", quantity=50, used_on="2024-04-02"),
        used("e", meter="storage", quantity=40, used_on="2024-04-30"),
        used("f", meter="users", unique_key="k1"),
        used("g", meter="users", unique_key="k1"),
        used("h", MUSASHINO, meter="users", unique_key="k2"),
    )
    assert outcomes(taken) == [("recorded", 201)] * 8
    open_ = [
        (CHIYODA, "2024-04", "seats", 9, 2, False),
        (CHIYODA, "2024-04", "storage", 40, 2, False),
        (CHIYODA, "2024-04", "users", 1, 2, False),
        (CHIYODA, "2024-05", "seats", 7, 1, False),
        (MUSASHINO, "2024-04", "users", 1, 1, False),
    ]
    assert await usage.sums() == open_
    assert await usage.sums("officer", MUSASHINO) == open_[4:]
    published = "SELECT data->>'record' FROM event WHERE topic = 'kyodo.procurement.usage.v1' ORDER BY 1"
    assert await usage.service.as_owner(published) == []

    closed = await usage.close("2024-04")
    assert (closed.status_code, closed.json()["figures"], closed.headers["ETag"]) == (201, 4, '"1"')
    assert await usage.sums() == [(*row[:4], 1, True) if row[1] == "2024-04" else row for row in open_]
    assert await usage.service.as_owner(published) == [
        ("seats:2024-04:131016",),
        ("storage:2024-04:131016",),
        ("users:2024-04:131016",),
        ("users:2024-04:132039",),
    ]
    again = await usage.close("2024-04", "secretariat")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/meter-month-already-closed")

    address = f"/v1/meter-months/{closed.json()['id']}"
    assert (await usage.get("/v1/meter-months", "officer", CHIYODA, month="2024-04"))["items"] == [closed.json()]
    assert await usage.get(address, "auditor") == closed.json()
    assert (await usage.get(f"{address}/history"))["items"][0]["words"] == "2024-04の計測値を確定した（4件）"


async def test_late_readings_are_corrections_of_the_figure(usage: Usage) -> None:
    first = await usage.report(seats("a", 5))
    await usage.close("2024-04")
    late = await usage.report(seats("b", 9), seats("a", 5), seats("a", 6), seats("c", 9, "2024-05-01"))
    assert outcomes(late) == [("refused", 409), ("duplicate", 200), ("conflict", 409), ("recorded", 201)]
    problem = late.json()["results"][0]["problem"]
    assert problem["type"] == "/problems/meter-month-closed"
    assert "seats:2024-04:131016" in problem["remedy"] + problem["detail"] + str(problem["facts"])
    reading = f"/v1/usage-records/{first.json()['results'][0]['id']}"
    for path, body in (("correction", {"quantity": 9}), ("cancellation", {})):
        refused = await usage.put(f"{reading}/{path}", body | {"reason": "後から判明"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/meter-month-closed")
    conflict = late.json()["results"][2]["conflict_id"]
    refused = await usage.put(f"/v1/usage-conflicts/{conflict}/resolution", {"keep": "second", "reason": "後から判明"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/meter-month-closed")

    (figure,) = [
        row for row in (await usage.get("/v1/usage-records", meter="seats"))["items"] if row["aggregation"] is None
    ]
    corrected = await usage.put(f"/v1/usage-records/{figure['id']}/correction", {"quantity": 9, "reason": "後から判明"})
    assert corrected.status_code == 200
    assert (CHIYODA, "2024-04", "seats", 9, 1, True) in await usage.sums()


async def test_a_missing_figure_is_reported_by_its_own_id(usage: Usage) -> None:
    figure = seats(f"seats:2024-04:{OKUTAMA}", 4, "2024-04-30", OKUTAMA)
    assert problems(await usage.report(figure)) == ["record-id-reserved"]
    await usage.close("2024-04")
    assert outcomes(await usage.report(figure, figure)) == [("recorded", 201), ("duplicate", 200)]
    assert await usage.sums() == [(OKUTAMA, "2024-04", "seats", 4, 1, True)]


async def test_a_month_is_closed_by_the_operator_when_it_is_over(usage: Usage) -> None:
    this_month = Month.containing(datetime.now(UTC))
    early = await usage.close(this_month)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/meter-month-not-over")
    other = await usage.close("2024-04", "supplier")
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-the-operator")
    assert (await usage.close("2024-13")).status_code == 422
    assert (await usage.close("2024-04", "auditor")).status_code == 403
    narrowed = usage.as_("secretariat", CHIYODA)
    body = {"offering_id": usage.offering, "month": "2024-04"}
    assert (await usage.service.client.post("/v1/meter-months", json=body, headers=narrowed)).status_code == 403
    usage.offering = "0193f1a0-0000-7000-8000-000000000000"
    assert (await usage.close("2024-04")).status_code == 404
    assert (await usage.get("/v1/meter-months"))["items"] == []


async def test_a_reading_is_corrected_or_cancelled_while_its_month_is_open(usage: Usage) -> None:
    results = (await usage.report(seats("a", 5), seats("b", 9))).json()["results"]
    second = f"/v1/usage-records/{results[1]['id']}"
    assert (await usage.put(f"{second}/correction", {"quantity": 3, "reason": "誤読"})).json()["quantity"] == 3
    assert (await usage.sums())[0][3] == 5
    assert (await usage.put(f"{second}/cancellation", {"reason": "誤読"})).status_code == 200
    assert (await usage.sums())[0][3:5] == (5, 1)


async def test_no_reading_slips_between_closing_and_figure(usage: Usage) -> None:
    """A reading that was accepted is in the figure, however close to the closing it came."""
    reports = [usage.report(seats(f"r{n}", n + 1)) for n in range(12)]
    *answers, closed = await asyncio.gather(*reports[:6], *reports[6:], usage.close("2024-04"))
    assert closed.status_code == 201
    accepted = [n + 1 for n, answer in enumerate(answers) if outcomes(answer) == [("recorded", 201)]]
    settled = [row for row in await usage.sums() if row[5]]
    assert [row[3] for row in settled] == ([max(accepted)] if accepted else [])
    assert [row for row in await usage.sums() if not row[5]] == []


async def test_every_figure_follows_the_rule_of_its_meter(usage: Usage) -> None:
    """Against the rules written out in Python, on readings drawn at random with many ties."""
    chance = Random(7)  # noqa: S311 - sample data
    rules: dict[str, Callable[[list[dict[str, Any]]], int]] = {
        "seats": lambda rows: max(row["quantity"] for row in rows),
        "users": lambda rows: len({row["unique_key"] for row in rows}),
        "storage": lambda rows: max(rows, key=lambda row: (row["used_on"], row["record"]))["quantity"],
    }
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for n in range(600):
        meter = chance.choice(list(rules))
        code = chance.choice([CHIYODA, MUSASHINO, OKUTAMA])
        day = date(2024, 4, chance.randrange(1, 5)).isoformat()
        record = chance.choice(["a", "B", "-"]).replace("-", "0") + f"/{chance.randrange(10**6)}.{n}"
        reading = used(record, code, chance.randrange(1, 40), day, meter=meter)
        if meter == "users":
            reading["unique_key"] = f"k{chance.randrange(30)}"
        cells[code, meter].append(reading)
    readings = [reading for rows in cells.values() for reading in rows]
    assert (await usage.report(*readings)).status_code == 201
    expected = sorted((code, meter, rules[meter](rows)) for (code, meter), rows in cells.items())
    assert [(row[0], row[2], row[3]) for row in await usage.sums()] == expected
    assert (await usage.close("2024-04")).json()["figures"] == len(expected)
    assert [(row[0], row[2], row[3]) for row in await usage.sums()] == expected

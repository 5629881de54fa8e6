"""Rating runs: the same cutoffs give the same bytes, whatever arrives later and in whichever order it arrived."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.rating import facts, model
from kyodo_cost_ledger.rating.facts import settle
from kyodo_cost_ledger.rating.model import Cutoffs, day_after
from kyodo_cost_ledger.rating.runs import digests
from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_cost_ledger.usage.facts import READS
from kyodo_cost_ledger.usage.model import Outcome
from kyodo_events.contracts.base_terms import BaseComponent, BaseDate, BaseTerms, Driver
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.usage import ServiceUseCorrected
from kyodo_events.database import Database
from kyodo_events.event import Event, Recorded
from kyodo_events.inbox import open_inbox
from kyodo_events.store import recorded_of
from kyodo_events.values.fiscal import FiscalYear, Month
from tests.support.ledger.arriving import arrive

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"
OTHER = "01941f29-7c00-7000-8000-00000000000b"
YEAR = FiscalYear(2024)


def told() -> list[Recorded[Event]]:
    """Two projects; who leaves, changed terms, free and unheard-of meters, a correction."""
    first = Story().started().joined(CHIYODA, CHUO, MUSASHINO).agreed(terms(1_200_001, tokyo="1/3"))
    first.left(CHUO, "2024-09").agreed(terms(2_400_001, effective_from="2024-10", prices={"applications": 40}))
    for code, quantity in ((CHIYODA, 10), (CHUO, 20), (MUSASHINO, 30)):
        first.used(code, quantity).used(code, quantity, "2024-11-30").used(code, 1, meter="unheard_of")
    used: Any = first.told[-1].event
    correction = used.model_dump(exclude={"quantity"}) | {"quantity_before": 1, "quantity": 7}
    first.tell(ServiceUseCorrected(**correction, reason="訂正"), first.told[-1].stream)
    second = Story(OTHER).started().joined(CHUO).agreed(terms(None, prices={"logins": 0, "seats": 400}))
    return [*first.told, *second.used(CHUO, 3, meter="seats").used(CHUO, 3, meter="logins").told]


def later() -> list[Recorded[Event]]:
    """Facts of every kind that change what told() comes to."""
    story = Story().started().joined(CHIYODA, CHUO, MUSASHINO).agreed(terms()).agreed(terms()).left(CHUO, "2024-05")
    for _ in range(3):  # past the versions of the project's stream that told() has taken
        story.joined("131032")
    story.agreed(terms(9_999_999, prices={"applications": 77, "unheard_of": 5})).used(CHIYODA, 1_000, "2024-04-01")
    third = Story("01941f29-7c00-7000-8000-00000000000c").started().joined(CHIYODA).agreed(terms(500_000))
    return [*story.told[-5:], *third.used(CHIYODA, 5).told]


@dataclass
class World:
    """A running ledger, and who asks."""

    client: httpx.AsyncClient
    database: Database
    as_: Any

    async def run(self, status: int = 201, who: str = "auditor", **body: Any) -> Any:
        given = {"fiscal_year": 2024, **body}
        answer = await self.client.post("/v1/rating-runs", json=given, headers=self.as_(who))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str, *who: str, status: int = 200, accept: str = "application/json") -> httpx.Response:
        headers = self.as_(*(who or ("secretariat",))) | {"Accept": accept}
        answer = await self.client.get(f"/v1/rating-runs{path}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    async def send(self, path: str, body: Any) -> None:
        answer = await self.client.post(path, json=body, headers=self.as_("secretariat"))
        assert answer.is_success, answer.text


@pytest_asyncio.fixture
async def world(app_of: Any, as_: Any) -> AsyncIterator[World]:
    app = await app_of("cost-ledger")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        world = World(client, app.state.runtime.database, as_)
        await arrive(world.database, told())
        yield world


def digest_of(run: Any) -> tuple[str, str]:
    return run["input_digest"], run["output_digest"]


async def test_a_run_comes_to_what_stands_in_the_books(world: World) -> None:
    run = await world.run()
    totals = (await world.client.get("/v1/totals", headers=world.as_("auditor"))).json()
    assert (run["base"], run["usage"]) == (totals["sum"]["base"], totals["sum"]["usage"])
    assert [project["project_id"] for project in run["projects"]] == [PROJECT, OTHER]
    assert run["cells"] == sum(project["cells"] for project in run["projects"])


async def test_later_facts_change_no_byte_of_a_run(world: World) -> None:
    run = await world.run()
    path = f"/{run['run_id']}"
    before = (await world.get(f"{path}/output")).content
    await arrive(world.database, later())
    assert (await world.get(f"{path}/output")).content == before
    verified = (await world.get(f"{path}/verification", "auditor")).json()
    assert verified == {
        "run_id": run["run_id"],
        "equal": True,
        "input_digest": run["input_digest"],
        "output_digest": run["output_digest"],
        "differences": [],
    }
    now = await world.run()
    assert digest_of(now)[0] != digest_of(run)[0]
    assert digest_of(now)[1] != digest_of(run)[1]
    again = await world.run(recorded_before=run["recorded_before"])
    assert digest_of(again) == digest_of(run)


async def test_the_output_is_the_digest_s_text(world: World) -> None:
    run = await world.run()
    answer = await world.get(f"/{run['run_id']}/output")
    digest = hashlib.sha256(answer.content)
    assert digest.hexdigest() == run["output_digest"]
    assert answer.headers["content-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    rows = answer.json()
    assert (len(rows), sum(row["amount"] for row in rows)) == (run["cells"], run["base"] + run["usage"])
    assert {row["outcome"] for row in rows if row["book"] == "usage"} == set(Outcome)
    own = await world.get(f"/{run['run_id']}/output?project_id={OTHER}")
    assert hashlib.sha256(own.content).hexdigest() == run["projects"][1]["output_digest"]
    table = (await world.get(f"/{run['run_id']}/output", accept="text/csv")).content.decode("utf-8-sig")
    assert [int(row["金額"]) for row in csv.DictReader(io.StringIO(table))] == [row["amount"] for row in rows]


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_of_arrival_changes_no_digest(world: World, ledger: Database, seed: int) -> None:
    """The same events in another order and in other batches, in another database."""
    run = await world.run()
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    await copy(world.database, ledger, chance)
    moment, arrivals, positions = await settle(ledger, None)
    found = await digests(ledger, Cutoffs(YEAR, day_after(YEAR), moment, arrivals, positions))
    assert (found.input_digest, found.output_digest) == digest_of(run)


async def copy(source: Database, target: Database, chance: random.Random) -> None:
    """All that arrived in one ledger arrives in another one, in a random order."""
    async with source.transaction(read_only=True) as tx:
        events = [recorded_of(row, row["source"]) for row in await tx.rows("SELECT *, event_id AS id FROM inbox")]
    shuffled = chance.sample(events, len(events))
    while shuffled:
        size = chance.choice([1, 2, 7])
        await arrive(target, shuffled[:size])
        shuffled = shuffled[size:]


async def test_only_what_occurred_before_the_day_counts(world: World) -> None:
    half = await world.run(occurred_before="2024-10-01")
    rows = (await world.get(f"/{half['run_id']}/output")).json()
    assert max(row["month"] for row in rows) == "2024-09"
    assert half["base"] == 1_200_001 // 2
    day = await world.run(occurred_before="2024-04-10")  # the day of the first usage, which is not before it
    assert (day["usage"], day["base"]) == (0, 1_200_001 // 12)


async def test_figures_replaced_later_are_read_as_they_were(world: World) -> None:
    """The ledger keeps the newest figures only; a run reads those of then from the log."""
    base = BaseTerms(
        annual_amount=1_000_000,
        components=(BaseComponent(driver=Driver.STAFF, share=Fraction(1), base_date=BaseDate.JANUARY_1),),
    )
    third = Story("01941f29-7c00-7000-8000-00000000000c").started().joined(CHIYODA, CHUO)
    third.agreed(BurdenTerms(fiscal_year=YEAR, effective_from=Month("2024-04"), base=base))
    await arrive(world.database, third.told)
    body = {"driver": "staff", "reference": "2024-01-01", "label_ja": "職員数", "unit_ja": "人", "source_ja": "調査"}
    await world.send("/v1/driver-figures", body | {"figures": {CHIYODA: 1, CHUO: 1}})
    run = await world.run()
    assert run["projects"][-1]["base"] == 1_000_000
    await world.send("/v1/driver-figures", body | {"figures": {CHIYODA: 1, CHUO: 3}})
    assert (await world.get(f"/{run['run_id']}/verification")).json()["equal"]
    assert digest_of(await world.run()) != digest_of(run)


async def test_what_is_arriving_is_waited_for(world: World) -> None:
    """Facts that were stamped before the cutoff and commit after it would change a run afterwards."""
    holding, release = asyncio.Event(), asyncio.Event()

    async def slow_consumer() -> None:
        async with world.database.transaction() as tx:
            await open_inbox(tx)
            holding.set()
            await release.wait()

    consumer = asyncio.create_task(slow_consumer())
    await holding.wait()
    run = asyncio.create_task(world.run())
    done, _ = await asyncio.wait([run], timeout=0.3)
    assert not done
    release.set()
    await consumer
    assert (await run)["cells"]


async def test_a_planted_leak_of_later_facts_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Usage, and rules, that came after the cutoffs and are not held back: verification names the projects."""
    run = await world.run()
    await arrive(world.database, later())
    path = f"/{run['run_id']}/verification"
    assert (await world.get(path)).json()["equal"]
    with monkeypatch.context() as patch:
        patch.setattr(facts, "_USED", facts._USED.replace("i.arrival <=", "0 <").replace("i.received_at <", "now() >="))
        leaked = (await world.get(path)).json()
    assert not leaked["equal"]
    assert {row["project_id"] for row in leaked["differences"]} >= {PROJECT}
    with monkeypatch.context() as patch:
        patch.setattr(facts, "RULES", ())
        live = (await world.get(path)).json()
    assert not live["equal"]


async def test_a_changed_calculation_is_told_from_changed_facts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await world.run()
    honest = base_charges
    monkeypatch.setattr(model, "base_charges", lambda project: {k: v + 1 for k, v in honest(project).items()})
    verified = (await world.get(f"/{run['run_id']}/verification")).json()
    assert (verified["equal"], verified["input_digest"]) == (False, run["input_digest"])
    (found,) = verified["differences"]
    assert (found["project_id"], found["same_facts"]) == (PROJECT, True)


async def test_live_queries_on_the_same_connection_are_not_mistaken_for_the_past(ledger: Database) -> None:
    """Statements prepared against the live tables, before and after a run lays its own over them."""
    await arrive(ledger, told())
    moment, arrivals, positions = await settle(ledger, None)
    cutoffs = Cutoffs(YEAR, day_after(YEAR), moment, arrivals, positions)
    before = await digests(ledger, cutoffs)
    await arrive(ledger, later())
    for _ in range(8):  # more than there are connections: each has seen both
        await asyncio.gather(*(_live(ledger) for _ in range(4)))
        found = await asyncio.gather(*(digests(ledger, cutoffs) for _ in range(3)))
        assert {run.output_digest for run in found} == {before.output_digest}


async def test_rules_are_read_past_the_usage(ledger: Database) -> None:
    """A year has millions of usage events and some thousand others: their index must fit the query, word for word."""
    async with ledger.transaction() as tx:
        await tx.run("SET LOCAL enable_seqscan = off")
        await tx.run("SET LOCAL enable_bitmapscan = off")
        plan = await tx.rows(f"EXPLAIN {facts._OF_OTHERS}", ["t"], 0, 1, datetime.now(UTC), 1)
    assert "inbox_rules" in "".join(row[0] for row in plan)
    assert all(f"'{event.event_type}'" in facts._OF_OTHERS for event in READS)


async def _live(ledger: Database) -> None:
    async with ledger.transaction(read_only=True) as tx:
        project = (await known_projects(tx, [PROJECT]))[PROJECT]
        assert len(project.terms) == 3


async def test_who_may_and_what_is_refused(world: World) -> None:
    await world.run(403, who="operator")
    answer = await world.client.post(
        "/v1/rating-runs", json={"fiscal_year": 2024}, headers=world.as_("officer", CHIYODA)
    )
    assert answer.status_code == 403
    narrowed = await world.client.post(
        "/v1/rating-runs", json={"fiscal_year": 2024}, headers=world.as_("auditor", CHIYODA)
    )
    assert narrowed.status_code == 403  # a part of the rows is no run
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await world.run(409, recorded_before=ahead))["type"].endswith("recorded-in-future")
    assert (await world.run(409, occurred_before="2024-04-01"))["type"].endswith("occurred-outside-year")
    run = await world.run(who="secretariat")
    for path in ("", "/output", "/verification"):
        await world.get(f"/{run['run_id']}{path}", "officer", CHIYODA, status=403)
    assert [row["run_id"] for row in (await world.get("")).json()["items"]] == [run["run_id"]]

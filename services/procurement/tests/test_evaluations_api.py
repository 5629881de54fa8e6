"""From opened quotations to contracts, over HTTP: who may, what is shown to whom, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings
from kyodo_procurement.evaluations.views import contracts, evaluations, lots
from kyodo_procurement.openings.views import openings
from kyodo_procurement.quotations.views import quotations
from tests.support.databases import Databases
from tests.support.quoting import AFTER, CALL, CHIYODA, MORNING, MUSASHINO, plan, put_call, set_clock
from tests.support.running import running
from tests.support.sealing import Sealing

EVALUATION = f"/v1/evaluations/{CALL}"
STANDSTILL_OVER = datetime(2026, 6, 12, 1, tzinfo=UTC)
BOTH = {"quality": 80, "support": 50}


@pytest_asyncio.fixture
async def desk(
    databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer
) -> AsyncIterator[Sealing]:
    """A service with an opened call: supplier-1 offers the lower price, supplier-2 bids for the first lot only."""
    async with running(databases, settings_for, "procurement") as service:
        await put_call(service.app, plan())
        found = Sealing(service, issuer)
        set_clock(service.app, MORNING)
        await found.register("opener-a", "opener-b")
        await found.hand_in("supplier-1", pc=80_000)
        await found.hand_in("supplier-2", pc=100_000, lots=(1,))
        set_clock(service.app, AFTER)
        for opener in ("opener-a", "opener-b"):
            assert (await found.unlock(opener)).is_success
        yield found


async def begun(desk: Sealing) -> dict[str, str]:
    """Begin the evaluation; quotation ids by supplier."""
    evaluation = await desk.ok("POST", "/v1/evaluations", {"call_id": CALL}, by="secretariat")
    return {tender["supplier"]["id"]: tender["quotation_id"] for tender in evaluation["tenders"]}


async def fully_scored(desk: Sealing) -> dict[str, str]:
    """Begin, and let an officer score all of it."""
    ids = await begun(desk)
    await desk.ok("PUT", f"{EVALUATION}/scorers", {"scorers": ["officer"]}, by="secretariat")
    await desk.ok("PUT", f"{EVALUATION}/conflict", {"suppliers": []}, by="officer")
    for quotation_id in ids.values():
        await desk.ok("PUT", f"{EVALUATION}/scores/{quotation_id}", {"scores": BOTH}, by="officer")
    return ids


async def test_from_scores_to_contracts(desk: Sealing) -> None:
    ids = await fully_scored(desk)
    matrix = await desk.ok("GET", f"{EVALUATION}/matrix", by="auditor")
    assert [(row["lot"], row["cost"], row["total"], row["rank"]) for row in matrix["rows"]] == [
        (1, 9_723_450, "89", 1),
        (1, 12_123_450, "77", 2),
        (2, 164_192, "89", 1),
    ]
    assert matrix["missing"] == {"1": 0, "2": 0}
    chosen = {"quotation_id": ids["supplier-1"]}
    await desk.ok("PUT", f"{EVALUATION}/lots/1/proposal", chosen, by="secretariat")
    shown = (await desk.ok("GET", f"/v1/awards?call_id={CALL}&status=proposed", by="supplier-2"))["items"]
    assert [(row["lot"], row["supplier_ja"], row["standstill_until"]) for row in shown] == [
        (1, "株式会社サンプル", "2026-06-11")
    ]
    assert (await desk.ok("GET", "/v1/contracts", by="supplier-2"))["items"] == []
    assert await desk.refused("PUT", f"{EVALUATION}/lots/1/award", by="secretariat") == (409, "standstill-runs")

    desk.at(STANDSTILL_OVER)
    awarded = await desk.ok("PUT", f"{EVALUATION}/lots/1/award", by="secretariat")
    assert awarded["undecided"] == 1
    failed = await desk.ok("PUT", f"{EVALUATION}/lots/2/failure", {"reason": "仕様を見直す"}, by="secretariat")
    assert (failed["undecided"], await desk.ok("GET", EVALUATION, by="officer")) == (0, failed)

    contracts = (await desk.ok("GET", f"/v1/contracts?call_id={CALL}&sort=-firm_amount", by="supplier-2"))["items"]
    assert [(row["municipality"], row["item"], row["firm"], row["firm_amount"]) for row in contracts] == [
        (CHIYODA, "pc", 80, 6_400_000),
        (MUSASHINO, "pc", 40, 3_200_000),
        (CHIYODA, "dock", 10, 123_450),
    ]
    own = await desk.ok("GET", f"/v1/contracts?municipality={MUSASHINO}&lot=1", by="officer")
    assert [row["optional_unit_price"] for row in own["items"]] == [80_000]
    csv = await desk.send("GET", "/v1/contracts", by="auditor", accept="text/csv")
    assert csv.text.startswith("\ufeff団体コード,")
    lots = (await desk.ok("GET", "/v1/awards?sort=-status", by="supplier-1"))["items"]
    assert [(row["status"], row["amount"], row["reason"]) for row in lots] == [
        ("failed", None, "仕様を見直す"),
        ("awarded", 9_723_450, None),
    ]
    assert (await desk.ok("GET", "/v1/evaluations?concluded=false", by="auditor"))["items"] == []
    assert len((await desk.ok("GET", "/v1/evaluations?concluded=true", by="auditor"))["items"]) == 1

    told = (await desk.ok("GET", f"{EVALUATION}/history", by="auditor"))["items"]
    assert [row["words"] for row in told][-3:] == [
        "第1ロットの落札候補を株式会社サンプルとした（異議申立期間は2026-06-11まで）",
        "第1ロットを株式会社サンプルに落札決定した",
        "第2ロットは不調となった：仕様を見直す",
    ]


async def test_an_objection_is_answered_before_the_award(desk: Sealing) -> None:
    ids = await fully_scored(desk)
    path, text = f"{EVALUATION}/lots/1/objections", {"text": "評価の根拠を求める異議"}
    assert await desk.refused("POST", path, text, by="supplier-2") == (409, "lot-not-at-this-point")
    await desk.ok("PUT", f"{EVALUATION}/lots/1/proposal", {"quotation_id": ids["supplier-1"]}, by="secretariat")
    assert await desk.refused("POST", path, text, by="supplier-3") == (403, "not-a-tenderer")
    assert (await desk.ok("POST", path, text, by="supplier-2"))["number"] == 1
    for reader, seen in (("supplier-2", 1), ("supplier-1", 0), ("officer", 1)):
        assert len((await desk.ok("GET", f"{EVALUATION}/objections", by=reader))["items"]) == seen

    desk.at(STANDSTILL_OVER)
    assert await desk.refused("POST", path, text, by="supplier-2") == (409, "standstill-over")
    assert await desk.refused("PUT", f"{EVALUATION}/lots/1/award", by="secretariat") == (409, "objection-open")
    answer = {"answer": "評価表のとおり", "upheld": False}
    await desk.ok("PUT", f"{EVALUATION}/objections/1/answer", answer, by="secretariat")
    assert await desk.refused("PUT", f"{EVALUATION}/objections/1/answer", answer, by="secretariat") == (
        409,
        "objection-settled",
    )
    await desk.ok("PUT", f"{EVALUATION}/lots/1/award", by="secretariat")
    rows = (await desk.ok("GET", f"{EVALUATION}/objections", by="supplier-2"))["items"]
    assert (rows[0]["answer"], rows[0]["upheld"]) == ("評価表のとおり", False)


async def test_an_upheld_objection_opens_the_lot_again(desk: Sealing) -> None:
    ids = await fully_scored(desk)
    chosen = {"quotation_id": ids["supplier-2"], "reason": "保守体制を重視"}
    await desk.ok("PUT", f"{EVALUATION}/lots/1/proposal", chosen, by="secretariat")
    await desk.ok("POST", f"{EVALUATION}/lots/1/objections", {"text": "最高点ではない"}, by="supplier-1")
    await desk.ok("PUT", f"{EVALUATION}/objections/1/answer", {"answer": "認める", "upheld": True}, by="secretariat")
    lot = (await desk.ok("GET", "/v1/awards?status=open", by="auditor"))["items"][0]
    assert (lot["lot"], lot["supplier_ja"], lot["total"], lot["reason"]) == (1, None, None, None)


async def test_points_are_stored_as_they_count(desk: Sealing) -> None:
    ids = await fully_scored(desk)
    one = await desk.ok("GET", f"{EVALUATION}/scores?quotation_id={ids['supplier-1']}&sort=-score", by="auditor")
    assert [(row["criterion"], row["score"]) for row in one["items"]] == [("quality", 80), ("support", 50)]
    await desk.ok("PUT", f"{EVALUATION}/scores/{ids['supplier-1']}", {"scores": {"quality": 81}}, by="officer")
    await desk.ok("PUT", f"{EVALUATION}/conflict", {"suppliers": ["supplier-2"]}, by="officer")
    left = (await desk.ok("GET", f"{EVALUATION}/scores", by="auditor"))["items"]
    assert {(row["quotation_id"], row["criterion"], row["score"]) for row in left} == {
        (ids["supplier-1"], "quality", 81),
        (ids["supplier-1"], "support", 50),
    }
    declared = (await desk.ok("GET", f"{EVALUATION}/conflicts", by="auditor"))["items"]
    assert [(row["scorer"], row["suppliers"]) for row in declared] == [("officer", ["supplier-2"])]
    await desk.ok("PUT", f"{EVALUATION}/scorers/release", {"scorer": "officer", "reason": "異動"}, by="secretariat")
    for rows in ("scores", "conflicts"):
        assert (await desk.ok("GET", f"{EVALUATION}/{rows}", by="auditor"))["items"] == []


async def test_the_read_models_equal_their_rebuild(desk: Sealing) -> None:
    ids = await fully_scored(desk)
    await desk.ok("PUT", f"{EVALUATION}/conflict", {"suppliers": ["supplier-2"]}, by="officer")
    await desk.ok("PUT", f"{EVALUATION}/scorers", {"scorers": ["secretariat"]}, by="secretariat")
    await desk.ok("PUT", f"{EVALUATION}/conflict", {"suppliers": []}, by="secretariat")
    for quotation_id in ids.values():
        await desk.ok("PUT", f"{EVALUATION}/scores/{quotation_id}", {"scores": BOTH}, by="secretariat")
    proposed = {"quotation_id": ids["supplier-1"]}
    for lot in (1, 2):
        await desk.ok("PUT", f"{EVALUATION}/lots/{lot}/proposal", proposed, by="secretariat")
    await desk.ok("POST", f"{EVALUATION}/lots/1/objections", {"text": "異議"}, by="supplier-2")
    await desk.ok("PUT", f"{EVALUATION}/objections/1/answer", {"answer": "却下", "upheld": False}, by="secretariat")
    reason = {"reason": "仕様の見直し"}
    await desk.ok("PUT", f"{EVALUATION}/lots/2/proposal/withdrawal", reason, by="secretariat")
    await desk.ok("PUT", f"{EVALUATION}/lots/2/failure", reason, by="secretariat")
    desk.at(STANDSTILL_OVER)
    await desk.ok("PUT", f"{EVALUATION}/lots/1/award", by="secretariat")

    service = desk.service
    owner = await Database.connect(service.database.owner_url(service.admin_url))
    views = [openings, quotations, evaluations, lots, contracts]
    differences = await rebuild(owner, views, source="procurement", progress=lambda done, of: None, switch=False)
    await owner.close()
    assert {d.table for d in differences} >= {"opening", "quotation", "evaluation_lot", "municipal_contract"}
    assert [d for d in differences if d.only_live or d.only_rebuilt] == []
    assert await service.count("evaluation_score") > 2


async def test_what_is_refused_writes_nothing(desk: Sealing) -> None:
    missing = CALL.replace("ca", "cb")

    async def refused(path: str, body: Any = None, by: str = "secretariat", method: str = "PUT") -> tuple[int, str]:
        return await desk.refused(method, f"{EVALUATION}{path}", body, by=by)

    begin = {"call_id": CALL}
    assert await desk.refused("POST", "/v1/evaluations", {"call_id": missing}, by="secretariat") == (404, "not-found")
    assert await desk.refused("POST", "/v1/evaluations", begin, by="officer") == (403, "forbidden")
    assert await refused("/scorers", {"scorers": ["officer"]}) == (404, "not-found")
    ids = await begun(desk)
    scores = f"/scores/{ids['supplier-1']}"
    assert await desk.refused("POST", "/v1/evaluations", begin, by="secretariat") == (409, "evaluation-already-begun")
    assert await refused(scores, {"scores": BOTH}, by="officer") == (403, "not-a-scorer")
    await desk.ok("PUT", f"{EVALUATION}/scorers", {"scorers": ["officer"]}, by="secretariat")
    assert await refused(scores, {"scores": BOTH}, by="officer") == (409, "conflict-not-declared")
    assert await refused("/conflict", {"suppliers": ["supplier-9"]}, by="officer") == (422, "unknown-supplier")
    await desk.ok("PUT", f"{EVALUATION}/conflict", {"suppliers": ["supplier-1"]}, by="officer")
    assert await refused(scores, {"scores": BOTH}, by="officer") == (403, "conflict-of-interest")
    other = f"/scores/{ids['supplier-2']}"
    for wrong in ({"quality": 101}, {"quality": -1}, {"quality": 1.5}, {"quality": True}, {}):
        assert await refused(other, {"scores": wrong}, by="officer") == (422, "invalid-request")
    assert await refused(other, {"scores": {"price": 1}}, by="officer") == (422, "unknown-criterion")
    chosen = {"quotation_id": ids["supplier-1"]}
    assert await refused("/lots/1/proposal", chosen) == (409, "scores-missing")
    assert await refused("/lots/9/proposal", chosen) == (404, "not-found")
    assert await refused("/lots/0/proposal", chosen) == (422, "invalid-request")
    assert await refused("/lots/1/award") == (409, "lot-not-at-this-point")
    for path in ("/lots/1/proposal", "/lots/1/award", "/lots/1/failure"):
        assert await refused(path, chosen, by="officer") == (403, "forbidden")
    for path in ("", "/matrix", "/scores", "/conflicts", "/history"):
        assert (await desk.send("GET", f"{EVALUATION}{path}", by="supplier-1")).status_code == 403


async def test_nothing_is_evaluated_before_the_opening(
    databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer
) -> None:
    async with running(databases, settings_for, "procurement") as service:
        await put_call(service.app, plan())
        desk = Sealing(service, issuer)
        body = {"call_id": CALL}
        assert await desk.refused("POST", "/v1/evaluations", body, by="secretariat") == (409, "quotations-not-opened")

"""A call whose opened quotations are being scored, and one of which a lot was awarded: contracts of both."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.building import OTHER, OWN, Building
from tests.support.procurement.calls import plan
from tests.support.procurement.quotations import CODES, bid, register_openers
from tests.support.quoting import real_clock, set_clock

IN_TIME, AFTER = datetime(2025, 5, 30, 1, tzinfo=UTC), datetime(2025, 6, 1, 1, tzinfo=UTC)
DATES = {
    "commitments_until": "2025-05-30",
    "top_up_until": "2025-05-30",
    "questions_until": "2025-05-30",
    "quotations_until": "2025-05-31",
}
SUPPLIERS = (("supplier",), ("supplier", "operator"))  # two subjects
OFFICER = f"officer@{OWN}"


async def add(world: Building) -> None:
    """Add them. The call that is scored comes first in the paths."""
    scored, awarded = [await _opened(world) for _ in range(2)]
    quotations = [await _begun(world, call) for call in (scored, awarded)]
    await _award(world, awarded, quotations[1][0])
    world.paths["call_id"] += [scored, awarded]
    world.paths["quotation_id"] += quotations[0]
    world.paths.update({"evaluation_id": [scored, awarded], "lot": ["1", "2"], "objection": ["1"]})
    base = "PUT /v1/evaluations/{evaluation_id}"
    world.bodies.update(
        {
            "POST /v1/evaluations": {"call_id": scored},
            f"{base}/scorers": {"scorers": [OFFICER, "secretariat@tokyo"]},
            f"{base}/scorers/release": {"scorer": OFFICER, "reason": "人事異動"},
            f"{base}/conflict": {"suppliers": ["supplier@tokyo"]},
            f"{base}/scores/{{quotation_id}}": {"scores": {"support": 71}},
            f"{base}/lots/{{lot}}/proposal": {"quotation_id": quotations[0][1], "reason": "保守体制を重視"},
            f"{base}/lots/{{lot}}/proposal/withdrawal": {"reason": "集計の誤り"},
            f"{base}/lots/{{lot}}/failure": {"reason": "仕様を見直す"},
            f"{base}/objections/{{objection}}/answer": {"answer": "評価表のとおり", "upheld": False},
            "POST /v1/evaluations/{evaluation_id}/lots/{lot}/objections": {"text": "評価の根拠を求める。"},
        }
    )


async def _opened(world: Building) -> str:
    """A call that both committed to and two suppliers quoted for, with its quotations opened."""
    app = world.service.app
    set_clock(app, IN_TIME)
    body = plan() | DATES | {"project_id": world.paths["project_id"][0]}
    call = str((await world.send("POST", "/v1/calls", body))["id"])
    await world.send("PUT", f"/v1/calls/{call}/publication", None)
    for code, firm in ((OWN, 310), (OTHER, 420)):  # small: after the award they stand in public contracts
        commitments = {"commitments": [{"item": item, "firm": firm, "optional": 9} for item in ("pc", "dock")]}
        await world.send("PUT", f"/v1/calls/{call}/commitments/{code}", commitments, "officer", code)
    await register_openers(world, call)
    for supplier, price in zip(SUPPLIERS, (91, 95), strict=True):
        await world.send("POST", "/v1/quotations", {"call_id": call, "kind": "primary", "bid": bid(price)}, *supplier)
    set_clock(app, AFTER)
    await world.send("PUT", f"/v1/openings/{call}/unlocking", {"code": CODES["secretariat"]})
    await world.send("PUT", f"/v1/openings/{call}/unlocking", {"code": CODES["approver"]}, "approver", OWN)
    real_clock(app)
    return call


async def _begun(world: Building, call: str) -> list[str]:
    """Begin to evaluate, and let an officer score all; the quotations, the cheaper one first."""
    path = f"/v1/evaluations/{call}"
    evaluation = await world.send("POST", "/v1/evaluations", {"call_id": call})
    tenders = sorted(evaluation["tenders"], key=lambda tender: tender["costs"][0]["cost"])
    await world.send("PUT", f"{path}/scorers", {"scorers": [OFFICER]})
    await world.send("PUT", f"{path}/conflict", {"suppliers": []}, "officer", OWN)
    for tender in tenders:
        scores = {"scores": {"support": 70}}
        await world.send("PUT", f"{path}/scores/{tender['quotation_id']}", scores, "officer", OWN)
    return [tender["quotation_id"] for tender in tenders]


async def _award(world: Building, call: str, quotation: str) -> None:
    """Award the first lot; propose the second, with an objection that waits."""
    path = f"/v1/evaluations/{call}/lots"
    for lot in (1, 2):
        await world.send("PUT", f"{path}/{lot}/proposal", {"quotation_id": quotation})
    await world.send("PUT", f"{path}/1/award", None)
    await world.send("POST", f"{path}/2/objections", {"text": "評価の根拠を求める。"}, *SUPPLIERS[1])

"""The joint purchase: call, commitments, top-up, sealed quotations, award, contracts, orders, delivery, invoices."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from kyodo_local.demo import calendar
from kyodo_local.demo.client import Json
from kyodo_local.demo.purchase_plan import DELIVERED_TO, ITEM, LOT, TAX, Bidder, Purchase
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import SECRETARIAT, Who, approver, officer
from kyodo_platform.identity.model import Role

OPENERS = (
    Who(Role.SECRETARIAT, subject="opener-one"),
    Who(Role.APPROVER, "131016", subject="opener-two"),
)
SCORERS = (
    Who(Role.SECRETARIAT, subject="scorer-one"),
    Who(Role.OFFICER, "132039", subject="scorer-two"),
)
PERIOD = {"first": "2023-08-01", "last": "2024-03-31"}


@dataclass(frozen=True, slots=True)
class Bought:
    """What came of the purchase: the tier reached by topping up, the award, and how far delivery is (units, yen)."""

    tier: int
    topped_up: int
    supplier_ja: str
    joint_cost: int
    contracts: int
    ordered: int
    accepted: int
    invoiced: int


async def buy(telling: Telling, purchase: Purchase, project_id: str) -> Bought:
    """From the draft of the call to the matched invoices."""
    call_id = await _publish(telling, purchase, project_id)
    tier = await _commit(telling, purchase, call_id)
    await _quote_and_open(telling, purchase, call_id)
    await _award(telling, purchase, call_id)
    contracts = await _all(telling, "/procurement/v1/contracts", call_id=call_id)
    framework = {"call_id": call_id, "lot": LOT, "period": PERIOD, "tax_rate": TAX, "indexation_cap": "1/50"}
    concluded = await telling.client.do(
        "POST", "/procurement/v1/frameworks", framework, SECRETARIAT, calendar.CONTRACTED, key="framework"
    )
    invoiced = await _draw(telling, purchase, concluded["id"])
    used = await telling.client.get(f"/procurement/v1/frameworks/{concluded['id']}/use", SECRETARIAT)
    (item,) = used["items"]
    return Bought(
        tier=tier,
        topped_up=sum(row["firm"] for row in contracts) - purchase.committed,
        supplier_ja=contracts[0]["supplier_ja"],
        joint_cost=sum(row["firm_amount"] for row in contracts),
        contracts=len(contracts),
        ordered=item["ordered"],
        accepted=item["accepted"],
        invoiced=invoiced,
    )


async def _publish(telling: Telling, purchase: Purchase, project_id: str) -> str:
    do = telling.client.do
    body = purchase.call(project_id)
    call = await do("POST", "/procurement/v1/calls", body, SECRETARIAT, calendar.CALL_DRAFTED, key="call")
    path, at = f"/procurement/v1/calls/{call['id']}/publication", calendar.CALL_PUBLISHED
    await do("PUT", path, {}, SECRETARIAT, at, key="call-published")
    opening = {"call_id": call["id"]}
    await do("POST", "/procurement/v1/openings", opening, SECRETARIAT, at, key="opening")
    for who in OPENERS:
        path = f"/procurement/v1/openings/{call['id']}/opener"
        await do("PUT", path, _code_of(who), who, at, key=f"registered-{who.subject}")
    return str(call["id"])


async def _commit(telling: Telling, purchase: Purchase, call_id: str) -> int:
    """All commit; the largest buyer then adds what the last price break lacks. Answers with the tier reached."""
    path = f"/procurement/v1/calls/{call_id}"
    advance = telling.task("purchase: commitments", len(purchase.quantities))
    for code, quantity in purchase.quantities.items():
        who, key = officer(code), f"committed-{code}"
        body = _commitment(quantity)
        await telling.client.do("PUT", f"{path}/commitments/{code}", body, who, calendar.COMMITTED, key=key)
        advance(1)
    code = purchase.largest
    body = _commitment(purchase.quantities[code] + purchase.missing)
    own, who = f"{path}/commitments/{code}", officer(code)
    await telling.client.do("PUT", own, body, who, calendar.TOPPED_UP, key="topped-up")
    (position,) = (await telling.client.get(f"{path}/position", SECRETARIAT))["items"]
    return int(position["tier"])


async def _quote_and_open(telling: Telling, purchase: Purchase, call_id: str) -> None:
    """Suppliers hand in; what they handed in can be read when both openers have unlocked it, after the deadline."""
    for bidder in purchase.bidders:
        body, key = purchase.quotation(bidder, call_id), f"quotation-{bidder.subject}"
        await telling.client.do("POST", "/procurement/v1/quotations", body, _bidding(bidder), calendar.QUOTED, key=key)
    for who in OPENERS:
        path, key = f"/procurement/v1/openings/{call_id}/unlocking", f"unlocked-{who.subject}"
        await telling.client.do("PUT", path, _code_of(who), who, calendar.OPENED, key=key)


async def _award(telling: Telling, purchase: Purchase, call_id: str) -> None:
    do, path = telling.client.do, f"/procurement/v1/evaluations/{call_id}"
    opened = await _all(telling, "/procurement/v1/quotations", call_id=call_id)
    worth = {bidder.name_ja: bidder.quality for bidder in purchase.bidders}
    body, at = {"call_id": call_id}, calendar.SCORED
    await do("POST", "/procurement/v1/evaluations", body, SECRETARIAT, at, key="evaluation")
    scorers = {"scorers": [who.subject for who in SCORERS]}
    await do("PUT", f"{path}/scorers", scorers, SECRETARIAT, at, key="scorers")
    for number, who in enumerate(SCORERS):
        await do("PUT", f"{path}/conflict", {"suppliers": []}, who, at, key=f"conflict-{number}")
        for quotation in opened:
            scores = {"scores": {"quality": worth[quotation["name_ja"]] + number}}
            key = f"scores-{number}-{quotation['id']}"
            await do("PUT", f"{path}/scores/{quotation['id']}", scores, who, at, key=key)
    best = (await telling.client.get(f"{path}/matrix", SECRETARIAT))["rows"][0]
    proposal = {"quotation_id": best["quotation_id"]}
    await do("PUT", f"{path}/lots/{LOT}/proposal", proposal, SECRETARIAT, calendar.AWARD_PROPOSED, key="proposal")
    await do("PUT", f"{path}/lots/{LOT}/award", {}, SECRETARIAT, calendar.AWARDED, key="award")


async def _draw(telling: Telling, purchase: Purchase, framework_id: str) -> int:
    """The first buyers order what they committed to and get it in two parts; answers with the yen invoiced."""
    framework = await telling.client.get(f"/procurement/v1/frameworks/{framework_id}", SECRETARIAT)
    supplier = Who(Role.SUPPLIER, subject=framework["supplier_id"])
    buyers = dict(list(purchase.quantities.items())[:DELIVERED_TO])
    advance = telling.task("purchase: orders, deliveries, invoices", len(buyers))
    orders = [await _order(telling, framework_id, code, quantity) for code, quantity in buyers.items()]

    async def fulfil(order: Json) -> int:
        amount = await _fulfil(telling, order, supplier, buyers)
        advance(1)
        return amount

    return sum(await asyncio.gather(*map(fulfil, orders)))


async def _order(telling: Telling, framework_id: str, code: str, quantity: int) -> Json:
    body = {
        "framework_id": framework_id,
        "lines": [{"item": ITEM, "quantity": quantity}],
        "delivery_place": "本庁舎",
        "wanted_on": calendar.WANTED_ON.isoformat(),
    }
    path, key = f"/procurement/v1/municipalities/{code}/orders", f"order-{code}"
    return await telling.client.do("POST", path, body, approver(code), calendar.ORDERED, key=key)


async def _fulfil(telling: Telling, order: Json, supplier: Who, buyers: Mapping[str, int]) -> int:
    do, code, path = telling.client.do, order["municipality"], f"/procurement/v1/orders/{order['id']}"
    theirs, key = f"/procurement/v1/municipalities/{code}/orders/{order['id']}", f"order-{code}"
    await do("PUT", f"{path}/confirmation", {}, supplier, calendar.ACCEPTED, key=f"{key}-confirmed")
    first = buyers[code] // 2
    for number, quantity in enumerate((first, buyers[code] - first), start=1):
        delivery = {
            "delivered_on": calendar.DELIVERED.date().isoformat(),
            "slip": f"S-{code}-{number}",
            "lines": [{"item": ITEM, "quantity": quantity}],
        }
        await do("POST", f"{path}/deliveries", delivery, supplier, calendar.DELIVERED, key=f"{key}-delivery-{number}")
        passed, at = {"result": "passed"}, calendar.INSPECTED
        inspection = f"{theirs}/deliveries/{number}/inspection"
        await do("PUT", inspection, passed, officer(code), at, key=f"{key}-inspection-{number}")
    invoice = {
        "invoice_number": f"I-{code}",
        "amount": order["amount"],
        "issued_on": calendar.INVOICED.date().isoformat(),
    }
    await do("POST", f"{path}/invoices", invoice, supplier, calendar.INVOICED, key=f"{key}-invoice")
    await do("PUT", f"{theirs}/invoices/1/match", {}, officer(code), calendar.MATCHED, key=f"{key}-matched")
    return int(order["amount"])


async def _all(telling: Telling, path: str, **query: str) -> list[Json]:
    items: list[Json] = (await telling.client.get(path, SECRETARIAT, limit="200", **query))["items"]
    return items


def _commitment(quantity: int) -> Json:
    return {"commitments": [{"item": ITEM, "firm": quantity, "optional": quantity // 10}]}


def _bidding(bidder: Bidder) -> Who:
    return Who(Role.SUPPLIER, subject=bidder.subject)


def _code_of(who: Who) -> Json:
    return {"code": f"placeholder passphrase of {who.subject}"}

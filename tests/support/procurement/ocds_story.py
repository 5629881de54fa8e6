"""A joint call from its draft to delivered and invoiced call-offs, with what the public reads at each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.support.procurement.calls_desk import AFTER, CHIYODA, LATER, MITAKA, MUSASHINO, SPRING, WINDOW, Desk, units

FIRM, OPTIONAL = {CHIYODA: 301, MUSASHINO: 223}, {CHIYODA: 57, MUSASHINO: 83}
FIRST, SECOND = "8000012010038", "7000012010039"
FIRMS = {FIRST: "株式会社サンプル甲", SECOND: "株式会社サンプル乙"}
WHO = {FIRST: ("supplier",), SECOND: ("supplier", "operator")}
CODES = {"secretariat": "夏は夜 story code 1", "approver": "冬はつとめて story code 2"}
QUESTION = "株式会社サンプル丙の既存機は対象か"
REMARK = "納期は八週間を見込む秘密の条件"
DRAFT_TITLE = "公告前の案件の題名"
CLOSED, DECIDED, ORDERED = date(2024, 7, 6), date(2024, 7, 20), date(2024, 8, 1)


def bid(number: str, price: int) -> dict[str, Any]:
    """A bid for both lots at this price and, for many, at ten thousand less."""
    pc = [(1, price), (500, price - 9_999), (2000, price - 20_000)]
    offers = [[("pc", pc)], [("dock", [(1, 12_345)])]]
    lots = [
        {
            "lot": lot,
            "items": [
                {"item": code, "tiers": [{"from_quantity": start, "unit_price": yen} for start, yen in tiers]}
                for code, tiers in items
            ],
        }
        for lot, items in enumerate(offers, start=1)
    ]
    return {"name_ja": FIRMS[number], "corporate_number": number, "lots": lots, "remarks": REMARK}


@dataclass
class Story:
    """Who the story is about, and what was published of it: release and record packages by step.

    `contracts` and `placed` are the contracts' lines and the orders as their own slices tell of them in the end.
    """

    desk: Desk
    call: str = ""
    cancelled: str = ""
    orders: list[str] = field(default_factory=list)
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    contracts: list[dict[str, Any]] = field(default_factory=list)
    placed: list[dict[str, Any]] = field(default_factory=list)

    async def done(self, method: str, path: str, body: Any = None, *role: str) -> Any:
        """Command something that succeeds."""
        answer = await self.desk.send(method, path, body, *role)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def read(self, step: str) -> None:
        """What the public reads now."""
        self.releases[step] = await self.desk.get("/ocds/releases")
        self.records[step] = await self.desk.get("/ocds/records")

    async def publish(self) -> None:
        """A call, and one that is cancelled, beside a draft and one that was cancelled as a draft."""
        desk = self.desk
        desk.set_day(SPRING)
        await desk.drafted(title_ja=DRAFT_TITLE)
        await self.done("PUT", f"{await desk.drafted(title_ja=DRAFT_TITLE)}/cancellation", {"reason": "案の取りやめ"})
        self.call = (await desk.published(mode="graduated")).rpartition("/")[2]
        self.cancelled = (await desk.published(title_ja="中止となる共同調達")).rpartition("/")[2]
        await self.read("published")

    async def commit(self) -> None:
        """Two commit and one more takes it back; a question; later deadlines; the other call is cancelled."""
        call, desk = f"/v1/calls/{self.call}", self.desk
        await self.done("POST", f"{call}/questions", {"text": QUESTION}, "supplier")
        for code in (CHIYODA, MUSASHINO):
            own = [units(item=item, firm=FIRM[code], optional=OPTIONAL[code]) for item in ("pc", "dock")]
            assert (await desk.commit(call, code, *own)).is_success
        assert (await desk.commit(call, MITAKA, units(firm=911))).is_success
        await self.read("three")
        await self.done("DELETE", f"{call}/commitments/{MITAKA}", None, "officer", MITAKA)
        desk.set_day(WINDOW)
        later = {"quotations_until": "2024-07-05", "questions_until": "2024-06-14", "reason": "仕様書の補足"}
        await self.done("POST", f"{call}/amendments", later)
        await self.done("PUT", f"/v1/calls/{self.cancelled}/cancellation", {"reason": "予算の見直し"})
        await self.read("committed")

    async def quote(self) -> None:
        """Two sealed quotations, and a third one that is withdrawn."""
        self.desk.set_day(LATER)
        await self.done("POST", "/v1/openings", {"call_id": self.call})
        for role in (("secretariat",), ("approver", CHIYODA)):
            await self.done("PUT", f"/v1/openings/{self.call}/opener", {"code": CODES[role[0]]}, *role)
        for number, price in ((FIRST, 98_765), (SECOND, 99_999)):
            body = {"call_id": self.call, "kind": "primary", "bid": bid(number, price)}
            await self.done("POST", "/v1/quotations", body, *WHO[number])
        other = {"call_id": self.call, "kind": "alternative", "bid": bid(FIRST, 77_777)}
        withdrawn = (await self.done("POST", "/v1/quotations", other, *WHO[FIRST]))["id"]
        await self.done("DELETE", f"/v1/quotations/{withdrawn}", None, *WHO[FIRST])
        self.desk.set_day(AFTER)
        await self.read("quoted")

    async def open(self) -> None:
        """Both are opened."""
        self.desk.set_day(CLOSED)
        for role in (("secretariat",), ("approver", CHIYODA)):
            await self.done("PUT", f"/v1/openings/{self.call}/unlocking", {"code": CODES[role[0]]}, *role)
        await self.read("opened")

    async def award(self) -> None:
        """The first lot goes to the second proposal, the other one fails."""
        path = f"/v1/evaluations/{self.call}"
        tenders = (await self.done("POST", "/v1/evaluations", {"call_id": self.call}))["tenders"]
        officer = f"officer@{CHIYODA}"
        await self.done("PUT", f"{path}/scorers", {"scorers": [officer]})
        await self.done("PUT", f"{path}/conflict", {"suppliers": []}, "officer", CHIYODA)
        for tender in tenders:
            scores = {"scores": {"support": 70}}
            await self.done("PUT", f"{path}/scores/{tender['quotation_id']}", scores, "officer", CHIYODA)
        quotations = {tender["supplier"]["corporate_number"]: tender["quotation_id"] for tender in tenders}
        first, reason = f"{path}/lots/1", {"reason": "集計の誤り"}
        await self.done("PUT", f"{first}/proposal", {"quotation_id": quotations[SECOND], **reason})
        await self.done("PUT", f"{first}/proposal/withdrawal", reason)
        await self.done("PUT", f"{first}/proposal", {"quotation_id": quotations[FIRST]})
        await self.read("proposed")
        self.desk.set_day(DECIDED)
        await self.done("PUT", f"{first}/award")
        await self.read("awarded")
        await self.done("PUT", f"{path}/lots/2/failure", {"reason": "仕様を見直す"})
        await self.read("decided")

    async def draw(self) -> None:
        """A framework; one order is closed, one under way, one cancelled and one declined."""
        body = {
            "call_id": self.call,
            "lot": 1,
            "period": {"first": "2024-08-01", "last": "2025-07-31"},
            "tax_rate": "1/10",
            "indexation_cap": "1/50",
        }
        framework = (await self.done("POST", "/v1/frameworks", body))["id"]
        dearer: dict[str, Any] = {
            "ground": "third_party",
            "from_day": "2025-04-01",
            "reference": "メーカー価格改定通知",
        }
        dearer |= {"prices": [{"item": "pc", "optional_unit_price": 97_531}]}
        await self.done("POST", f"/v1/frameworks/{framework}/price-changes", dearer)
        self.desk.set_day(ORDERED)
        for code, quantity in ((CHIYODA, 17), (MUSASHINO, 23), (CHIYODA, 1), (CHIYODA, 2)):
            order: dict[str, Any] = {"framework_id": framework, "lines": [{"item": "pc", "quantity": quantity}]}
            order |= {"delivery_place": "秘密の倉庫三番", "wanted_on": "2024-09-01"}
            path = f"/v1/municipalities/{code}/orders"
            self.orders.append((await self.done("POST", path, order, "approver", code))["id"])
        await self.read("ordered")
        await self.deliver(self.orders[0], CHIYODA, 5, 12)
        await self.deliver(self.orders[1], MUSASHINO, 4)
        path = f"/v1/municipalities/{CHIYODA}/orders/{self.orders[2]}"
        await self.done("PUT", f"{path}/cancellation", {"reason": "数量を見直すため"}, "approver", CHIYODA)
        await self.done("PUT", f"/v1/orders/{self.orders[3]}/declination", {"reason": "在庫がない"}, "supplier")
        await self.read("delivered")

    async def deliver(self, order: str, code: str, *parts: int) -> None:
        """Confirm an order, and deliver, accept, invoice and match it part by part."""
        supplier, buyer = f"/v1/orders/{order}", f"/v1/municipalities/{code}/orders/{order}"
        await self.done("PUT", f"{supplier}/confirmation", None, "supplier")
        for number, quantity in enumerate(parts, start=1):
            lines = [{"item": "pc", "quantity": quantity}]
            delivery = {"delivered_on": ORDERED.isoformat(), "slip": f"N-{number}", "lines": lines}
            await self.done("POST", f"{supplier}/deliveries", delivery, "supplier")
            inspected = f"{buyer}/deliveries/{number}/inspection"
            await self.done("PUT", inspected, {"result": "passed"}, "officer", code)
            part = (await self.desk.get(f"{supplier}/deliveries", "secretariat"))["items"][-1]
            invoice = {"invoice_number": f"R-秘-{number}", "amount": part["net"] + part["tax"]}
            invoice |= {"issued_on": ORDERED.isoformat()}
            await self.done("POST", f"{supplier}/invoices", invoice, "supplier")
            await self.done("PUT", f"{buyer}/invoices/{number}/match", None, "officer", code)


async def told(desk: Desk) -> Story:
    """The whole story."""
    story = Story(desk)
    await story.publish()
    await story.commit()
    await story.quote()
    await story.open()
    await story.award()
    await story.draw()
    story.contracts = (await desk.get("/v1/contracts"))["items"]
    story.placed = (await desk.get("/v1/orders", "secretariat"))["items"]
    return story

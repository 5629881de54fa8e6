"""A published call for two lots, and what suppliers offer for it: what tests of quotations and evaluations share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fastapi import FastAPI

from kyodo_events.contracts.procurement.calls import (
    Criterion,
    Item,
    ItemPrices,
    JointCallPublished,
    Lot,
    Tier,
    TierMode,
    TierPrice,
)
from kyodo_events.event import Audit, Event, new_uuid
from kyodo_events.store import append
from kyodo_procurement.calls.events import CallDrafted, CommitmentRegistered
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.plan import CallPlan, Commitment
from kyodo_procurement.quotations.values import Bid, LotPrices

CALL, PROJECT = "0193f1a0-0000-7000-8000-0000000000ca", "0193f1a0-0000-7000-8000-0000000000aa"
CHIYODA, MUSASHINO = "131016", "132039"
DEADLINE = date(2026, 5, 31)
IN_TIME, TOO_LATE = DEADLINE, date(2026, 6, 1)
MORNING, AFTER = datetime(2026, 5, 31, 1, tzinfo=UTC), datetime(2026, 6, 1, 1, tzinfo=UTC)


def _item(code: str, *starts: int) -> Item:
    tiers = tuple(Tier(from_quantity=start, expected_unit_price=100_000) for start in starts)
    return Item(code=code, name_ja="ノートパソコン", unit_ja="台", tiers=tiers)


LOTS = (
    Lot(number=1, name_ja="端末", items=(_item("pc", 1, 101), _item("dock", 1))),
    Lot(number=2, name_ja="画面", items=(_item("monitor", 1),)),
)
CRITERIA = (
    Criterion(code="price", name_ja="価格", weight=60),
    Criterion(code="quality", name_ja="品質", weight=30),
    Criterion(code="support", name_ja="保守", weight=10),
)


def plan(mode: TierMode = TierMode.ALL_UNITS, *, standstill_days: int = 10) -> CallPlan:
    """What the call says."""
    return CallPlan(
        title_ja="業務用端末",
        mode=mode,
        lots=LOTS,
        criteria=CRITERIA,
        commitments_until=date(2026, 4, 30),
        top_up_until=date(2026, 5, 10),
        questions_until=date(2026, 5, 10),
        quotations_until=DEADLINE,
        standstill_days=standstill_days,
    )


def committed(municipality: str, **firm: int) -> CommitmentRegistered:
    """A municipality's firm quantities by item, and half as many optional ones."""
    own = tuple(Commitment(item=item, firm=units, optional=units // 2) for item, units in firm.items())
    return CommitmentRegistered(municipality=municipality, commitments=own, totals=(), buyers=1)


def call_events(plan: CallPlan) -> list[Event]:
    """The call's past: drafted, published, committed to by two municipalities."""
    return [
        CallDrafted(project_id=PROJECT, plan=plan),
        JointCallPublished(project_id=PROJECT, **dict(plan)),
        committed(CHIYODA, pc=80, dock=10),
        committed(MUSASHINO, pc=40, monitor=7),
    ]


def call(mode: TierMode = TierMode.ALL_UNITS, **changes: Any) -> Call:
    """The published call, with 120 pc, 10 dock and 7 monitor committed."""
    return Call(id=CALL).fold(call_events(plan(mode, **changes)))


def prices(item: str, **by_quantity: int) -> ItemPrices:
    """Prices by the joint quantity from which they count: `prices("pc", q1=90_000, q101=80_000)`."""
    tiers = tuple(TierPrice(from_quantity=int(q[1:]), unit_price=price) for q, price in by_quantity.items())
    return ItemPrices(item=item, tiers=tiers)


def bid(pc: int = 81_234, *, lots: tuple[int, ...] = (1, 2), name_ja: str = "株式会社サンプル") -> Bid:
    """A bid on the buyer's grid for these lots; `pc` is the unit price that 120 units reach."""
    offers = {
        1: LotPrices(lot=1, items=(prices("pc", q1=pc + 9_000, q101=pc), prices("dock", q1=12_345))),
        2: LotPrices(lot=2, items=(prices("monitor", q1=23_456),)),
    }
    return Bid(
        name_ja=name_ja,
        corporate_number="8000012010038",
        lots=tuple(offers[lot] for lot in lots),
        remarks="納期は八週間を見込む秘密の条件",
    )


async def put_call(app: FastAPI, plan: CallPlan, call_id: str = CALL) -> None:
    """Store a published call as its own slice would, without the way there."""
    audit = Audit(actor="secretariat@tokyo", organisation="tokyo", correlation=new_uuid())
    async with app.state.runtime.database.transaction() as tx:
        await append(tx, "call", call_id, 0, call_events(plan), MORNING, audit, "procurement")


def set_clock(app: FastAPI, moment: datetime) -> None:
    """Let the service take this for now."""
    vars(app.state.runtime)["clock"] = lambda: moment


def real_clock(app: FastAPI) -> None:
    """Let the service look at the clock again."""
    vars(app.state.runtime).pop("clock", None)

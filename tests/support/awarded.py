"""An awarded lot as tests of frameworks and orders need it, without the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from fastapi import FastAPI

from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    Criterion,
    Item,
    JointCallPublished,
    Lot,
    LotAward,
    LotAwarded,
    MunicipalContract,
    Supplier,
    Tier,
    TierMode,
)
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ProjectStarted, Stage
from kyodo_events.event import Audit, Event, new_id, new_uuid
from kyodo_events.store import append
from kyodo_events.values.fiscal import Month
from kyodo_procurement.evaluations.events import EvaluationBegun

BEFORE, NOW = datetime(2026, 3, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, 1, tzinfo=UTC)
OPTIONAL_UNIT_PRICE = 50_000
OURS = "supplier@tokyo"
SUPPLIER = Supplier(id=OURS, name_ja="株式会社サンプル", corporate_number="8000012010038")

Contracted = Mapping[str, tuple[int, int, int]]
"""By municipality: firm and optional tablets, and yen for the firm ones."""


def set_clock(app: FastAPI, moment: datetime) -> None:
    """Let the service take this for now."""
    vars(app.state.runtime)["clock"] = lambda: moment


def contract(municipality: str, firm: int, optional: int, firm_amount: int) -> MunicipalContract:
    """What one municipality bought."""
    line = ContractLine(
        item="tablet",
        firm=firm,
        optional=optional,
        firm_amount=firm_amount,
        optional_unit_price=OPTIONAL_UNIT_PRICE,
    )
    return MunicipalContract(municipality=municipality, lines=(line,))


async def award(app: FastAPI, contracted: Contracted, *, participants: Sequence[str] = ()) -> str:
    """Store a project, its call for two lots and the award of the first; the call's id."""
    project_id, call_id = new_id(), new_id()
    tiers = (Tier(from_quantity=1, expected_unit_price=60_000),)
    item = Item(code="tablet", name_ja="タブレット端末", unit_ja="台", tiers=tiers)
    other = item.model_copy(update={"code": "phone", "name_ja": "携帯電話"})
    lots = (Lot(number=1, name_ja="端末", items=(item,)), Lot(number=2, name_ja="電話", items=(other,)))
    criteria = (Criterion(code="price", name_ja="価格", weight=100),)
    started = ProjectStarted(name_ja="端末の共同調達", theme_id=new_id(), stage=Stage.FULL)
    joined = [ParticipantJoined(municipality=code, from_month=Month("2026-04")) for code in participants]
    published = JointCallPublished(
        project_id=project_id,
        title_ja="端末の共同調達",
        mode=TierMode.ALL_UNITS,
        lots=lots,
        criteria=criteria,
        commitments_until=date(2026, 1, 10),
        top_up_until=date(2026, 1, 20),
        questions_until=date(2026, 1, 20),
        quotations_until=date(2026, 2, 1),
        standstill_days=0,
    )
    begun = EvaluationBegun(lots=(1, 2), criteria=criteria, standstill_days=0, tenders=())
    awarded = LotAwarded(
        award=LotAward(
            lot=1,
            supplier=SUPPLIER,
            quotation_id=new_id(),
            prices=(),
            contracts=tuple(contract(code, *line) for code, line in sorted(contracted.items())),
            awarded_on=BEFORE.date(),
        )
    )
    streams: dict[tuple[str, str], list[Event]] = {
        ("project", project_id): [started, *joined],
        ("call", call_id): [published],
        ("evaluation", call_id): [begun, awarded],
    }
    audit = Audit(actor="secretariat@tokyo", organisation="tokyo", correlation=new_uuid())
    async with app.state.runtime.database.transaction() as tx:
        for (category, stream), events in streams.items():
            await append(tx, category, stream, 0, events, BEFORE, audit, "procurement")
    return call_id

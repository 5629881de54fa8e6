"""A project and events of a joint call, from which tests of its rules begin."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kyodo_events.contracts.procurement.calls import (
    CallCancelled,
    Criterion,
    Item,
    JointCallPublished,
    Lot,
    Tier,
    TierMode,
)
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ProjectStarted, ProjectSuspended, Stage
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.calls.events import CallDrafted, CommitmentRegistered, QuestionAnswered, QuestionAsked
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.plan import CallPlan, Commitment, ItemTotal
from kyodo_procurement.projects.model import Project

CHIYODA, MUSASHINO, MITAKA = "131016", "132039", "132047"
PROJECT = "0193f1a0-0000-7000-8000-000000000001"
PUBLISHED = date(2024, 4, 1)
COMMIT, TOP_UP, ASK, QUOTE = date(2024, 5, 31), date(2024, 6, 14), date(2024, 6, 7), date(2024, 6, 28)
A_DAY = timedelta(days=1)

pc = Item(
    code="pc",
    name_ja="業務用端末",
    unit_ja="台",
    tiers=(
        Tier(from_quantity=1, expected_unit_price=120_000),
        Tier(from_quantity=500, expected_unit_price=110_000),
        Tier(from_quantity=2000, expected_unit_price=100_000),
    ),
)
dock = Item(code="dock", name_ja="接続機", unit_ja="台", tiers=(Tier(from_quantity=1, expected_unit_price=9_000),))
plan = CallPlan(
    title_ja="業務用端末の共同調達",
    mode=TierMode.ALL_UNITS,
    lots=(Lot(number=1, name_ja="端末", items=(pc,)), Lot(number=2, name_ja="周辺機器", items=(dock,))),
    criteria=(
        Criterion(code="price", name_ja="価格", weight=60),
        Criterion(code="support", name_ja="保守体制", weight=40),
    ),
    commitments_until=COMMIT,
    top_up_until=TOP_UP,
    questions_until=ASK,
    quotations_until=QUOTE,
    standstill_days=10,
)
drafted = CallDrafted(project_id=PROJECT, plan=plan)
published = JointCallPublished(project_id=PROJECT, **dict(plan))
cancelled = CallCancelled(reason="予算の見直し")
asked = QuestionAsked(number=1, asker="supplier-7", text="株式会社サンプルの既存機は対象か")
answered = QuestionAnswered(number=1, text="既存機は対象か", answer="対象外である")

project = Project(id=PROJECT).fold(
    [
        ProjectStarted(name_ja="端末の共同調達", theme_id=PROJECT, stage=Stage.FULL),
        ParticipantJoined(municipality=CHIYODA, from_month=Month("2024-04")),
        ParticipantJoined(municipality=MUSASHINO, from_month=Month("2024-09")),
        ParticipantJoined(municipality=MITAKA, from_month=Month("2024-04")),
    ]
)
suspended = project.fold([ProjectSuspended(reason="保留")])


def changed(**fields: Any) -> CallPlan:
    """The plan with other fields."""
    return CallPlan(**{**dict(plan), **fields})


def units(item: str = "pc", firm: int = 0, optional: int = 0) -> Commitment:
    """One item of a commitment."""
    return Commitment(item=item, firm=firm, optional=optional)


def total(item: str = "pc", firm: int = 0, optional: int = 0) -> ItemTotal:
    """The joint quantities of an item."""
    return ItemTotal(item=item, firm=firm, optional=optional)


def committed(municipality: str, *own: Commitment, totals: tuple[ItemTotal, ...], buyers: int) -> CommitmentRegistered:
    """A municipality committed to these items."""
    return CommitmentRegistered(municipality=municipality, commitments=own, totals=totals, buyers=buyers)


chiyoda_300 = committed(CHIYODA, units(firm=300, optional=50), totals=(total(firm=300, optional=50),), buyers=1)
musashino_200 = committed(MUSASHINO, units(firm=200), totals=(total(firm=500, optional=50),), buyers=2)


def the_published(*more: Event) -> Given[Call]:
    """The published call, and what happened after that."""
    return given(Call).that(drafted, published, *more)


def commit(municipality: str, *own: Commitment, on: date = COMMIT) -> Any:
    """The decision of a municipality to commit to these items on a day."""
    return lambda call: call.commit(municipality, own, project, on)

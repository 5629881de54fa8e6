"""A shared service with one meter of each kind, and who uses it: written as events, apart from how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from kyodo_events.contracts.procurement.services import (
    Aggregation,
    Meter,
    OfferingPlanChanged,
    OfferingPublished,
    PlanVersion,
    SubscriptionActivated,
    SubscriptionEnded,
)
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Audit, Event, new_id, new_uuid
from kyodo_events.store import append
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import apply_all
from kyodo_procurement.app import service
from kyodo_procurement.catalogue.model import OfferingDraft, OfferingDrafted
from kyodo_procurement.subscriptions.model import Subscription, SubscriptionRequested

OPERATOR = "operator@tokyo"  # the subject of the local issuer's tokens for the role
PLAN = "standard"
METERS = tuple(
    Meter(meter=code, label_ja=label, unit_ja=unit, aggregation=aggregation)
    for code, label, unit, aggregation in (
        ("applications", "申請件数", "件", Aggregation.SUM),
        ("seats", "同時利用席数", "席", Aggregation.MAX),
        ("users", "利用者数", "人", Aggregation.UNIQUE),
        ("storage", "保存容量", "GB", Aggregation.LATEST),
    )
)


async def offered(
    database: Database,
    subscribers: Sequence[str],
    *,
    from_day: date = date(2024, 4, 1),
    last_day: date | None = None,
    operator: str = OPERATOR,
) -> str:
    """An offering of a project of its own, used by these municipalities from a day on; answers with its id."""
    offering, project = new_id(), new_id()
    version = PlanVersion(plan=PLAN, from_day=from_day, name_ja="標準")
    draft = OfferingDraft(
        project_id=project,
        code="e_application",
        name_ja="共同電子申請サービス",
        operator=operator,
        operator_ja="株式会社サンプル",
        meters=METERS,
    )
    published = OfferingPublished(
        project_id=project,
        code=draft.code,
        name_ja=draft.name_ja,
        description_ja="",
        operator_ja=draft.operator_ja,
        meters=METERS,
        plans=(version,),
    )
    async with database.transaction() as tx:
        drafted = OfferingDrafted(draft=draft)
        await _happened(tx, "offering", offering, [drafted, OfferingPlanChanged(version=version), published])
        for code in subscribers:
            await _happened(
                tx, "subscription", Subscription.id_of(offering, code), _used(offering, code, from_day, last_day)
            )
    return offering


def _used(offering: str, code: str, from_day: date, last_day: date | None) -> list[Event]:
    events: list[Event] = [
        SubscriptionRequested(offering_id=offering, municipality=code, plan=PLAN, wanted_from=from_day),
        SubscriptionActivated(offering_id=offering, municipality=code, plan=PLAN, from_day=from_day),
    ]
    if last_day:
        events.append(
            SubscriptionEnded(offering_id=offering, municipality=code, last_day=last_day, active_from=from_day)
        )
    return events


async def _happened(tx: Transaction, category: str, stream: str, events: Sequence[Event]) -> None:
    audit = Audit("secretariat@tokyo", TOKYO, new_uuid())
    recorded = await append(tx, category, stream, 0, events, datetime.now(UTC), audit, service.name)
    await apply_all(tx, service.views, recorded)

"""For tests and measurements: facts as procurement would tell them, and how the ledger learns them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import count
from uuid import UUID

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.charges.model import Cell
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.base_terms import BaseComponent, BaseTerms, Driver
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted, Stage
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce, BurdenTermsProposed
from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Transaction
from kyodo_events.event import Audit, Event, Recorded, new_uuid
from kyodo_events.processing import Effects
from kyodo_events.testing import arrivals
from kyodo_events.values.fiscal import FiscalYear, Month

PROJECT = "01941f29-7c00-7000-8000-00000000000a"
AT = datetime(2024, 4, 1, tzinfo=UTC)
_AUDIT = Audit("tests", "tokyo", UUID(int=1))


class Story:
    """What procurement publishes, event by event, each with its place in its stream."""

    def __init__(self, project: str = PROJECT) -> None:
        self.project = project
        self.told: list[Recorded[Event]] = []
        self._version = count(1)
        self._agreed = 0

    def started(self, name_ja: str = "共同電子申請システム") -> Story:
        return self.tell(ProjectStarted(name_ja=name_ja, theme_id="theme", stage=Stage.FULL), self.project)

    def joined(self, *municipalities: str, month: str = "2024-04") -> Story:
        for code in municipalities:
            self.tell(ParticipantJoined(municipality=code, from_month=Month(month)), self.project)
        return self

    def left(self, municipality: str, month: str) -> Story:
        return self.tell(ParticipantLeft(municipality=municipality, last_month=Month(month)), self.project)

    def agreed(self, terms: BurdenTerms) -> Story:
        self._agreed = version = self._agreed + 1
        event = BurdenTermsEnteredIntoForce(
            project_id=self.project,
            terms_version=version,
            terms=terms,
            terms_hash=content_hash(terms),
            consented_by=(),
        )
        return self.tell(event, self.terms_id(version))

    def terms_id(self, version: int) -> str:
        """The id of the terms with this number."""
        return f"{self.project[:-4]}{version:04d}"

    def proposed(self, terms: BurdenTerms) -> Story:
        """The next text is put to the participants: what `agreed` brings into force."""
        version = self._agreed + 1
        event = BurdenTermsProposed(
            project_id=self.project, terms_version=version, terms=terms, terms_hash=content_hash(terms), needed=()
        )
        return self.tell(event, self.terms_id(version))

    def used(self, municipality: str, quantity: int, on: str = "2024-04-10", meter: str = "applications") -> Story:
        record = f"r{len(self.told)}"
        event = ServiceUsed(
            project_id=self.project,
            meter=meter,
            municipality=municipality,
            quantity=quantity,
            used_on=date.fromisoformat(on),
            record=record,
        )
        return self.tell(event, f"{self.project}/{record}")

    def tell(self, event: Event, stream: str) -> Story:
        """An event of a stream."""
        version = next(self._version) if stream == self.project else 1
        category = event.event_type.rpartition(".")[2]
        self.told.append(Recorded(event, new_uuid(), category, stream, version, AT, _AUDIT, "procurement"))
        return self


def terms(
    annual: int | None = 1_200_000,
    *,
    tokyo: str = "0",
    shares: dict[str, str] | None = None,
    prices: dict[str, int] | None = None,
    year: int = 2024,
    effective_from: str | None = None,
) -> BurdenTerms:
    """Burden terms: 20 % equal and 80 % by population where no shares are given, 30 yen an application."""
    components = tuple(
        BaseComponent(driver=Driver(driver), share=Fraction(share))
        for driver, share in (shares or {"equal": "1/5", "population": "4/5"}).items()
    )
    base = BaseTerms(annual_amount=annual, tokyo_share=Fraction(tokyo), components=components) if annual else None
    priced = {"applications": 30} if prices is None else prices
    return BurdenTerms(
        fiscal_year=FiscalYear(year),
        effective_from=Month(effective_from or f"{year}-04"),
        base=base,
        usage=tuple(
            MeterPrice(meter=meter, label_ja=f"{meter}の件数", unit_ja="件", unit_price=price)
            for meter, price in priced.items()
        ),
    )


async def learn(tx: Transaction, batch: Sequence[Recorded[Event]]) -> None:
    """Take a batch as the consumer does: the inbox first, then the views, then the reactions."""
    await Effects(service.views, service.reactions).take(tx, arrivals(batch))


async def balances(tx: Transaction) -> dict[Cell, int]:
    """What the books say, by cell."""
    rows = await tx.rows(
        "SELECT project_id, book, item, month, party, sum(amount)::bigint AS amount FROM charge"
        " GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0"
    )
    return {Cell(*list(row.values())[:5]): row["amount"] for row in rows}

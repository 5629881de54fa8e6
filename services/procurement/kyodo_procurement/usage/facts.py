"""What a reported record is judged by: its offering, its meters, who is subscribed when, which months are closed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyodo_events.contracts.procurement.services import Aggregation
from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Transaction
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month
from kyodo_procurement.subscriptions.views import Coverage
from kyodo_procurement.usage.model import MeterRead, figure_record
from kyodo_procurement.usage.refusals import (
    MeterNotOffered,
    MonthIsClosed,
    NotSubscribed,
    RecordIdReserved,
    UniqueKeyMissing,
    UniqueKeyUnexpected,
    UsedInTheFuture,
)
from kyodo_procurement.usage.reports import Reported

# As text: a request asks these before anything else, and putting them together anew took longer than asking.
_OFFERINGS = "SELECT id, project_id, operator FROM offering WHERE id = ANY($1)"
_METERS = "SELECT offering_id, meter, aggregation FROM offering_meter WHERE offering_id = ANY($1)"
_PERIODS = (
    "SELECT offering_id, municipality, active_from, active_to FROM subscription_period WHERE offering_id = ANY($1)"
)
_FIGURE = re.compile("[a-z][a-z0-9_]*:[0-9]{4}-[0-9]{2}:[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Metered:
    """An offering as its usage is judged."""

    project_id: str
    operator: str
    meters: Mapping[str, Aggregation]
    coverage: Coverage

    def is_read(self, reported: Reported) -> bool:
        """Whether it is of a meter that waits for its month's end."""
        return self.meters.get(reported.meter, Aggregation.SUM) is not Aggregation.SUM

    def judge(self, reported: Reported, closed: Collection[str], today: date) -> ServiceUsed | MeterRead:
        """What the record is: use that counts at once, or a reading.

        `closed` are the offering's closed months. Raises what is refused about a record, by itself.
        """
        aggregation = self.meters.get(reported.meter)
        if aggregation is None:
            raise MeterNotOffered(meter=reported.meter)
        if reported.used_on > today:
            raise UsedInTheFuture(used_on=reported.used_on, today=today)
        if not self.coverage.covers(reported.municipality, reported.used_on):
            raise NotSubscribed(municipality=reported.municipality, used_on=reported.used_on)
        if _FIGURE.fullmatch(reported.record):
            return self._missing_figure(reported, aggregation, closed)
        if (aggregation is Aggregation.UNIQUE) is (reported.unique_key is None):
            missing = reported.unique_key is None
            raise (UniqueKeyMissing if missing else UniqueKeyUnexpected)(meter=reported.meter)
        if aggregation is Aggregation.SUM:
            return self._used(reported)
        month = Month.containing(reported.used_on)
        figure = figure_record(reported.meter, month, reported.municipality)
        require(month not in closed, MonthIsClosed(month=month, figure=figure))
        return MeterRead(
            project_id=self.project_id,
            meter=reported.meter,
            aggregation=aggregation,
            municipality=reported.municipality,
            quantity=reported.quantity,
            used_on=reported.used_on,
            record=reported.record,
            unique_key=reported.unique_key,
        )

    def _missing_figure(self, reported: Reported, aggregation: Aggregation, closed: Collection[str]) -> ServiceUsed:
        """A closed month's figure that no reading led to, reported by the id that it would have had."""
        month = Month.containing(reported.used_on)
        due = aggregation is not Aggregation.SUM and month in closed
        own = reported.record == figure_record(reported.meter, month, reported.municipality)
        require(due and own, RecordIdReserved(record=reported.record))
        require(reported.unique_key is None, UniqueKeyUnexpected(meter=reported.meter))
        return self._used(reported)

    def _used(self, reported: Reported) -> ServiceUsed:
        return ServiceUsed(
            project_id=self.project_id,
            meter=reported.meter,
            municipality=reported.municipality,
            quantity=reported.quantity,
            used_on=reported.used_on,
            record=reported.record,
        )


async def metered_offerings(tx: Transaction, ids: Collection[str]) -> Mapping[str, Metered]:
    """These offerings as far as they exist, with three queries however many they are."""
    wanted = list(ids)
    meters: dict[str, dict[str, Aggregation]] = defaultdict(dict)
    for offering_id, meter, aggregation in await tx.rows(_METERS, wanted):
        meters[offering_id][meter] = Aggregation(aggregation)
    periods: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await tx.rows(_PERIODS, wanted):
        periods[row["offering_id"]].append(dict(row))
    return {
        id_: Metered(project_id, operator, meters[id_], Coverage.of(periods[id_]))
        for id_, project_id, operator in await tx.rows(_OFFERINGS, wanted)
    }

"""Published figures that weight a split."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode

DRIVERS = Topic("kyodo.cost-ledger.drivers.v1", partitions=1)

Figure = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class DriverFiguresPublished(
    Event,
    type="kyodo.cost-ledger.driver-figures-published",
    topic=DRIVERS,
    words="{label_ja}（{reference}、出典：{source_ja}）を公表した",
):
    """Figures by municipality became the weights of a driver at a date; `scope` is a project's own meter, or empty."""

    driver: str
    reference: Annotated[str, Field(description="A day, or a span such as FY2023 or CY2023.")]
    scope: str
    label_ja: str
    unit_ja: str
    source_ja: str
    figures: dict[MunicipalityCode, Figure]

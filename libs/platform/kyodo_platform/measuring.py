"""What is measured of a service's data, taken again and again, and when each figure was taken last.

A gauge keeps the value that it was given last. Without the moment beside it, a measure that fails for good would go on
saying that all is well (deploy/prometheus/causes.yaml, MeasuringStandsStill).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from prometheus_client import Gauge

from kyodo_events.database import Database, Transaction

Measure = Callable[[Transaction], Awaitable[None]]

MEASURE_SECONDS: Final = 15.0  # between two looks: about as often as Prometheus scrapes
MEASURE_SHARE: Final = 50

measured = Gauge(
    "kyodo_measured_timestamp_seconds",
    "When this was measured last, in Unix time; 0 before the first time",
    ["service", "measure"],
)

_log = structlog.stdlib.get_logger(__name__)


async def keep_measuring(service: str, database: Database, measure: Measure) -> None:
    """Measure for ever, and rest for long after what took long: at most one part in MEASURE_SHARE of the time."""
    name = name_of(measure)
    last = measured.labels(service, name)
    while True:
        begun = time.monotonic()
        try:
            async with database.transaction(read_only=True) as tx:
                await measure(tx)
            last.set_to_current_time()
        except Exception:  # a figure is missing while the database is; the loop has to go on
            _log.exception("measuring_failed", measure=name)
        await asyncio.sleep(max(MEASURE_SECONDS, MEASURE_SHARE * (time.monotonic() - begun)))


def name_of(measure: Measure) -> str:
    """What a measure is called in metrics and logs: its function, or the class of what is called."""
    return getattr(measure, "__name__", type(measure).__name__)

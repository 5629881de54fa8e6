"""What a service measures of itself: again and again, through failures, and never at the cost of its work."""

from __future__ import annotations

import asyncio
import time

import pytest
from prometheus_client import REGISTRY

from kyodo_events.database import Transaction
from kyodo_platform import measuring
from kyodo_platform.measuring import keep_measuring, name_of
from tests.support.running import Running
from tests.support.services import NAMES, service


async def test_a_measure_that_failed_is_taken_again(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MEASURE_SECONDS", 0.0)
    taken: list[int] = []
    enough = asyncio.Event()

    async def measure(tx: Transaction) -> None:
        taken.append(await tx.scalar("SELECT 1"))
        if len(taken) == 1:
            raise OSError("the database is away")
        enough.set()

    loop = asyncio.create_task(keep_measuring("sample", sample.app.state.runtime.database, measure))
    try:
        await asyncio.wait_for(enough.wait(), 10)
    finally:
        loop.cancel()
    assert len(taken) > 1


async def test_what_takes_long_is_taken_seldom(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MEASURE_SECONDS", 0.0)
    begun: list[float] = []

    async def measure(tx: Transaction) -> None:
        begun.append(time.monotonic())
        await tx.scalar("SELECT pg_sleep(0.02)")

    loop = asyncio.create_task(keep_measuring("sample", sample.app.state.runtime.database, measure))
    await asyncio.sleep(0.5)
    loop.cancel()
    assert len(begun) == 1  # the next one after fifty times as long


async def test_a_measure_writes_nothing(sample: Running) -> None:
    """It runs beside requests and under no municipality: a read-only transaction holds it to that."""
    done = asyncio.Event()
    failed: list[BaseException] = []

    async def measure(tx: Transaction) -> None:
        try:
            await tx.run("DELETE FROM note")
        except Exception as error:
            failed.append(error)
            raise
        finally:
            done.set()

    loop = asyncio.create_task(keep_measuring("sample", sample.app.state.runtime.database, measure))
    await asyncio.wait_for(done.wait(), 10)
    loop.cancel()
    assert "read-only" in str(failed[0])


def taken_at(measure: str) -> float | None:
    """When the sample's measure was taken last, as Prometheus reads it."""
    labels = {"service": "sample", "measure": measure}
    return REGISTRY.get_sample_value("kyodo_measured_timestamp_seconds", labels)


async def test_it_is_said_when_a_measure_was_taken_last_and_a_failure_is_no_taking(
    sample: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "MEASURE_SECONDS", 0.0)
    said: list[float | None] = []
    twice, begun = asyncio.Event(), time.time()

    async def measure_at_last(_: Transaction) -> None:
        said.append(taken_at("measure_at_last"))
        if len(said) == 1:
            raise OSError("the database is away")
        if len(said) > 2:
            twice.set()

    loop = asyncio.create_task(keep_measuring("sample", sample.app.state.runtime.database, measure_at_last))
    await asyncio.wait_for(twice.wait(), 10)
    loop.cancel()
    assert said[:2] == [0, 0]
    assert begun <= (said[2] or 0) <= time.time()


def test_no_two_measures_of_a_service_have_one_name() -> None:
    for name in NAMES:
        names = [name_of(measure) for measure in service(name).measures]
        assert len(names) == len(set(names)), name

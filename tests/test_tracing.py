"""One trace from an operator's request to the charge it leads to, over the outbox, Kafka and the ledger's inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from conftest import As, Broker
from kyodo_cost_ledger.testing import Story, terms
from kyodo_events import tracing
from kyodo_events.consumer import Consumer
from kyodo_events.relay import Relay
from kyodo_platform import telemetry
from kyodo_platform.settings import Settings
from tests.support import messaging
from tests.support.databases import Databases
from tests.support.ledger.arriving import arrive
from tests.support.messaging import IDEMPOTENT, QUICK, until
from tests.support.metered import offered
from tests.support.running import Running, running
from tests.support.usage_desk import CHIYODA, MUSASHINO, Usage, used

pytestmark = pytest.mark.kafka
NOBODY_LOOKS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """Where this process's spans go while a test runs."""
    exporter = InMemorySpanExporter()
    with telemetry.spans_to(SimpleSpanProcessor(exporter), "tests", "test"):
        yield exporter


@pytest_asyncio.fixture
async def usage(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Usage]:
    """A service that two municipalities use."""
    async with running(databases, settings_for, "procurement") as service:
        offering = await offered(service.app.state.runtime.database, [CHIYODA, MUSASHINO])
        yield Usage(service, as_, offering)


def spans(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.name == name]


def trace_of(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context
    return int(context.trace_id)


def statements(found: Sequence[ReadableSpan], trace: int) -> list[str]:
    texts = ((span.attributes or {}).get("db.query.text") for span in found if trace_of(span) == trace)
    return [str(text) for text in texts if text]


async def with_terms(ledger: Running, project: str) -> None:
    """The ledger knows what a use of the project costs."""
    story = Story(project).started().joined(CHIYODA, MUSASHINO)
    await arrive(ledger.app.state.runtime.database, story.agreed(terms(None, prices={"applications": 30})).told)


def relay_of(service: Running, broker: Broker) -> Relay:
    database, published = service.app.state.runtime.database, service.service.published
    return Relay(database, "procurement", broker.bootstrap, published, idempotent=IDEMPOTENT, poll_seconds=0.1)


def consumer_of(ledger: Running, broker: Broker) -> Consumer:
    found, name = ledger.service, f"cost-ledger-{uuid4().hex[:8]}"  # a group of its own: tests share the broker
    database = ledger.app.state.runtime.database
    return Consumer(database, name, broker.bootstrap, found.subscribed, found.views, found.reactions, QUICK)


async def charged(ledger: Running) -> int:
    rows = await ledger.as_owner("SELECT coalesce(sum(amount), 0) FROM posting_line WHERE party = '131016'")
    return int(rows[0][0])


async def test_one_trace_from_the_request_to_the_charge(
    exported: InMemorySpanExporter,
    usage: Usage,
    databases: Databases,
    settings_for: Callable[..., Settings],
    broker: Broker,
) -> None:
    async with running(databases, settings_for, "cost-ledger") as ledger:
        project = (await usage.service.as_owner("SELECT project_id FROM offering"))[0][0]
        await with_terms(ledger, project)
        exported.clear()
        assert (await usage.report(used("one", CHIYODA, 7))).status_code == 201
        async with messaging.running(relay_of(usage.service, broker), consumer_of(ledger, broker)):
            await until(lambda: charged(ledger))

        [request] = spans(exported, "POST /v1/usage")
        trace = trace_of(request)
        found = exported.get_finished_spans()
        written = statements(found, trace)
        assert any("INSERT INTO event" in text for text in written), "the request's event"
        assert any("posting" in text for text in written), "the charge"
        taken = [span for span in found if span.name.startswith("process cost-ledger-")]
        assert trace in {trace_of(span) for span in taken}
        linked = {link.context.trace_id for span in spans(exported, "send procurement") for link in span.links}
        assert trace in linked
        assert trace not in {trace_of(span) for span in spans(exported, "send procurement")}


async def test_a_trace_holds_routes_and_statements_and_no_value(exported: InMemorySpanExporter, usage: Usage) -> None:
    exported.clear()
    await usage.report(used("a-record-with-a-name", MUSASHINO, 7))
    found = exported.get_finished_spans()
    said = " ".join(f"{span.name} {dict(span.attributes or {})}" for span in found)
    assert "/v1/usage" in said
    assert not any(value in said for value in ("a-record-with-a-name", MUSASHINO, usage.offering, "Bearer"))


async def test_what_nobody_caused_begins_no_trace(exported: InMemorySpanExporter, usage: Usage, broker: Broker) -> None:
    await usage.service.client.get("/readyz")
    await usage.report(used("one", CHIYODA, 7))
    exported.clear()
    relay = relay_of(usage.service, broker)
    async with messaging.running(relay):
        await relay.drained()
    assert {span.name for span in exported.get_finished_spans()} == {"send procurement"}


async def test_who_is_not_recorded_by_the_caller_is_not_by_us(
    exported: InMemorySpanExporter, usage: Usage, broker: Broker
) -> None:
    exported.clear()
    headers = usage.as_("operator") | {"traceparent": NOBODY_LOOKS}
    body: dict[str, Any] = {"offering_id": usage.offering, "records": [used("one", CHIYODA, 7)]}
    answer = await usage.service.client.post("/v1/usage", json=body, headers=headers)
    assert answer.status_code == 201
    relay = relay_of(usage.service, broker)
    async with messaging.running(relay):
        await relay.drained()
    assert not exported.get_finished_spans()
    [(kept,)] = await usage.service.as_owner(
        "SELECT DISTINCT traceparent FROM event WHERE type LIKE '%service-used' AND traceparent IS NOT NULL"
    )
    assert kept.split("-")[1] == NOBODY_LOOKS.split("-")[1]


async def test_without_a_collector_nothing_is_traced(usage: Usage) -> None:
    assert not tracing.is_on()
    assert (await usage.report(used("one", CHIYODA, 7))).status_code == 201
    assert tracing.traceparent() is None

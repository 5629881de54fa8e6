"""Traces: one from the request over the outbox and Kafka to the effect at a consumer.

An event keeps the place in the trace of the request that caused it (`traceparent`, W3C Trace Context), through the
outbox and the topic. A consumer goes on from there. What the relay sends at once comes from many requests, so its span
is in none of their traces and links to all of them.

Only OpenTelemetry's API is used here. It does nothing until a process says where spans go (kyodo_platform.telemetry);
until then nothing here is more than one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NoOpTracerProvider, SpanKind, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACES_AT_ONCE = 64  # of a batch; the others are counted in the span, but get none of their own

_W3C = TraceContextTextMapPropagator()
_NOWHERE = NoOpTracerProvider()
_provider: TracerProvider = _NOWHERE  # OpenTelemetry's own global can be set once in a process, and not back


@contextmanager
def tracing_to(provider: TracerProvider) -> Iterator[None]:
    """Let spans of this process go to a provider until the block ends."""
    global _provider
    _provider = provider
    try:
        yield
    finally:
        _provider = _NOWHERE


def provider() -> TracerProvider:
    """Where spans go."""
    return _provider


def is_on() -> bool:
    """Whether spans go anywhere."""
    return _provider is not _NOWHERE


def traceparent() -> str | None:
    """The present span, as an event keeps it; None outside of any."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def statement(sql: str) -> AbstractContextManager[object]:
    """The span of one SQL statement. Its text is kept, the values of its parameters are not."""
    if not is_on():
        return nullcontext()
    attributes = {"db.system.name": "postgresql", "db.query.text": sql}
    name = sql.split(maxsplit=1)[0]
    return _tracer().start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes)


def publishing(source: str, traceparents: Iterable[str | None]) -> AbstractContextManager[object]:
    """The span of a batch that a service's relay sends: linked to the requests whose events are in it."""
    if not is_on():
        return nullcontext()
    kept = list(traceparents)
    links = [Link(trace.get_current_span(context).get_span_context()) for context in _sampled(kept)]
    if not links:
        return nullcontext()
    attributes = _messaging("send", len(kept))
    return _tracer().start_as_current_span(f"send {source}", kind=SpanKind.PRODUCER, attributes=attributes, links=links)


@contextmanager
def taking(consumer: str, traceparents: Iterable[str | None]) -> Iterator[None]:
    """The spans of a batch that a consumer takes: one in the trace of each request whose events are in it.

    The statements are written once for all; they stand in the trace of the first.
    """
    if not is_on():
        yield
        return
    kept = list(traceparents)
    attributes = _messaging("process", len(kept)) | {"messaging.consumer.group.name": consumer}
    with ExitStack() as spans:
        for context in reversed(_sampled(kept)):
            spans.enter_context(
                _tracer().start_as_current_span(
                    f"process {consumer}", context=context, kind=SpanKind.CONSUMER, attributes=attributes
                )
            )
        yield


def _messaging(operation: str, records: int) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": operation,
        "messaging.batch.message_count": records,
    }


def _sampled(traceparents: Iterable[str | None]) -> list[Context]:
    """The different places in traces that somebody records, in their order, at most TRACES_AT_ONCE."""
    distinct = dict.fromkeys(one for one in traceparents if one)
    contexts = (_W3C.extract({"traceparent": one}) for one in distinct)
    recorded = [one for one in contexts if trace.get_current_span(one).get_span_context().trace_flags.sampled]
    return recorded[:TRACES_AT_ONCE]


def _tracer() -> trace.Tracer:
    return _provider.get_tracer("kyodo")

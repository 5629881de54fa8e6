"""Telemetry of a process: where its traces go, which are recorded, and under which name.

Off until KYODO_TRACES_ENDPOINT is set (docs/operations.md). Names and attributes are OpenTelemetry's semantic
conventions. What a trace holds never leaves a service's own words: routes by their template, SQL without values, no
header and no body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fastapi import FastAPI
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.http import ExcludeList
from opentelemetry.util.types import Attributes

from kyodo_events import tracing
from kyodo_platform.settings import Settings

NOT_TRACED = ["/livez$", "/readyz$", "/metrics$"]  # asked every few seconds, by machines


@contextmanager
def traced(name: str, settings: Settings) -> Iterator[None]:
    """Send this process's spans to the collector of the settings until the block ends; nothing where there is none.

    `name` is what the process is called in traces: the service's name.
    """
    if settings.traces_endpoint is None:
        yield
        return
    exporter = OTLPSpanExporter(endpoint=f"{settings.traces_endpoint.rstrip('/')}/v1/traces")
    with spans_to(BatchSpanProcessor(exporter), name, settings.environment, settings.traces_share):
        yield


@contextmanager
def spans_to(processor: SpanProcessor, name: str, environment: str, share: float = 1.0) -> Iterator[None]:
    """Give this process's spans to a processor until the block ends; what is under way is sent first."""
    resource = Resource.create({"service.name": name, "deployment.environment.name": environment})
    provider = TracerProvider(sampler=ParentBased(_CausesOnly(share)), resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    with tracing.tracing_to(provider):
        try:
            yield
        finally:
            provider.shutdown()


def trace_requests(app: FastAPI) -> None:
    """Have each request open a span, or go on in the caller's trace. Comes after all other middleware."""
    app.add_middleware(
        OpenTelemetryMiddleware,
        excluded_urls=ExcludeList(NOT_TRACED),
        exclude_spans=["receive", "send"],
        tracer_provider=tracing.provider(),
        meter_provider=NoOpMeterProvider(),
    )


class _CausesOnly(Sampler):
    """Begins a trace with what causes something, never with a statement of a loop that looks whether there is work."""

    def __init__(self, share: float) -> None:
        self._causes = TraceIdRatioBased(share)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if kind is SpanKind.CLIENT:
            return SamplingResult(Decision.DROP)
        return self._causes.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"causes only, {self._causes.get_description()}"

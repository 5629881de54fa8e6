"""Prometheus metrics of the kernel. Labels: service, consumer, topic; never a stream, key or municipality."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram

appended = Counter("kyodo_events_appended", "Events that were committed", ["service"])
sequenced = Histogram(
    "kyodo_sequenced_events",
    "Events given a position in one round of the sequencer",
    ["service"],
    buckets=(1, 10, 100, 1_000, 10_000),
)
sequencer_position = Gauge("kyodo_sequencer_position", "Newest position: as many events have one", ["service"])
outbox_age = Gauge("kyodo_outbox_age_seconds", "Age of the oldest event without a position", ["service"])
outbox_depth = Gauge("kyodo_outbox_depth", "Events without a position", ["service"])
relay_position = Gauge("kyodo_relay_position", "Position up to which events were published", ["service"])
relay_lag = Gauge("kyodo_relay_lag", "Events with a position that the relay has not passed", ["service"])
published = Counter("kyodo_published", "Events acknowledged by Kafka", ["service", "topic"])
relay_errors = Counter("kyodo_relay_errors", "Attempts of the relay that failed", ["service"])

consumer_lag = Gauge(
    "kyodo_consumer_lag_seconds",
    "For how long records have been waiting without any being taken, 0 when all are",
    ["consumer", "topic"],
)
consumed = Counter("kyodo_consumed", "Events that had their effect", ["consumer"])
duplicates = Counter("kyodo_duplicates", "Events that arrived again and had no effect", ["consumer"])
retries = Counter("kyodo_consumer_retries", "Batches that failed and are tried again", ["consumer"])
dead_letters = Counter("kyodo_dead_letters", "Records parked", ["consumer"])
offset_gaps = Counter("kyodo_offset_gaps", "Gaps found in the offsets of a partition", ["consumer", "topic"])
parked = Gauge("kyodo_parked", "Records waiting to be replayed or dismissed", ["consumer"])

read_model_lag = Gauge(
    "kyodo_read_model_lag_seconds",
    "Age of the newest foreign event when the read models had it; own events are in them when they commit",
    ["consumer"],
)
rebuild_events = Gauge(
    "kyodo_rebuild_events",
    "Events of the rebuild under way: applied so far (done), and in all (all); both 0 where none is",
    ["service", "state"],
)


def begin(service: str, publishes: Iterable[str], listens: Iterable[str]) -> None:
    """Let the counters stand at 0 before anything happens: an alert on their increase would miss the first time."""
    for counter in (appended, relay_errors, consumed, duplicates, retries, dead_letters):
        counter.labels(service)
    sequenced.labels(service)
    for topic in publishes:
        published.labels(service, topic)
    for topic in listens:
        offset_gaps.labels(service, topic)

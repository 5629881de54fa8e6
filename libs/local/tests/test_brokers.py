"""The brokers: ready when they say so, on the same port after a restart, with what they should remember."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from kyodo_local.apache_kafka import KAFKA, ApacheKafka, collect_jars
from kyodo_local.broker import Broker, EmbeddedBroker
from kyodo_local.processes import CannotStart

TOPIC = "kyodo.test.restart.v1"


@asynccontextmanager
async def admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def topics(broker: Broker) -> list[str]:
    async with admin(broker) as client:
        return [name for name in await client.list_topics() if not name.startswith("__")]


async def make_topic(broker: Broker) -> None:
    async with admin(broker) as client:
        await client.create_topics([NewTopic(TOPIC, num_partitions=2, replication_factor=1)])


async def test_the_embedded_broker_comes_back_empty_on_its_port(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        bootstrap = broker.bootstrap
        await make_topic(broker)
        assert await topics(broker) == [TOPIC]
        await broker.kill()
        await broker.restart()
        assert broker.bootstrap == bootstrap
        assert await topics(broker) == []
    async with EmbeddedBroker(tmp_path) as broker:
        assert await topics(broker) == []


async def test_the_embedded_broker_passes_over_a_taken_port(tmp_path: Path, offer_taken_port_first: int) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        assert not broker.bootstrap.endswith(f":{offer_taken_port_first}")
        assert await topics(broker) == []


def test_without_java_or_maven_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(CannotStart, match=r"needs Java 17 or newer.*\n.*KAFKA_BOOTSTRAP"):
        KAFKA.find_java()
    with pytest.raises(CannotStart, match="no `mvn` here"):
        collect_jars(tmp_path / "lib")
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(CannotStart, match=r'says: openjdk version "11\.0\.2"'):
        KAFKA.find_java()


@pytest.mark.kafka
@pytest.mark.skipif(
    os.environ.get("KYODO_TEST_BROKER") != "apache" or "KAFKA_BOOTSTRAP" in os.environ,
    reason="`make test-kafka` starts Apache Kafka, unless KAFKA_BOOTSTRAP names one",
)
async def test_apache_kafka_keeps_its_topics_unless_told_to_forget(tmp_path: Path, offer_taken_port_first: int) -> None:
    async with ApacheKafka(tmp_path) as broker:
        assert not broker.bootstrap.endswith(f":{offer_taken_port_first}")
        await make_topic(broker)
        await broker.kill()
        await broker.restart()
        assert await topics(broker) == [TOPIC]
        await broker.restart(empty=True)
        assert await topics(broker) == []
    assert not (tmp_path / "data").exists()

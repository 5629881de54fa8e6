"""`kyodo topics`: what differs is told, what may be cured is cured, and nothing is ever taken away."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from conftest import Broker
from kyodo_events import topics
from kyodo_events.event import Topic
from kyodo_local.services import all_services, service_named
from tests.support.commands import Answer, kyodo
from tests.support.messaging import IDEMPOTENT as APACHE

DECLARED = [topic for service in all_services() for topic in service.published]
TALENT = service_named("talent").published

Ask = Callable[..., Coroutine[Any, Any, Answer]]


@pytest.fixture
def ask(fresh_broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`kyodo topics …` on a broker of the test's own."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP", fresh_broker.bootstrap)
    monkeypatch.setenv("KYODO_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")

    async def ask(*words: str) -> Answer:
        return await kyodo("topics", *words, "--state", str(tmp_path))

    return ask


async def make(broker: Broker, name: str, partitions: int, retention_ms: int = -1) -> None:
    await topics.ensure(broker.bootstrap, [Topic(name, partitions, retention_ms)])


async def test_an_empty_broker_gets_all_topics_and_then_there_is_nothing_to_do(fresh_broker: Broker, ask: Ask) -> None:
    before = await ask("diff", "--json")
    assert before.code == 1
    assert {row["topic"] for row in before.document["differences"]} == {topic.name for topic in DECLARED}
    assert {row["kind"] for row in before.document["differences"]} == {"missing"}

    done = await ask("apply", "--json")
    assert (done.code, len(done.document["applied"]), done.document["left"]) == (0, len(DECLARED), [])
    standing = await topics.partitions(fresh_broker.bootstrap)
    assert {topic.name: topic.partitions for topic in DECLARED} == standing
    assert standing["kyodo.cost-ledger.dlq.v1"] == 1

    after = await ask("diff", "--json")
    assert (after.code, after.document) == (0, {"differences": []})
    assert "as declared" in (await ask("diff")).out


async def test_what_differs_is_named_with_both_values(fresh_broker: Broker, ask: Ask) -> None:
    few, forgetful = TALENT[0].name, TALENT[2].name
    await make(fresh_broker, few, 2)
    await make(fresh_broker, forgetful, 6, 3_600_000)
    await make(fresh_broker, "kyodo.talent.invented.v1", 1)
    await make(fresh_broker, "kyodo.elsewhere.v1", 1)

    found = {
        (row["topic"], row["kind"]): row for row in (await ask("diff", "talent", "--json")).document["differences"]
    }
    assert (found[few, "partitions"]["declared"], found[few, "partitions"]["found"]) == (6, 2)
    assert (found[forgetful, "retention"]["declared"], found[forgetful, "retention"]["found"]) == (-1, 3_600_000)
    assert ("kyodo.talent.invented.v1", "unknown") in found
    assert not any(topic == "kyodo.elsewhere.v1" for topic, _ in found)  # no business of the talent service
    in_words = [line for line in (await ask("diff")).out.splitlines() if "kyodo.elsewhere.v1" in line]
    assert ["is declared by no service" in line for line in in_words] == [True]


async def test_nothing_is_taken_away(fresh_broker: Broker, ask: Ask) -> None:
    await make(fresh_broker, TALENT[0].name, 9)
    await make(fresh_broker, "kyodo.invented.v1", 1)
    done = await ask("apply", "--json")
    assert done.code == 0
    assert [(row["topic"], row["kind"]) for row in done.document["left"]] == [
        (TALENT[0].name, "partitions"),
        ("kyodo.invented.v1", "unknown"),
    ]
    standing = await topics.partitions(fresh_broker.bootstrap)
    assert (standing[TALENT[0].name], standing["kyodo.invented.v1"]) == (9, 1)
    assert (await ask("diff")).code == 1


@pytest.mark.kafka
@pytest.mark.skipif(not APACHE, reason="the embedded broker changes no topic; `make test-kafka` has one that does")
async def test_partitions_and_retention_are_brought_to_what_is_declared(fresh_broker: Broker, ask: Ask) -> None:
    few, forgetful = TALENT[0].name, TALENT[2].name
    await make(fresh_broker, few, 2)
    async with topics.admin_of(fresh_broker.bootstrap) as admin:
        compacted = {"retention.ms": "3600000", "cleanup.policy": "compact,delete"}
        await admin.create_topics([NewTopic(forgetful, 6, 1, topic_configs=compacted)])
    done = await ask("apply", "talent", "--json")
    assert {(row["topic"], row["kind"]) for row in done.document["applied"]} >= {
        (few, "partitions"),
        (forgetful, "retention"),
    }
    assert (await ask("diff", "talent")).code == 0
    assert await own_values(fresh_broker, forgetful) == {"retention.ms": "-1", "cleanup.policy": "compact,delete"}


@pytest.mark.skipif(APACHE, reason="Apache Kafka changes topics")
async def test_a_broker_that_cannot_change_topics_is_told(fresh_broker: Broker, ask: Ask) -> None:
    await make(fresh_broker, TALENT[0].name, 2)
    refused = await ask("apply", "talent")
    assert refused.code == 2
    assert "the broker cannot do this" in refused.err


async def test_a_broker_that_is_away_is_named_with_its_setting(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", "127.0.0.1:9")
    found = await ask("diff", "--json")
    assert (found.code, found.out) == (78, "")
    assert found.err == "kyodo: KAFKA_BOOTSTRAP: no broker answers at 127.0.0.1:9\n"


async def own_values(broker: Broker, topic: str) -> dict[str, str]:
    """The values that are set on a topic itself."""
    async with topics.admin_of(broker.bootstrap) as admin:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {value[0]: value[1] for value in answer.resources[0][4] if value[3] == 1}

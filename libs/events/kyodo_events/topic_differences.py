"""What stands in a Kafka cluster beside what is declared, and how the one is brought to the other.

Nothing is taken away: partitions are never fewer afterwards, and no topic is deleted. More partitions give keys other
places, so that records of one key may overtake each other until consumers have read what was there before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from kyodo_events.event import Topic
from kyodo_events.topics import BROKER_DEFAULT, CALL_MS, admin_of, create

RETENTION = "retention.ms"
_SET_ON_THE_TOPIC = 1  # DescribeConfigs: a value of the topic itself, neither the broker's nor the default
_NAME, _VALUE, _SOURCE = 0, 1, 3  # of a described value; 2 is read_only


@dataclass(frozen=True, slots=True)
class TopicDifference:
    """One way in which a topic is not as declared; `declared` and `found` are partitions, or milliseconds."""

    topic: str
    kind: Literal["missing", "partitions", "retention", "unknown"]
    declared: int | None = None
    found: int | None = None

    @property
    def stays(self) -> bool:
        """Whether `apply` leaves it: it could only be cured by taking something away."""
        fewer = self.kind == "partitions" and (self.declared or 0) < (self.found or 0)
        return fewer or self.kind == "unknown"


async def differences(bootstrap: str, topics: Collection[Topic], prefixes: Iterable[str]) -> list[TopicDifference]:
    """Compare the cluster with what is declared; standing topics with one of the prefixes are unknown if undeclared.

    Raises KafkaError, OSError or TimeoutError where the broker does not answer.
    """
    async with admin_of(bootstrap) as admin:
        return await _compare(admin, topics, tuple(prefixes))


async def apply(
    bootstrap: str, topics: Collection[Topic], prefixes: Iterable[str], *, replication: int = BROKER_DEFAULT
) -> list[TopicDifference]:
    """Create what is missing, add partitions, set retention; answers with all differences that were found.

    Raises KafkaError where the broker refuses a step; those before it are done, and a second run goes on from there.
    """
    async with admin_of(bootstrap) as admin:
        found = await _compare(admin, topics, tuple(prefixes))
        todo = [difference for difference in found if not difference.stays]
        missing = {difference.topic for difference in todo if difference.kind == "missing"}
        await create(admin, [topic for topic in topics if topic.name in missing], replication)
        for difference in todo:
            if difference.kind == "partitions":
                wanted = {difference.topic: NewPartitions(difference.declared)}
                await admin.create_partitions(wanted, timeout_ms=CALL_MS)
            elif difference.kind == "retention":
                await _set_retention(admin, difference)
    return found


async def _compare(
    admin: AIOKafkaAdminClient, topics: Collection[Topic], prefixes: tuple[str, ...]
) -> list[TopicDifference]:
    standing = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    configured = await _configured(admin, [topic.name for topic in topics if topic.name in standing])
    declared = {topic.name for topic in topics}
    unknown = sorted(name for name in standing if name.startswith(prefixes) and name not in declared)
    return [
        *(difference for topic in topics for difference in _of_topic(topic, standing, configured)),
        *(TopicDifference(name, "unknown") for name in unknown),
    ]


def _of_topic(
    topic: Topic, standing: Mapping[str, int], configured: Mapping[str, Mapping[str, Any]]
) -> list[TopicDifference]:
    if topic.name not in standing:
        return [TopicDifference(topic.name, "missing")]
    partitions, retention = standing[topic.name], configured[topic.name].get(RETENTION)
    found = []
    if partitions != topic.partitions:
        found.append(TopicDifference(topic.name, "partitions", topic.partitions, partitions))
    if retention is None or int(retention[_VALUE]) != topic.retention_ms:
        kept = None if retention is None else int(retention[_VALUE])
        found.append(TopicDifference(topic.name, "retention", topic.retention_ms, kept))
    return found


async def _configured(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, Any]]:
    """The described values of each topic, by their names. All are asked for: some brokers hang up on a choice."""
    if not names:
        return {}
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    found = {}
    for code, message, _, name, values in answer.resources:
        if code:
            raise for_code(code)(f"{name}: {message}")
        found[name] = {value[_NAME]: value for value in values}
    return found


async def _set_retention(admin: AIOKafkaAdminClient, difference: TopicDifference) -> None:
    """Set one value; the call replaces all values of a topic, so those it has of its own are sent along."""
    values = (await _configured(admin, [difference.topic]))[difference.topic]
    own = {name: value[_VALUE] for name, value in values.items() if value[_SOURCE] == _SET_ON_THE_TOPIC}
    changed = {**own, RETENTION: str(difference.declared)}
    answers = await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, difference.topic, changed)])
    for code, message, _, name in answers[0].resources:
        if code:
            raise for_code(code)(f"{name}: {message}")

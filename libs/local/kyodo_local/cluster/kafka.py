"""Kafka on the cluster: a KafkaTopic for each topic of the code, a KafkaUser with just its rights for each service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kyodo_events.event import Topic
from kyodo_platform.service import Service

Object = dict[str, Any]

API = "kafka.strimzi.io/v1"
CLUSTER = {"strimzi.io/cluster": "kafka"}
SCALER = "keda"
"""Who scales consumers: it reads how far behind a group is, and no record."""


def topics(services: Iterable[Service]) -> list[Object]:
    """The topics with the partitions and the retention that their producers declare."""
    return [_topic(topic) for service in services for topic in service.published]


def users(services: Iterable[Service], scaled: Service) -> list[Object]:
    """The services, and the scaler of the one whose consumers are scaled by their lag."""
    rights = {service.name: [*_may_publish(service), *_may_consume(service)] for service in services}
    return [_user(name, acls) for name, acls in {**rights, SCALER: _may_watch(scaled)}.items()]


def integrator(name: str, wanted: Iterable[Topic]) -> Object:
    """Somebody outside who reads some topics, by groups whose names begin with its own and a dot; it writes nothing.

    Without the dot, which is in no user's name, somebody called `cost` would have the groups of `cost-ledger`.
    """
    read = [_allow("topic", topic.name, "Read", "Describe") for topic in wanted]
    groups = {"resource": {"type": "group", "name": f"{name}.", "patternType": "prefix"}, "operations": ["Read"]}
    return _user(name, [*read, groups])


def _topic(topic: Topic) -> Object:
    return {
        "apiVersion": API,
        "kind": "KafkaTopic",
        "metadata": {"name": topic.name, "labels": CLUSTER},
        "spec": {"partitions": topic.partitions, "config": {"retention.ms": topic.retention_ms}},
    }


def _user(name: str, acls: list[Object]) -> Object:
    # The password is given, not drawn by the operator: the service's address of Kafka is a secret that contains it.
    password = {"valueFrom": {"secretKeyRef": {"name": f"{name}-kafka", "key": "password"}}}
    return {
        "apiVersion": API,
        "kind": "KafkaUser",
        "metadata": {"name": name, "labels": CLUSTER},
        "spec": {
            "authentication": {"type": "scram-sha-512", "password": password},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def _may_publish(service: Service) -> list[Object]:
    """Its own topics, the announcements of its dead letters among them."""
    return [_allow("topic", topic.name, "Write", "Describe") for topic in service.published]


def _may_consume(service: Service) -> list[Object]:
    """The topics that it listens to, as the group of its own name."""
    if not service.subscribed:
        return []
    listened = [_allow("topic", topic.name, "Read", "Describe") for topic in service.subscribed]
    return [*listened, _allow("group", service.name, "Read")]


def _may_watch(service: Service) -> list[Object]:
    watched = [_allow("topic", topic.name, "Describe") for topic in service.subscribed]
    return [*watched, _allow("group", service.name, "Describe")]


def _allow(kind: str, name: str, *operations: str) -> Object:
    return {"resource": {"type": kind, "name": name, "patternType": "literal"}, "operations": list(operations)}

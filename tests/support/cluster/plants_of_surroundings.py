"""Faults of the network, of what operators keep, and of the form of manifests."""

from __future__ import annotations

from tests.support.cluster import network, operators, schemas
from tests.support.cluster.faults import POD, Plants, add, drop, put
from tests.support.cluster.rendered import Object

ANYBODY: Object = {"namespaceSelector": {}}

PLANTS: Plants = {
    schemas.objects_fit_their_schemas: {
        "a field that pods do not have": put("Deployment", f"{POD}/privileged", True),
        "a text for a number": put("Service", "spec/ports/0/port", "http"),
        "an unknown kind": add({"apiVersion": "example.jp/v1", "kind": "Thing"}),
        "an earlier Kafka": put("Kafka", "spec/zookeeper", {"replicas": 3}),
        "a right of an earlier form": put("KafkaUser", "spec/authorization/acls/0/operation", "Read"),
        "a topic without end": put("KafkaTopic", "spec/partitions", "many"),
        "a database misspelt": put("Cluster", "spec/instance", 3),
        "a backup by nobody": put("ScheduledBackup", "spec/method", "tape"),
        "a store misspelt": put("ObjectStore", "spec/configuration/bucket", "b"),
        "a scaler misspelt": put("ScaledObject", "spec/maxReplicas", 6),
        "a scrape misspelt": put("ServiceMonitor", "spec/endpoints/0/ports", "http"),
    },
    network.nothing_is_allowed_by_default: {
        "no default": drop("NetworkPolicy", "nothing"),
        "open outwards": put("NetworkPolicy", "spec/policyTypes", ["Ingress"], "nothing"),
    },
    network.servers_have_the_flows_that_exist: {
        "anybody comes in": put("NetworkPolicy", "spec/ingress/0/from/-", ANYBODY, "talent-server"),
        "private addresses": put("NetworkPolicy", "spec/egress/2/to/0/ipBlock/except", [], "talent-server"),
        "no names": drop("NetworkPolicy", "names"),
    },
    network.migrations_reach_their_database: {
        "another's": put(
            "NetworkPolicy",
            "spec/egress/0/to/0/podSelector/matchLabels/cnpg.io~cluster",
            "talent-db",
            "academy-database",
        ),
        "Kafka": put("NetworkPolicy", "spec/podSelector", {}, "talent-server"),
    },
    network.databases_are_reached_by_their_service: {
        "by another one": put(
            "NetworkPolicy",
            "spec/ingress/0/from/0/podSelector/matchLabels/app.kubernetes.io~name",
            "talent",
            "academy-db-from-academy",
        ),
    },
    network.brokers_are_reached_by_servers: {
        "by anybody": put("Kafka", "spec/kafka/listeners/0/networkPolicyPeers", [{}]),
        "by anybody without a login": put("Kafka", "spec/kafka/listeners/-", {"name": "more", "port": 9095}),
        "by no server": put("Kafka", "spec/kafka/listeners", []),
        "alone": drop("NetworkPolicy", "kafka"),
    },
    operators.topics_are_those_of_the_code: {
        "more partitions": put("KafkaTopic", "spec/partitions", 12),
        "a week": put("KafkaTopic", "spec/config/retention.ms", 604_800_000),
        "one missing": drop("KafkaTopic"),
    },
    operators.users_have_just_their_rights: {
        "every right": put("KafkaUser", "spec/authorization/acls/0/operations", ["All"]),
        "no right": put("KafkaUser", "spec/authorization/acls", []),
        "somebody else": put("KafkaUser", "metadata/name", "mallory", "talent"),
    },
    operators.kafka_knows_who_connects: {
        "a plain listener": put("Kafka", "spec/kafka/listeners/-", {"name": "plain", "port": 9092, "tls": False}),
        "no rights": put("Kafka", "spec/kafka/authorization", {"type": "custom"}),
        "topics by accident": put("Kafka", "spec/kafka/config/auto.create.topics.enable", True),
    },
    operators.databases_have_the_roles_of_the_platform: {
        "a superuser": put("Cluster", "spec/managed/roles/0/superuser", True),
        "open to all": put("Cluster", "spec/bootstrap/initdb/postInitApplicationSQL", []),
        "one owner": put("Cluster", "spec/bootstrap/initdb/owner", "postgres"),
    },
    operators.everything_is_scraped: {
        "another path": put("ServiceMonitor", "spec/endpoints/0/path", "/"),
        "no database": drop("PodMonitor"),
    },
    operators.nothing_committed_is_lost_with_a_machine: {
        "two brokers": put("KafkaNodePool", "spec/replicas", 2),
        "one in sync": put("Kafka", "spec/kafka/config/min.insync.replicas", 1),
        "one instance": put("Cluster", "spec/instances", 1),
    },
    operators.databases_are_backed_up_daily: {
        "no schedule": drop("ScheduledBackup"),
        "weekly": put("ScheduledBackup", "spec/schedule", "0 0 18 * * 0"),
        "into one folder": put("Cluster", "spec/plugins/0/parameters/serverName", "db"),
    },
}

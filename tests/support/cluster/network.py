"""Rules of the network: nobody speaks to anybody, but for the flows that exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kyodo_local.services import all_services
from kyodo_platform.service import Service
from tests.support.cluster.rendered import COMPONENT, NAME, Object, Objects, at, of, one, selects

Flow = tuple[str, str, int | str]
"""in or out, whom, port."""

NAMES_ARE_LOOKED_UP: set[Flow] = {("out", "kube-system: k8s-app=kube-dns", 53)}
PROMETHEUS = "monitoring: app.kubernetes.io/name=prometheus"
PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "100.64.0.0/10"}
PRIVATE_6 = {"::1/128", "fc00::/7", "fe80::/10"}
WITHOUT_PRIVATE = {f"0.0.0.0/0 without {sorted(PRIVATE)}", f"::/0 without {sorted(PRIVATE_6)}"}
API_SERVER: set[Flow] = {("out", "anybody", 443), ("out", "anybody", 6443)}


def nothing_is_allowed_by_default(objects: Objects) -> list[str]:
    """One policy takes all pods and allows nothing."""
    closed = [
        policy
        for policy in of(objects, "NetworkPolicy")
        if policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    ]
    return [] if closed else ["what no policy names is open"]


def servers_have_the_flows_that_exist(objects: Objects) -> list[str]:
    """Asked by the gateway and Prometheus; to database, Kafka, collector of traces, and public addresses by HTTPS."""
    return [
        complaint
        for service in all_services()
        for complaint in _compare(objects, f"server of {service.name}", _pod(objects, "Deployment", service), {
            ("in", "gateway: all", "http"),
            ("in", PROMETHEUS, "http"),
            ("out", f"cnpg.io/cluster={service.name}-db", 5432),
            ("out", "strimzi.io/name=kafka-kafka", 9093),
            ("out", "monitoring: app.kubernetes.io/name=opentelemetry-collector", 4318),
            *(("out", address, 443) for address in WITHOUT_PRIVATE),
            *NAMES_ARE_LOOKED_UP,
        })
    ]  # fmt: skip


def migrations_reach_their_database(objects: Objects) -> list[str]:
    """And nothing else."""
    return [
        complaint
        for service in all_services()
        for complaint in _compare(objects, f"migration of {service.name}", _pod(objects, "Job", service), {
            ("out", f"cnpg.io/cluster={service.name}-db", 5432),
            *NAMES_ARE_LOOKED_UP,
        })
    ]  # fmt: skip


def databases_are_reached_by_their_service(objects: Objects) -> list[str]:
    """By no other one; and by what keeps them."""
    return [
        complaint
        for service in all_services()
        for complaint in _compare(objects, f"database of {service.name}", {"cnpg.io/cluster": f"{service.name}-db"}, {
            ("in", f"{NAME}={service.name}, app.kubernetes.io/part-of=kyodo", 5432),
            *(("in", whom, port) for whom in ("cnpg.io/cluster", "cnpg-system: all") for port in (5432, 8000)),
            *(("out", "cnpg.io/cluster", port) for port in (5432, 8000)),
            ("in", PROMETHEUS, 9187),
            *API_SERVER,
            *NAMES_ARE_LOOKED_UP,
        })
    ]  # fmt: skip


def brokers_are_reached_by_servers(objects: Objects) -> list[str]:
    """Who comes in is said by the listener; the operator makes its policies from it. Brokers reach each other."""
    labels = {"strimzi.io/cluster": "kafka", "strimzi.io/name": "kafka-kafka"}
    expected = {9093: [f"{COMPONENT}=api, app.kubernetes.io/part-of=kyodo", "keda: all"], 9094: ["anybody"]}
    listeners = at(one(objects, "Kafka", "kafka"), "spec/kafka/listeners", [])
    wrong = [] if 9093 in [listener["port"] for listener in listeners] else ["Kafka is reached by no server"]
    for listener in listeners:
        comers = sorted(_whom(peer) for peer in listener.get("networkPolicyPeers", [{}]))
        if comers != expected.get(listener["port"]):
            wrong.append(f"port {listener['port']} of Kafka is reached by {comers}")
    flows = {("out", "strimzi.io/cluster=kafka", "9090-9093"), *API_SERVER, *NAMES_ARE_LOOKED_UP}
    return wrong + _compare(objects, "broker", labels, flows)


def _pod(objects: Objects, kind: str, service: Service) -> Mapping[str, str]:
    for found in of(objects, kind):
        labels: Mapping[str, str] = at(found, "spec/template/metadata/labels", {})
        if labels.get(NAME) == service.name:
            return labels
    return {}


def _compare(objects: Objects, who: str, labels: Mapping[str, str], expected: set[Flow]) -> list[str]:
    found = _flows(objects, labels)
    return [f"{who}: {flow} is open" for flow in found - expected] + [f"{who}: no {f}" for f in expected - found]


def _flows(objects: Objects, labels: Mapping[str, str]) -> set[Flow]:
    """What all policies together allow a pod with these labels."""
    rules = [
        (direction, key, rule)
        for policy in of(objects, "NetworkPolicy")
        if selects(at(policy, "spec/podSelector"), labels)
        for direction, side, key in (("in", "ingress", "from"), ("out", "egress", "to"))
        for rule in policy["spec"].get(side, [])
    ]
    return {
        (direction, _whom(peer), _port(port))
        for direction, key, rule in rules
        for peer in rule.get(key, [{}])
        for port in rule.get("ports", [{}])
    }


def _whom(peer: Object) -> str:
    if "ipBlock" in peer:
        return f"{peer['ipBlock']['cidr']} without {sorted(peer['ipBlock'].get('except', []))}"
    if not peer:
        return "anybody"
    pods, namespace = _labels(peer.get("podSelector")), peer.get("namespaceSelector")
    if namespace is None:
        return pods
    return f"{at(namespace, 'matchLabels', {}).get('kubernetes.io/metadata.name', 'all')}: {pods}"


def _labels(selector: Any) -> str:
    if not selector:
        return "all"
    named = [f"{key}={value}" for key, value in selector.get("matchLabels", {}).items()]
    return ", ".join(sorted([*named, *(expression["key"] for expression in selector.get("matchExpressions", []))]))


def _port(port: Object) -> int | str:
    if "endPort" in port:
        return f"{port['port']}-{port['endPort']}"
    return port.get("port", "all")  # type: ignore[no-any-return]  # a number or a name, by the schema


RULES = [
    nothing_is_allowed_by_default,
    servers_have_the_flows_that_exist,
    migrations_reach_their_database,
    databases_are_reached_by_their_service,
    brokers_are_reached_by_servers,
]

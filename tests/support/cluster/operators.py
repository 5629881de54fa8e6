"""Rules of what operators keep: Kafka with its topics and rights, databases and their backups, monitoring."""

from __future__ import annotations

from kyodo_local.cluster.generate import SCALED
from kyodo_local.services import all_services, service_named
from kyodo_platform.database.provision import ServiceDatabase, access
from tests.support.cluster.rendered import Object, Objects, at, called, of, one, selects

Right = tuple[str, str, str]
"""Kind of resource, its name, operation."""


def topics_are_those_of_the_code(objects: Objects) -> list[str]:
    """With its partitions and retention, none missing, none too many."""
    declared = {t.name: (t.partitions, t.retention_ms) for service in all_services() for t in service.published}
    found = {
        topic["metadata"]["name"]: (at(topic, "spec/partitions"), at(topic, "spec/config", {}).get("retention.ms"))
        for topic in of(objects, "KafkaTopic")
    }
    return [
        f"topic {name} is {found.get(name)}, in the code {declared.get(name)}"
        for name, _ in found.items() ^ declared.items()
    ]


def users_have_just_their_rights(objects: Objects) -> list[str]:
    """To write what they publish, to read what they listen to, as their own group. The scaler looks at the ledger's."""
    expected: dict[str, set[Right]] = {
        service.name: {
            *(("topic", topic.name, operation) for topic in service.published for operation in ("Write", "Describe")),
            *(("topic", topic.name, operation) for topic in service.subscribed for operation in ("Read", "Describe")),
            *(("group", service.name, "Read") for _ in service.subscribed),
        }
        for service in all_services()
    }
    ledger = service_named(SCALED)
    expected["keda"] = {("topic", t.name, "Describe") for t in ledger.subscribed} | {("group", SCALED, "Describe")}
    found = {user["metadata"]["name"]: _rights(user) for user in of(objects, "KafkaUser")}
    wrong = [
        f"{n} has {found.get(n, set()) - expected.get(n, set())} beyond its rights"
        for n in found
        if found[n] - expected.get(n, set())
    ]
    return wrong + [
        f"{n} lacks {expected[n] - found.get(n, set())}" for n in expected if expected[n] - found.get(n, set())
    ]


def kafka_knows_who_connects(objects: Objects) -> list[str]:
    """TLS and a login on every listener, rights for whom they are given, no topic by accident."""
    kafka = one(objects, "Kafka", "kafka")
    wrong = [
        f"listener {listener['name']} is open"
        for listener in at(kafka, "spec/kafka/listeners", [])
        if listener.get("tls") is not True or at(listener, "authentication/type") != "scram-sha-512"
    ]
    if at(kafka, "spec/kafka/authorization/type") != "simple":
        wrong.append("everybody has every right")
    if at(kafka, "spec/kafka/config", {}).get("auto.create.topics.enable") is not False:
        wrong.append("topics are made by whoever names them")
    if any(at(user, "spec/authentication/type") != "scram-sha-512" for user in of(objects, "KafkaUser")):
        wrong.append("a user has no login")
    kept = of(objects, "KafkaTopic", "KafkaUser", "KafkaNodePool")
    return wrong + [
        f"{called(o)} is of no cluster"
        for o in kept
        if o["metadata"].get("labels", {}).get("strimzi.io/cluster") != "kafka"
    ]


def nothing_committed_is_lost_with_a_machine(objects: Objects) -> list[str]:
    """Three brokers and two in-sync replicas; three instances of each database, of which two have what is answered."""
    config = at(one(objects, "Kafka", "kafka"), "spec/kafka/config", {})
    nodes = sum(at(pool, "spec/replicas", 0) for pool in of(objects, "KafkaNodePool"))
    copies = nodes, config.get("default.replication.factor"), config.get("min.insync.replicas")
    wrong = [] if copies == (3, 3, 2) else [f"Kafka keeps {copies}"]
    return wrong + [
        f"{called(cluster)} is lost with one machine"
        for cluster in of(objects, "Cluster")
        if cluster["spec"]["instances"] < 3 or at(cluster, "spec/postgresql/synchronous/number", 0) < 1
    ]


def databases_have_the_roles_of_the_platform(objects: Objects) -> list[str]:
    """A cluster a service; its owner migrates, its application role owns nothing, and no other one may connect."""
    wrong = []
    for service in all_services():
        database = ServiceDatabase(service.name, "", "")
        spec = one(objects, "Cluster", f"{service.name}-db").get("spec", {})
        initial = at(spec, "bootstrap/initdb", {})
        if (initial.get("database"), initial.get("owner")) != (database.database, database.owner_role):
            wrong.append(f"{service.name}: the database is {initial.get('database')} of {initial.get('owner')}")
        if initial.get("postInitApplicationSQL", [])[-len(access(database)) :] != access(database):
            wrong.append(f"{service.name}: who may connect is not what the platform provisions")
        roles = [
            (r["name"], r.get("login"), r.get("inRoles"), r.get("superuser")) for r in at(spec, "managed/roles", [])
        ]
        if roles != [(database.app_role, True, ["kyodo_app"], None)]:
            wrong.append(f"{service.name}: the roles are {roles}")
        if spec.get("enableSuperuserAccess") is not False:
            wrong.append(f"{service.name}: the superuser may connect")
    return wrong


def databases_are_backed_up_daily(objects: Objects) -> list[str]:
    """Log and base backups go to the object store by the plugin, each cluster's into a folder of its own."""
    stores = {store["metadata"]["name"] for store in of(objects, "ObjectStore")}
    wrong = []
    for cluster in of(objects, "Cluster"):
        name = cluster["metadata"]["name"]
        archives = [p["parameters"] for p in at(cluster, "spec/plugins", []) if p.get("isWALArchiver")]
        if [(a["barmanObjectName"] in stores, a["serverName"]) for a in archives] != [(True, name)]:
            wrong.append(f"the log of {name} goes to {archives}")
        schedules = [s["spec"] for s in of(objects, "ScheduledBackup") if at(s, "spec/cluster/name") == name]
        if [(s["method"], s["schedule"].split()[3:]) for s in schedules] != [("plugin", ["*", "*", "*"])]:
            wrong.append(f"{name} is backed up by {schedules}")
    return wrong


def everything_is_scraped(objects: Objects) -> list[str]:
    """Each service by its Service, each database by its pods."""
    monitors = of(objects, "ServiceMonitor")
    wrong = [
        f"{called(service)} is not scraped"
        for service in of(objects, "Service")
        if not any(_scrapes(monitor, service) for monitor in monitors)
    ]
    pods = of(objects, "PodMonitor")
    if not any(selects(at(monitor, "spec/selector"), {"cnpg.io/cluster": "any"}) for monitor in pods):
        wrong.append("no database is scraped")
    return wrong


def _scrapes(monitor: Object, service: Object) -> bool:
    ports = {port["name"] for port in service["spec"]["ports"]}
    asked = {(endpoint["port"] in ports, endpoint["path"]) for endpoint in monitor["spec"]["endpoints"]}
    return selects(monitor["spec"]["selector"], service["metadata"]["labels"]) and asked == {(True, "/metrics")}


def _rights(user: Object) -> set[Right]:
    return {
        (acl["resource"]["type"], acl["resource"]["name"], operation)
        for acl in at(user, "spec/authorization/acls", [])
        for operation in acl["operations"]
    }


RULES = [
    topics_are_those_of_the_code,
    users_have_just_their_rights,
    kafka_knows_who_connects,
    databases_have_the_roles_of_the_platform,
    everything_is_scraped,
]
OF_PRODUCTION = [nothing_committed_is_lost_with_a_machine, databases_are_backed_up_daily]

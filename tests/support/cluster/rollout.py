"""Rules of rolling out and scaling: migrations come first, nobody is without a server, no server idles."""

from __future__ import annotations

from kyodo_local.cluster.generate import SCALED
from kyodo_local.services import all_services, service_named
from tests.support.cluster.rendered import NAMES, Objects, at, called, of, one


def each_service_is_deployed(objects: Objects) -> list[str]:
    """A Deployment, a Service that leads to it, and a Job a service; each runs that service by its name."""
    wrong = []
    for name in NAMES:
        labels = at(one(objects, "Deployment", name), "spec/template/metadata/labels", {})
        leads = at(one(objects, "Service", name), "spec/selector")
        if not leads or not leads.items() <= labels.items() or leads.get("app.kubernetes.io/component") != "api":
            wrong.append(f"the Service {name} leads to {leads}, its pods are {labels}")
    for kind, command in ("Deployment", "serve"), ("Job", "migrate"):
        run = [at(found, "spec/template/spec/containers")[0]["args"][:2] for found in of(objects, kind)]
        if sorted(run) != sorted([command, name] for name in NAMES):
            wrong.append(f"what {kind}s run is {run}")
    return wrong


def migrations_are_a_releases_own(objects: Objects) -> list[str]:
    """A Job of each release, by its tag: what a Job runs cannot be changed. It alone is the database's owner."""
    wrong = []
    for job in of(objects, "Job"):
        (container,) = at(job, "spec/template/spec/containers")
        if not job["metadata"]["name"].endswith(f"-migrate.{container['image'].rpartition(':')[2]}"):
            wrong.append(f"{called(job)} is not named by {container['image']}")
        if job["spec"].get("ttlSecondsAfterFinished", 1e9) > 3600:
            wrong.append(f"{called(job)} stays, so that other settings of the release cannot be applied")
    for found in of(objects, "Job", "Deployment"):
        (container,) = at(found, "spec/template/spec/containers")
        owner = "KYODO_OWNER_DATABASE_URL" in {variable["name"] for variable in container["env"]}
        if owner is not (found["kind"] == "Job"):
            wrong.append(f"{called(found)} is the owner of the database: {owner}")
    return wrong


def the_old_release_serves_until_the_new_one_does(objects: Objects) -> list[str]:
    """A server of a new release ends while its database is behind; until it is ready, all the old ones stay."""
    return [
        f"{called(deployment)} gives up servers before it has new ones, or gives up itself within the migration's time"
        for deployment in of(objects, "Deployment")
        if at(deployment, "spec/strategy/rollingUpdate/maxUnavailable") != 0
        or at(deployment, "spec/progressDeadlineSeconds", 600) < 1800
    ]


def each_server_has_one_scaler(objects: Objects) -> list[str]:
    """By processors, the ledger by what it has still to consume; and nobody else says how many there are."""
    wrong = [f"{called(d)} says how many" for d in of(objects, "Deployment") if "replicas" in d["spec"]]
    scalers: dict[str, list[str]] = {name: [] for name in NAMES}
    for scaler in of(objects, "HorizontalPodAutoscaler", "ScaledObject"):
        scalers.setdefault(at(scaler, "spec/scaleTargetRef/name"), []).append(scaler["kind"])
    expected = {name: ["ScaledObject" if name == SCALED else "HorizontalPodAutoscaler"] for name in NAMES}
    return wrong + ([] if scalers == expected else [f"the scalers are {scalers}"])


def servers_scale_by_lag_up_to_the_partitions(objects: Objects) -> list[str]:
    """On each topic that it listens to, as its own group; a server more than partitions would have nothing to do."""
    scaler, service = one(objects, "ScaledObject", SCALED), service_named(SCALED)
    lag = [trigger for trigger in at(scaler, "spec/triggers", []) if trigger["type"] == "kafka"]
    wrong = []
    if sorted(at(trigger, "metadata/topic") for trigger in lag) != [topic.name for topic in service.subscribed]:
        wrong.append(f"{SCALED} is scaled by {[at(trigger, 'metadata/topic') for trigger in lag]}")
    if {at(trigger, "metadata/consumerGroup") for trigger in lag} != {service.name}:
        wrong.append("the lag is another group's")
    if at(scaler, "spec/maxReplicaCount", 100) > min(topic.partitions for topic in service.subscribed):
        wrong.append(f"{SCALED} has more servers than partitions")
    logins = {at(trigger, "authenticationRef/name") for trigger in lag}
    known = {found["metadata"]["name"] for found in of(objects, "TriggerAuthentication")}
    safe = {(at(trigger, "metadata/tls"), at(trigger, "metadata/sasl")) for trigger in lag}
    if not logins <= known or safe != {("enable", "scram_sha512")}:
        wrong.append(f"the scaler reaches Kafka as {logins} by {safe}")
    return wrong


def databases_have_connections_for_all(objects: Objects) -> list[str]:
    """Servers at most, and one more during a rollout, each with its pool, the relay's leader and the consumer."""
    wrong = []
    for service in all_services():
        scaler = next(
            (
                s
                for s in of(objects, "HorizontalPodAutoscaler", "ScaledObject")
                if s["metadata"]["name"] == service.name
            ),
            {},
        )
        servers = 1 + (at(scaler, "spec/maxReplicas") or at(scaler, "spec/maxReplicaCount", 100))
        parameters = at(one(objects, "Cluster", f"{service.name}-db"), "spec/postgresql/parameters", {})
        if servers * 12 + 20 > int(parameters.get("max_connections", 100)):
            wrong.append(f"{service.name} may have {servers} servers")
    return wrong


RULES = [
    each_service_is_deployed,
    migrations_are_a_releases_own,
    the_old_release_serves_until_the_new_one_does,
    each_server_has_one_scaler,
    servers_scale_by_lag_up_to_the_partitions,
    databases_have_connections_for_all,
]

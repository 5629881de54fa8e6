"""Rules of pods: what they may do, how they are asked, how they end, where they run."""

from __future__ import annotations

import inspect

from kyodo_events.consumer import Consumer
from kyodo_events.relay import Relay
from kyodo_local.cli import REQUESTS_END_WITHIN
from tests.support.cluster.rendered import Objects, at, called, containers, of, pods, selects

STOPS_WITHIN = sum(int(inspect.signature(part.stop).parameters["within"].default) for part in (Consumer, Relay))
"""Seconds that a process takes at most for its consumer and its relay."""

MODES = ("enforce", "audit", "warn")
RESTRICTED = {
    "securityContext/allowPrivilegeEscalation": False,
    "securityContext/readOnlyRootFilesystem": True,
    "securityContext/capabilities": {"drop": ["ALL"]},
}


def namespaces_are_restricted(objects: Objects) -> list[str]:
    """One namespace, where Pod Security enforces the restricted profile; everything is in it."""
    found = of(objects, "Namespace")
    labels = [namespace["metadata"].get("labels", {}) for namespace in found]
    modes = [of_one.get(f"pod-security.kubernetes.io/{mode}") for of_one in labels for mode in MODES]
    wrong = [] if modes == ["restricted"] * len(MODES) else [f"Pod Security of the namespaces is {modes}"]
    names = {namespace["metadata"]["name"] for namespace in found}
    return wrong + [
        f"{called(o)} is outside"
        for o in objects
        if o["kind"] != "Namespace" and o["metadata"].get("namespace") not in names
    ]


def pods_are_restricted(objects: Objects) -> list[str]:
    """What the profile asks for, and a file system that nobody writes to but /tmp."""
    wrong = []
    for name, template in pods(objects):
        context = at(template, "spec/securityContext", {})
        if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
            wrong.append(f"{name} may run as root")
        if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
            wrong.append(f"{name} has no seccomp profile")
        writable = [volume["name"] for volume in template["spec"]["volumes"] if "emptyDir" in volume]
        if writable != ["tmp"]:
            wrong.append(f"{name} can write to {writable}")
    for name, container in containers(objects):
        wrong += [f"{name}: {path}" for path, value in RESTRICTED.items() if at(container, path) != value]
        if {"name": "tmp", "mountPath": "/tmp"} not in container["volumeMounts"]:  # noqa: S108 - the container's own
            wrong.append(f"{name} has no /tmp")
    return wrong


def nobody_holds_a_token(objects: Objects) -> list[str]:
    """An account of its own for each service, and no pod with a token of the API server."""
    accounts = {account["metadata"]["name"] for account in of(objects, "ServiceAccount")}
    givers = [*of(objects, "ServiceAccount"), *of(objects, "Deployment", "Job")]
    paths = {"ServiceAccount": "automountServiceAccountToken"}
    wrong = [
        f"{called(giver)} mounts a token"
        for giver in givers
        if at(giver, paths.get(giver["kind"], "spec/template/spec/automountServiceAccountToken")) is not False
    ]
    return wrong + [
        f"{name} has no account of its own"
        for name, t in pods(objects)
        if t["spec"].get("serviceAccountName") not in accounts
    ]


def servers_are_probed(objects: Objects) -> list[str]:
    """Started and alive by what depends on nobody, ready by what depends on everything; on a port that is there."""
    expected = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    wrong = []
    for deployment in of(objects, "Deployment"):
        (container,) = at(deployment, "spec/template/spec/containers")
        ports = [port["name"] for port in container["ports"]]
        for probe, path in expected.items():
            asked = at(container, f"{probe}/httpGet", {})
            if asked.get("path") != path or asked.get("port") not in ports:
                wrong.append(f"{called(deployment)}: {probe} asks {asked}")
    return wrong


def servers_drain(objects: Objects) -> list[str]:
    """It answers on until endpoints have forgotten it, then ends what is under way: there is time for all of that."""
    wrong = []
    for deployment in of(objects, "Deployment"):
        pod = at(deployment, "spec/template/spec")
        waits = at(pod["containers"][0], "lifecycle/preStop/sleep/seconds", 0)
        needed = waits + REQUESTS_END_WITHIN + STOPS_WITHIN
        if waits < 5 or pod.get("terminationGracePeriodSeconds", 30) <= needed:
            wrong.append(f"{called(deployment)} is killed while it drains: it takes up to {needed} s")
    return wrong


def disruptions_are_bounded(objects: Objects) -> list[str]:
    """Each server has one budget that lets one pod go at a time."""
    wrong = []
    for deployment in of(objects, "Deployment"):
        labels = at(deployment, "spec/template/metadata/labels")
        budgets = [b for b in of(objects, "PodDisruptionBudget") if selects(at(b, "spec/selector"), labels)]
        if [at(budget, "spec/maxUnavailable") for budget in budgets] != [1]:
            wrong.append(f"{called(deployment)} has the budgets {[called(budget) for budget in budgets]}")
    return wrong


def servers_are_spread(objects: Objects) -> list[str]:
    """Over zones and machines."""
    wanted = {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
    wrong = []
    for deployment in of(objects, "Deployment"):
        template = at(deployment, "spec/template")
        spread = {
            constraint["topologyKey"]
            for constraint in template["spec"].get("topologySpreadConstraints", [])
            if selects(constraint.get("labelSelector"), template["metadata"]["labels"])
        }
        if spread != wanted:
            wrong.append(f"{called(deployment)} is spread over {sorted(spread)}")
    return wrong


def resources_are_bounded(objects: Objects) -> list[str]:
    """Requests and limits of processor and memory: our containers, Kafka's nodes, the databases."""
    asked = [(name, container.get("resources", {})) for name, container in containers(objects)]
    asked += [(called(o), at(o, "spec/resources", {})) for o in of(objects, "KafkaNodePool", "Cluster")]
    return [
        f"{name} has no {bound} of {what}"
        for name, resources in asked
        for bound in ("requests", "limits")
        for what in ("cpu", "memory")
        if not at(resources, f"{bound}/{what}")
    ]


def one_image_for_all(objects: Objects) -> list[str]:
    """The same image everywhere, of a release that is named."""
    images = {container["image"] for _, container in containers(objects)}
    tags = {image.rpartition("/")[2].partition(":")[2] for image in images}
    return [f"the images are {sorted(images)}"] if len(images) != 1 or tags & {"", "latest"} else []


RULES = [
    namespaces_are_restricted,
    pods_are_restricted,
    nobody_holds_a_token,
    servers_are_probed,
    servers_drain,
    disruptions_are_bounded,
    servers_are_spread,
    resources_are_bounded,
    one_image_for_all,
]

"""Faults of pods, of rolling out and scaling, and of settings."""

from __future__ import annotations

from tests.support.cluster import pods, rollout, settings
from tests.support.cluster.faults import CONTAINER, POD, Plants, add, drop, put

OTHER_SECRET = {
    "name": "KYODO_CURSOR_SECRET",
    "valueFrom": {"secretKeyRef": {"name": "lost", "key": "cursor-secret"}},
}

PLANTS: Plants = {
    pods.namespaces_are_restricted: {
        "a looser profile": put("Namespace", "metadata/labels/pod-security.kubernetes.io~enforce", "baseline"),
        "an object elsewhere": put("Service", "metadata/namespace", "default"),
    },
    pods.pods_are_restricted: {
        "root": put("Deployment", f"{POD}/securityContext/runAsNonRoot", False),
        "no seccomp": put("Job", f"{POD}/securityContext/seccompProfile", {"type": "Unconfined"}),
        "a capability": put("Deployment", f"{CONTAINER}/securityContext/capabilities", {"drop": []}),
        "escalation": put("Job", f"{CONTAINER}/securityContext/allowPrivilegeEscalation", True),
        "a writable root": put("Deployment", f"{CONTAINER}/securityContext/readOnlyRootFilesystem", False),
        "no tmp": put("Deployment", f"{CONTAINER}/volumeMounts", []),
    },
    pods.nobody_holds_a_token: {
        "an account with one": put("ServiceAccount", "automountServiceAccountToken", True),
        "a pod with one": put("Job", f"{POD}/automountServiceAccountToken", True),
        "everybody's account": put("Deployment", f"{POD}/serviceAccountName", "default"),
    },
    pods.servers_are_probed: {
        "alive by the database": put("Deployment", f"{CONTAINER}/livenessProbe/httpGet/path", "/readyz"),
        "a port that is none": put("Deployment", f"{CONTAINER}/readinessProbe/httpGet/port", "web"),
    },
    pods.servers_drain: {
        "killed early": put("Deployment", f"{POD}/terminationGracePeriodSeconds", 30),
        "no wait": put("Deployment", f"{CONTAINER}/lifecycle/preStop/sleep/seconds", 0),
    },
    pods.disruptions_are_bounded: {
        "no budget": drop("PodDisruptionBudget"),
        "another's pods": put("PodDisruptionBudget", "spec/selector/matchLabels", {"app": "x"}),
    },
    pods.servers_are_spread: {
        "one zone": put("Deployment", f"{POD}/topologySpreadConstraints/0/topologyKey", "kubernetes.io/hostname"),
    },
    pods.resources_are_bounded: {
        "no limit": put("Deployment", f"{CONTAINER}/resources/limits", {"cpu": "2"}),
        "a greedy database": put("Cluster", "spec/resources/limits", {}),
    },
    pods.one_image_for_all: {
        "an older one": put("Job", f"{CONTAINER}/image", "registry.example.jp/kyodo/kyodo:0.9.0"),
    },
    rollout.each_service_is_deployed: {
        "another service": put("Deployment", f"{CONTAINER}/args/1", "talent", "academy"),
        "nobody behind it": put("Service", "spec/selector/app.kubernetes.io~name", "other"),
        "no migration": drop("Job"),
    },
    rollout.migrations_are_a_releases_own: {
        "one name for all releases": put("Job", "metadata/name", "academy-migrate"),
        "a Job that stays": put("Job", "spec/ttlSecondsAfterFinished", 604_800),
        "a server that owns": put("Deployment", f"{CONTAINER}/env/0/name", "KYODO_OWNER_DATABASE_URL"),
    },
    rollout.the_old_release_serves_until_the_new_one_does: {
        "a gap": put("Deployment", "spec/strategy/rollingUpdate/maxUnavailable", 1),
    },
    rollout.each_server_has_one_scaler: {
        "a fixed number": put("Deployment", "spec/replicas", 2),
        "two scalers": put("HorizontalPodAutoscaler", "spec/scaleTargetRef/name", "cost-ledger"),
    },
    rollout.servers_scale_by_lag_up_to_the_partitions: {
        "idle servers": put("ScaledObject", "spec/maxReplicaCount", 7),
        "another topic": put("ScaledObject", "spec/triggers/1/metadata/topic", "kyodo.talent.experts.v1"),
        "another group": put("ScaledObject", "spec/triggers/2/metadata/consumerGroup", "ledger"),
        "no login": drop("TriggerAuthentication"),
    },
    rollout.databases_have_connections_for_all: {
        "too few": put("Cluster", "spec/postgresql/parameters/max_connections", "50"),
    },
    settings.every_variable_is_a_setting: {
        "a variable misspelt": put("ConfigMap", "data/KYODO_OIDC_ISUER", "x"),
        "one that is gone": put("Deployment", f"{CONTAINER}/env/0/name", "DATABASE_URL"),
    },
    settings.every_setting_that_is_needed_is_given: {
        "no issuer": put("ConfigMap", "data", {"KYODO_ENVIRONMENT": "prod"}),
        "no keys of persons": put("Deployment", f"{CONTAINER}/env/3/name", "KYODO_LOG_LEVEL", "talent"),
        "a value that is none": put("ConfigMap", "data/KYODO_LOG_LEVEL", "LOUD"),
    },
    settings.every_server_knows_its_address: {
        "another's": put("ConfigMap", "data/KYODO_TALENT_PUBLIC_URL", "https://kyodo.example.jp/academy"),
        "all alike": put("ConfigMap", "data/KYODO_PROCUREMENT_PUBLIC_URL", "https://kyodo.example.jp"),
    },
    settings.secrets_are_never_written_down: {
        "a secret": add({"apiVersion": "v1", "kind": "Secret"}),
        "one in a ConfigMap": put("ConfigMap", "data/KYODO_CURSOR_SECRET", "x" * 32),
        "one that nobody makes": put("Deployment", f"{CONTAINER}/env/2", OTHER_SECRET),
    },
}

"""PostgreSQL on the cluster: for each service a Cluster of CloudNativePG with the roles that the platform provisions.

What all of them have alike (instances, storage, backup) stands in deploy/k8s/components/cloudnative-pg.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kyodo_events.schema import APP_ROLE
from kyodo_platform.database.provision import ServiceDatabase, access
from kyodo_platform.service import Service

Object = dict[str, Any]

API = "postgresql.cnpg.io/v1"


def databases(services: Iterable[Service]) -> list[Object]:
    """A Cluster, its daily backup, and the policy that lets its own service in, for each service."""
    made = [
        (_cluster(service), _backup(service, minute), _lets_its_service_in(service))
        for minute, service in enumerate(services)
    ]
    return [object_ for objects in made for object_ in objects]


def cluster_name(service: str) -> str:
    """The Cluster of a service; its address for writing is this with `-rw`."""
    return f"{service}-db"


def _cluster(service: Service) -> Object:
    database, name = ServiceDatabase(service.name, password="", owner_password=""), cluster_name(service.name)
    bootstrap = {
        "database": database.database,
        "owner": database.owner_role,
        "secret": {"name": f"{name}-owner"},
        "encoding": "UTF8",
        "dataChecksums": True,
        # As `provision` does it; the passwords come from the secrets, by the operator.
        "postInitApplicationSQL": [
            f"CREATE ROLE {APP_ROLE} NOLOGIN",
            f"CREATE ROLE {database.app_role} LOGIN NOBYPASSRLS NOSUPERUSER IN ROLE {APP_ROLE}",
            *access(database),
        ],
    }
    app = {"name": database.app_role, "login": True, "inRoles": [APP_ROLE], "passwordSecret": {"name": f"{name}-app"}}
    return {
        "apiVersion": API,
        "kind": "Cluster",
        "metadata": {"name": name},
        "spec": {
            "bootstrap": {"initdb": bootstrap},
            "managed": {"roles": [app]},
            "plugins": [_archive(name)],
        },
    }


def _archive(cluster: str) -> Object:
    where = {"barmanObjectName": "backups", "serverName": cluster}
    return {"name": "barman-cloud.cloudnative-pg.io", "isWALArchiver": True, "parameters": where}


def _backup(service: Service, minute: int) -> Object:
    """Daily at 3 in Tokyo, ten minutes apart. The schedule begins with seconds and is in UTC."""
    name = cluster_name(service.name)
    return {
        "apiVersion": API,
        "kind": "ScheduledBackup",
        "metadata": {"name": name},
        "spec": {
            "schedule": f"0 {10 * minute} 18 * * *",
            "cluster": {"name": name},
            "method": "plugin",
            "pluginConfiguration": {"name": "barman-cloud.cloudnative-pg.io"},
            "backupOwnerReference": "self",
            "immediate": True,
        },
    }


def _lets_its_service_in(service: Service) -> Object:
    own = {"app.kubernetes.io/part-of": "kyodo", "app.kubernetes.io/name": service.name}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"{cluster_name(service.name)}-from-{service.name}"},
        "spec": {
            "podSelector": {"matchLabels": {"cnpg.io/cluster": cluster_name(service.name)}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": own}}], "ports": [{"port": 5432}]}],
        },
    }

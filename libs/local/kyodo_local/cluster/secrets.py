"""The secrets that the manifests name, with passwords and keys drawn anew: printed once, and kept nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from kyodo_local.cluster.databases import cluster_name
from kyodo_local.cluster.kafka import SCALER
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.service import Service
from kyodo_platform.signing import new_signing_keys

Object = dict[str, Any]

KAFKA = "kafka-kafka-bootstrap:9093"
TRUST = "/etc/kyodo/trust"
"""Where the authorities of PostgreSQL's and Kafka's certificates are mounted."""
BYTES = 32  # what AES-256 takes as a key

SIGNS = "academy"
"""The service whose badges and certificates are verified by others."""


def new_secrets(services: Iterable[Service]) -> list[Object]:
    """A set of secrets for an installation that has none: applied over an existing one it locks everybody out."""
    made = [
        secret for service in services for secret in (*_of_database(service), _of_kafka(service.name), _own(service))
    ]
    return [*made, _of_kafka(SCALER)]


def password_of(user: str) -> Object:
    """The secret of a user of Kafka who is none of our services, with a new password."""
    return _secret(f"{user}-kafka", username=user, password=secrets.token_hex(BYTES))


def _of_database(service: Service) -> list[Object]:
    cluster = cluster_name(service.name)
    database = ServiceDatabase(service.name, secrets.token_hex(BYTES), secrets.token_hex(BYTES))
    server = f"postgresql://{cluster}-rw:5432"
    verified = f"?sslmode=verify-full&sslrootcert={TRUST}/postgresql.crt"
    roles = {
        "app": (database.app_role, database.password, database.app_url(server)),
        "owner": (database.owner_role, database.owner_password, database.owner_url(server)),
    }
    made = [
        _secret(f"{cluster}-{role}", username=name, password=password, uri=url + verified)
        for role, (name, password, url) in roles.items()
    ]
    for secret in made:
        secret["type"] = "kubernetes.io/basic-auth"
        secret["metadata"]["labels"] = {"cnpg.io/reload": "true"}  # a changed password is taken over at once
    return made


def _of_kafka(user: str) -> Object:
    password = secrets.token_hex(BYTES)
    address = f"tls://{user}:{password}@{KAFKA}?ca={TRUST}/kafka.crt"
    return _secret(f"{user}-kafka", username=user, password=password, bootstrap=address)


def _own(service: Service) -> Object:
    values = {"cursor-secret": secrets.token_hex(BYTES)}
    if service.personal_data:
        values["personal-keys"] = secrets.token_hex(BYTES)
    if service.name == SIGNS:
        values["signing-keys"] = new_signing_keys()
    return _secret(f"{service.name}-secrets", **values)


def _secret(name: str, **values: str) -> Object:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": values}

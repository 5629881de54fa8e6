"""Rules of settings: what a pod is told is what its service reads, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from unittest.mock import patch

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from kyodo_local.cluster.secrets import SIGNS, new_secrets
from kyodo_local.services import all_services
from kyodo_platform.runtime import ring_of
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings, variable
from tests.support.cluster.rendered import NAME, Object, Objects, at, called, containers, of, pods

OF_OPERATORS = {
    ("kafka-cluster-ca-cert", "ca.crt"),
    *((f"{service.name}-db-ca", "ca.crt") for service in all_services()),
}
"""Secrets that Strimzi and CloudNativePG make."""
OF_BACKUPS = {("backups", "access-key-id"), ("backups", "secret-access-key")}
"""The secret that whoever owns the bucket gives."""


def every_variable_is_a_setting(objects: Objects) -> list[str]:
    """Of all services or of one."""
    known = {
        variable(name, service)
        for name in Settings.model_fields
        for service in (None, *(s.name for s in all_services()))
    }
    told = [(name, v["name"]) for name, container in containers(objects) for v in container["env"]]
    told += [(called(config), name) for config in of(objects, "ConfigMap") for name in config["data"]]
    return [f"{where}: {name} is no setting" for where, name in told if name not in known]


def every_setting_that_is_needed_is_given(objects: Objects) -> list[str]:
    """What has no default and what is secret; and with all of it the service's settings are valid."""
    wrong = []
    for service, template in _by_service(objects):
        told = _environment(objects, template)
        missing = {variable(name) for name in _needed(service)} - told.keys()
        wrong += [f"{service.name}: {name} is not given" for name in sorted(missing)]
        try:
            with patch.dict("os.environ", told, clear=True):
                ring_of(service, Settings.for_service(service.name))
        except ValidationError as error:
            wrong += [f"{service.name}: {'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        except RuntimeError as error:
            wrong.append(str(error))
    return wrong


def every_server_knows_its_address(objects: Objects) -> list[str]:
    """Each its own, with the path below which the gateway leads to it: catalogues, badges and pages link by it."""
    wrong = []
    for service, template in _by_service(objects):
        with patch.dict("os.environ", _environment(objects, template), clear=True):
            address = Settings.for_service(service.name).public_url
        if not address.endswith(f"/{service.name}"):
            wrong.append(f"{service.name}: its address is {address}")
    return wrong


def secrets_are_never_written_down(objects: Objects) -> list[str]:
    """No Secret is in the manifests, no secret setting in a ConfigMap or a value; what is named is what is made."""
    wrong = [f"{called(secret)} is committed" for secret in of(objects, "Secret")]
    secret = {
        variable(name, service) for name in _secret_fields() for service in (None, *(s.name for s in all_services()))
    }
    wrong += [f"{called(c)} holds {name}" for c in of(objects, "ConfigMap") for name in c["data"] if name in secret]
    wrong += [f"{name} holds {v['name']}" for name, c in containers(objects) for v in c["env"] if "value" in v]
    made = {(name, key) for name, values in _made().items() for key in values}
    known = made | OF_OPERATORS | OF_BACKUPS
    return wrong + [
        f"{where}: nobody makes the secret {named}" for where, named in _named(objects) if named not in known
    ]


def _named(objects: Objects) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every secret that is named, and its key."""
    for name, container in containers(objects):
        for one in container["env"]:
            if "valueFrom" in one:
                yield name, _reference(one["valueFrom"]["secretKeyRef"])
    for name, template in pods(objects):
        for volume in template["spec"]["volumes"]:
            for source in at(volume, "projected/sources", []):
                yield from ((name, (source["secret"]["name"], item["key"])) for item in source["secret"]["items"])
    for user in of(objects, "KafkaUser"):
        yield called(user), _reference(at(user, "spec/authentication/password/valueFrom/secretKeyRef"))
    for login in of(objects, "TriggerAuthentication"):
        yield from ((called(login), _reference(reference)) for reference in at(login, "spec/secretTargetRef"))
    for cluster in of(objects, "Cluster"):
        roles = [at(cluster, "spec/bootstrap/initdb/secret/name")]
        roles += [role["passwordSecret"]["name"] for role in at(cluster, "spec/managed/roles")]
        yield from ((called(cluster), (name, key)) for name in roles for key in ("username", "password"))
    for store in of(objects, "ObjectStore"):
        yield from ((called(store), _reference(r)) for r in at(store, "spec/configuration/s3Credentials").values())


def _reference(reference: Mapping[str, str]) -> tuple[str, str]:
    return reference["name"], reference["key"]


@cache
def _made() -> dict[str, dict[str, str]]:
    """The secrets of a new installation; to draw keys takes a second."""
    return {secret["metadata"]["name"]: secret["stringData"] for secret in new_secrets(all_services())}


def _by_service(objects: Objects) -> Iterator[tuple[Service, Object]]:
    for service in all_services():
        for _, template in pods(objects):
            if template["metadata"]["labels"][NAME] == service.name:
                yield service, template


def _environment(objects: Objects, template: Object) -> dict[str, str]:
    """What the pod's process is told, with new secrets."""
    values = _made()
    (container,) = template["spec"]["containers"]
    told: dict[str, str] = {}
    for source in container["envFrom"]:
        for config in of(objects, "ConfigMap"):
            if config["metadata"]["name"] == source["configMapRef"]["name"]:
                told |= config["data"]
    for given in container["env"]:
        name, key = _reference(given["valueFrom"]["secretKeyRef"])
        if key in values.get(name, {}):
            told[given["name"]] = values[name][key]
    return told


def _needed(service: Service) -> set[str]:
    """The settings that have no default, and those that are secret, as far as this service reads them."""
    required = {name for name, field in Settings.model_fields.items() if field.is_required()}
    own = {"personal_keys": service.personal_data, "signing_keys": service.name == SIGNS, "owner_database_url": False}
    return required | {name for name in _secret_fields() if own.get(name, True)}


def _secret_fields() -> set[str]:
    return {name for name, field in Settings.model_fields.items() if _is_secret(field)}


def _is_secret(field: FieldInfo) -> bool:
    return not field.repr or "SecretStr" in str(field.annotation) or field.annotation is SecretStr


RULES = [
    every_variable_is_a_setting,
    every_setting_that_is_needed_is_given,
    every_server_knows_its_address,
    secrets_are_never_written_down,
]

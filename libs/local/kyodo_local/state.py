"""What the embedded stack remembers in its state directory: passwords, keys, and where it runs."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from kyodo_platform.configuration import read_settings
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.settings import Settings, given_in, surroundings
from kyodo_platform.signing import new_signing_keys

STACK = "stack.json"
SECRET_BYTES = 32  # what AES-256 takes as a key


class State:
    """The state directory (`.kyodo`): git-ignored, removed by `make clean`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def issuer(self) -> LocalIssuer:
        """The local token issuer, with its key made on first use."""
        return LocalIssuer(self.folder / "issuer")

    def database_of(self, service: str) -> ServiceDatabase:
        """The service's database with the passwords of its roles, drawn on first use."""
        known = self._secrets()
        return ServiceDatabase(service, known[service], known[f"{service}-owner"])

    def cursor_secret(self) -> str:
        """The key that signs page cursors."""
        return self._secrets()["cursors"]

    def personal_keys(self) -> str:
        """The key that encrypts persons' keys."""
        return self._secrets()["persons"]

    def signing_keys(self) -> str:
        """The keys that sign badges, made on first use."""
        path = self.folder / "signing-keys.json"
        if not path.exists():
            _write_private(path, json.loads(new_signing_keys()))
        return path.read_text()

    def remember(self, settings: dict[str, Settings], url: str) -> None:
        """Note where the stack runs, for the commands that talk to it."""
        connections = {
            name: {
                "database_url": one.database_url,
                "owner_database_url": one.owner_database_url,
                "kafka_bootstrap": one.kafka_bootstrap,
                "kafka_idempotent_producer": one.kafka_idempotent_producer,
            }
            for name, one in settings.items()
        }
        _write_private(self.folder / STACK, {"url": url, "services": connections})

    def settings_for(self, service: str) -> Settings:
        """The settings of a service: what it was given, and for the rest those of the stack that ran here."""
        issuer = self.issuer()
        groups: list[dict[str, Any]] = [
            {"oidc_issuer": issuer.issuer, "oidc_audience": issuer.audience, "oidc_jwks_url": issuer.jwks_url},
            {"cursor_secret": self.cursor_secret()},
            {"personal_keys": self.personal_keys()},
            {"signing_keys": self.signing_keys()},
        ]
        ran = json.loads((self.folder / STACK).read_text())["services"][service]
        groups += [{k: v for k, v in ran.items() if ("kafka" in k) is kafka} for kafka in (True, False)]
        # A group is taken whole or not at all: an owner's address without its database would be of another server.
        given = surroundings()
        unset = [group for group in groups if not any(given_in(given, name, service) for name in group)]
        return Settings.for_service(service, **{name: value for group in unset for name, value in group.items()})

    def _secrets(self) -> dict[str, str]:
        path = self.folder / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        names = ["procurement", "talent", "supporter-matching", "academy", "cost-ledger"]
        wanted = [*names, *(f"{name}-owner" for name in names), "cursors", "persons"]
        missing = {name: secrets.token_hex(SECRET_BYTES) for name in wanted if name not in known}
        if missing:
            known |= missing
            _write_private(path, known)
        return known


Needed = Literal["database", "kafka", "identity"]

_PLACEHOLDERS: dict[Needed, dict[str, str]] = {
    "database": {"database_url": "postgresql://"},
    "kafka": {"kafka_bootstrap": "none"},
    "identity": {"oidc_issuer": "none", "oidc_jwks_url": "file:///none", "cursor_secret": "-" * 32},
}


def settings_of(folder: Path, service: str, *needs: Needed) -> Settings:
    """The settings of a service for a command: those it was given alone, unless a stack ran in this folder.

    `needs` names what the command uses; the rest may be missing, so that a job gets no secret that it has no use for.
    A command that names nothing uses everything. Without a stack nothing is made up, and nothing is written.
    Raises BadConfiguration.
    """
    if (folder / STACK).exists():
        return read_settings(service, lambda: State(folder).settings_for(service))
    return read_settings(service, lambda: Settings.for_service(service, **_unused(service, needs)))


def _unused(service: str, needs: Sequence[Needed]) -> dict[str, str]:
    """Something in the place of what a command has no use for and was not given."""
    given = surroundings()
    spared = [values for group, values in _PLACEHOLDERS.items() if needs and group not in needs]
    return {k: v for values in spared for k, v in values.items() if not given_in(given, k, service)}


def _write_private(path: Path, content: object) -> None:
    # Servers of an unprivileged user live below, so the folder may be walked through; what is secret has its own mode.
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
    draft.replace(path)

"""The secrets that docker-compose.yml names, drawn for one machine: a file each, which is never committed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from kyodo_local.services import all_services
from kyodo_local.state import SECRET_BYTES
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.signing import new_signing_keys

FOLDER = Path("deploy/compose/secrets")
_SERVER = "postgres:5432"
_ALONE = (
    "keycloak_admin_password",
    "keycloak_database_password",
    "grafana_admin_password",
    "exercise_password",
    "exercise_client_secret",
)

Draw = Callable[[], str]


def make(folder: Path) -> int:
    """Make what is missing, and answer how many; what is there stays, for databases and tokens hang on it.

    The folder is its owner's alone. The files in it may be read by everybody, because compose shows each to a container
    as it is, and the programs there run as users of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    there = {path.name for path in folder.iterdir()}
    made = _drawn(folder)
    missing = {name: value for name, value in made.items() if name not in there}
    for name, value in missing.items():
        _write(folder / name, value)
    return len(missing)


def _drawn(folder: Path) -> dict[str, str]:
    """A value for each secret; the administrator's address repeats the password that the server was made with."""
    password = _kept(folder / "postgres_password")
    values = {
        "postgres_password": password,
        "admin_database_url": f"postgresql://postgres:{password}@{_SERVER}/postgres",
        **{name: _random() for name in _ALONE},
    }
    for service in all_services():
        database = ServiceDatabase(service.name, _random(), _random())
        values |= {
            f"{database.role_suffix}_database_url": database.app_url(f"postgresql://{_SERVER}"),
            f"{database.role_suffix}_owner_database_url": database.owner_url(f"postgresql://{_SERVER}"),
            f"{database.role_suffix}_cursor_secret": _random(),
        }
        if service.personal_data:
            values[f"{database.role_suffix}_personal_keys"] = _random()
    return values | {"academy_signing_keys": new_signing_keys()}


def _kept(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else _random()


def _random() -> str:
    return secrets.token_hex(SECRET_BYTES)


def _write(path: Path, value: str) -> None:
    """Whole or not at all: half a key would encrypt what nobody can ever read."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
    draft.replace(path)

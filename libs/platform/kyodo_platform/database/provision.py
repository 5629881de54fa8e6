"""Roles and databases, made once by an administrator.

Per service an owner role that migrates and an application role that owns nothing and cannot bypass row-level
security; all application roles are members of `kyodo_app`, to which the migrations grant. No role may connect
to another service's database.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from kyodo_events.schema import APP_ROLE


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """One service's database with the names and passwords of its two roles."""

    service: str
    password: str
    owner_password: str
    name: str = ""

    @property
    def database(self) -> str:
        """The database's name, kyodo_<service> unless a test gave another one."""
        return self.name or f"kyodo_{self.role_suffix}"

    @property
    def role_suffix(self) -> str:
        """The service's name as SQL identifiers are written."""
        return self.service.replace("-", "_")

    @property
    def app_role(self) -> str:
        """The role the service connects as."""
        return f"kyodo_{self.role_suffix}"

    @property
    def owner_role(self) -> str:
        """The role that owns the tables and runs migrations."""
        return f"kyodo_{self.role_suffix}_owner"

    def app_url(self, admin_url: str) -> str:
        """Where the service connects, on the administrator's server."""
        return _url(admin_url, self.app_role, self.password, self.database)

    def owner_url(self, admin_url: str) -> str:
        """Where migrations connect, on the administrator's server."""
        return _url(admin_url, self.owner_role, self.owner_password, self.database)


def access(database: ServiceDatabase) -> list[str]:
    """Statements that let the service's own two roles, and no other service's, connect to its database.

    Temporary tables are the kernel's: what arrives is put into one before it goes into the inbox.
    """
    return [
        f"REVOKE ALL ON DATABASE {database.database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database.database} TO {database.app_role}",
    ]


async def provision(admin_url: str, *databases: ServiceDatabase) -> None:
    """Make roles and databases that do not exist yet, and set their passwords. Safe to repeat."""
    connection = await asyncpg.connect(admin_url, command_timeout=60)
    try:
        await _make_role(connection, APP_ROLE, "NOLOGIN")
        for database in databases:
            await _make_role(connection, database.app_role, _login(database.password))
            await _make_role(connection, database.owner_role, _login(database.owner_password))
            await connection.execute(f"GRANT {APP_ROLE} TO {database.app_role}")
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database.database):
                await connection.execute(f"CREATE DATABASE {database.database} OWNER {database.owner_role}")
            for statement in access(database):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _make_role(connection: asyncpg.Connection, role: str, options: str) -> None:
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    await connection.execute(f"{'ALTER' if exists else 'CREATE'} ROLE {role} WITH {options}")


def _login(password: str) -> str:
    if not password.isalnum():
        raise ValueError("database passwords are letters and digits only: they become part of a statement and a URL")
    return f"LOGIN PASSWORD '{password}' NOBYPASSRLS NOSUPERUSER"


def _url(admin_url: str, role: str, password: str, database: str) -> str:
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{host}", path=f"/{database}"))

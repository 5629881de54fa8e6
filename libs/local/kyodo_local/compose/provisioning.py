"""`kyodo provision`: roles and databases of all services and of Keycloak, by the addresses they are given."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from kyodo_local.services import NAMES
from kyodo_platform.configuration import BadConfiguration
from kyodo_platform.database.provision import ServiceDatabase, provision
from kyodo_platform.settings import surroundings, variable

ADMIN_URL, KEYCLOAK_PASSWORD = "KYODO_ADMIN_DATABASE_URL", "KYODO_KEYCLOAK_DATABASE_PASSWORD"
URLS = ("database_url", "owner_database_url")


def provision_all() -> list[str]:
    """Make what does not exist yet and set all passwords, safe to repeat; answers with the names of the databases.

    Keycloak's is owned by the role that it connects as. Raises BadConfiguration for a variable that is missing.
    """
    given = surroundings()
    wanted = [ADMIN_URL, KEYCLOAK_PASSWORD]
    wanted += [variable(url, name) for name in NAMES for url in URLS]
    for missing in (name for name in wanted if name not in given):
        raise BadConfiguration(missing, "is not set, neither in the environment nor as a file in KYODO_SECRETS_DIR")
    databases = [_database(name, given) for name in NAMES]
    databases.append(ServiceDatabase("keycloak", given[KEYCLOAK_PASSWORD], given[KEYCLOAK_PASSWORD]))
    asyncio.run(provision(given[ADMIN_URL], *databases))
    return [database.database for database in databases]


def _database(service: str, given: Mapping[str, str]) -> ServiceDatabase:
    passwords = (urlsplit(given[variable(url, service)]).password for url in URLS)
    return ServiceDatabase(service, *(password or "" for password in passwords))

"""A real Keycloak with the realm that compose imports: its tokens are accepted for every role, all others refused.

It is started by the compose file's own command, with the PostgreSQL and the job that it waits for. That takes a minute
and Java, so it is left to `make test-kafka`.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kyodo_local.compose.stack import Addresses, running
from kyodo_local.demo.who import Who, officer
from kyodo_local.keycloak.realm import AUDIENCE, REALM
from kyodo_local.keycloak.tokens import KeycloakTokens
from kyodo_platform.app import create_app
from kyodo_platform.identity.key_sources import FRESH_SECONDS, JwksUrl
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.tokens import LEEWAY_SECONDS, TokenVerifier
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.identity_provider import fault_of
from tests.support.services import service

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("KYODO_TEST_BROKER") != "apache", reason="`make test-kafka` starts Keycloak"),
    pytest.mark.asyncio(loop_scope="module"),
]

RECORD = "0193f1a0-0000-7000-8000-000000000001"
HAVE_RECORDS = {Role.EXPERT, Role.SUPPORTER, Role.HOST, Role.LEARNER, Role.LECTURER}
HOLDERS = [
    Who(role, "131016" if role in MUNICIPAL_ROLES else None, None, RECORD if role in HAVE_RECORDS else None)
    for role in Role
]


class Keycloak:
    """The running Keycloak, with the tokens of its people and its administrator."""

    def __init__(self, stack: Addresses, tokens: KeycloakTokens, http: httpx.AsyncClient) -> None:
        self.stack, self.tokens, self.http = stack, tokens, http
        self.issuer = f"{stack.edge}/identity/realms/{REALM}"
        self.jwks_url = f"{stack.keycloak}/realms/{REALM}/protocol/openid-connect/certs"

    def verifier(self, clock: Callable[[], float] = time.time) -> TokenVerifier:
        """What a service checks tokens with, by a clock of the test's own."""
        return TokenVerifier(self.issuer, AUDIENCE, JwksUrl(self.jwks_url, clock=clock), clock=clock)

    async def signed_in(self, realm: str, name: str, password: str) -> str:
        """A token of Keycloak's own client `admin-cli`, which is in each realm and has nothing to do with us."""
        form = {"client_id": "admin-cli", "grant_type": "password", "username": name, "password": password}
        answer = await self.http.post(f"/realms/{realm}/protocol/openid-connect/token", data=form)
        return str(answer.raise_for_status().json()["access_token"])

    async def administrator(self) -> dict[str, str]:
        """The headers of Keycloak's administrator."""
        token = await self.signed_in("master", "admin", self.stack.secret("keycloak_admin_password"))
        return {"Authorization": f"Bearer {token}"}

    async def rotate(self) -> None:
        """Sign with a new key from now on, and take the earlier ones out."""
        headers, path = await self.administrator(), f"/admin/realms/{REALM}/components"
        keys = "org.keycloak.keys.KeyProvider"
        found = (await self.http.get(path, params={"type": keys}, headers=headers)).raise_for_status().json()
        new = {"name": "new", "providerId": "rsa-generated", "providerType": keys, "config": {"priority": ["200"]}}
        (await self.http.post(path, json=new, headers=headers)).raise_for_status()
        for old in found:
            if old["providerId"] == "rsa-generated":
                (await self.http.delete(f"{path}/{old['id']}", headers=headers)).raise_for_status()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keycloak(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Keycloak]:
    folder: Path = tmp_path_factory.mktemp("stack")
    async with running(folder, print, "keycloak") as stack, httpx.AsyncClient(base_url=stack.keycloak) as http:
        secret, password = stack.secret("exercise_client_secret"), stack.secret("exercise_password")
        async with KeycloakTokens.at(stack.keycloak, stack.keycloak, secret=secret, password=password) as tokens:
            yield Keycloak(stack, tokens, http)


@pytest.mark.parametrize("who", HOLDERS, ids=str)
async def test_each_role_is_recognised(keycloak: Keycloak, who: Who) -> None:
    identity = await keycloak.verifier().verify(await keycloak.tokens.of(who))
    assert (identity.roles, identity.municipality, identity.person) == (
        frozenset({who.role}),
        who.municipality,
        who.person,
    )


async def test_a_service_answers_by_its_tokens(
    keycloak: Keycloak, databases: Databases, settings_for: Callable[..., Settings]
) -> None:
    found = service("procurement")
    async with databases.of(found.name, found.migrations) as database:
        url, issuer = database.app_url(databases.admin_url), {"oidc_issuer": keycloak.issuer}
        settings = settings_for(found.name, url, **issuer, oidc_jwks_url=keycloak.jwks_url, oidc_audience=AUDIENCE)
        app = create_app(found, settings, messaging=False)
        transport = httpx.ASGITransport(app=app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://k") as api:
            for who in HOLDERS:
                headers = {"Authorization": f"Bearer {await keycloak.tokens.of(who)}"}
                assert (await api.get("/v1/themes", headers=headers)).status_code in {200, 403}, who
            mine = {"Authorization": f"Bearer {await keycloak.tokens.of(officer('131016'))}"}
            assert (await api.get("/v1/themes", headers=mine)).status_code == 200
            refused = await api.get("/v1/themes", headers=await keycloak.administrator())
            assert (refused.status_code, refused.json()["type"]) == (401, "/problems/unauthenticated")


async def test_an_expired_token_is_refused(keycloak: Keycloak) -> None:
    token = await keycloak.tokens.of(officer("131016"))
    later = keycloak.verifier(lambda: time.time() + 600 + LEEWAY_SECONDS + 1)
    assert await fault_of(later, token) == "expired"


async def test_a_token_for_another_audience_is_refused(keycloak: Keycloak) -> None:
    token = await keycloak.signed_in(REALM, "officer-131016", keycloak.stack.secret("exercise_password"))
    assert await fault_of(keycloak.verifier(), token) == "claims"


async def test_a_token_of_another_realm_is_refused(keycloak: Keycloak) -> None:
    token = await keycloak.signed_in("master", "admin", keycloak.stack.secret("keycloak_admin_password"))
    assert await fault_of(keycloak.verifier(), token) == "unknown-key"


async def test_a_key_that_was_taken_out_is_refused(keycloak: Keycloak) -> None:
    now = time.time()
    verifier = keycloak.verifier(lambda: now)
    old = await keycloak.tokens.of(officer("131016"))
    await verifier.verify(old)
    await keycloak.rotate()
    now += FRESH_SECONDS
    assert await fault_of(verifier, old) == "unknown-key"
    new = await keycloak.tokens.of(officer("131024"))
    assert (await verifier.verify(new)).municipality == "131024"

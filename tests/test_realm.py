"""The realm that Keycloak imports: what code makes of the product's own lists, without secrets, and safe by default."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from kyodo_events.values.municipalities import municipalities
from kyodo_local.keycloak import realm as realm_module
from kyodo_local.keycloak.people import people, username
from kyodo_local.keycloak.realm import EXERCISE_CLIENT, REGISTRAR, WEB_CLIENT, document
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.tokens import MUNICIPALITY_CLAIM, PERSON_CLAIM, ROLES_CLAIM
from tests.support.compose_file import services

REALM: dict[str, Any] = json.loads(realm_module.FILE.read_text(encoding="utf-8"))
USERS = {user["username"]: user for user in REALM["users"]}
CLIENTS = {client["clientId"]: client for client in REALM["clients"]}
IN_EXERCISES_ONLY = "${KYODO_EXERCISE:false}"


def test_the_committed_file_is_what_code_makes() -> None:
    assert realm_module.FILE.read_text(encoding="utf-8") == document(), "run python -m kyodo_local.keycloak.realm"


def test_the_62_municipalities_are_organisations() -> None:
    said = {organisation["alias"]: organisation["name"] for organisation in REALM["organizations"]}
    assert said == {municipality.code: municipality.name_ja for municipality in municipalities()}
    domains = [domain["name"] for organisation in REALM["organizations"] for domain in organisation["domains"]]
    assert len(set(domains)) == len(domains) == 62
    assert all(domain.endswith(".example") for domain in domains), "a name that is nobody's (RFC 2606)"


def test_every_role_exists_and_is_held_by_somebody() -> None:
    roles = {role["name"] for role in REALM["roles"]["realm"]}
    assert roles == {role.value for role in Role}
    assert {group["name"]: group["realmRoles"] for group in REALM["groups"]} == {role: [role] for role in roles}
    held = {group.strip("/") for user in USERS.values() for group in user.get("groups", [])}
    assert held == roles


def test_officers_and_approvers_belong_to_their_municipality() -> None:
    members = {o["alias"]: {member["username"] for member in o["members"]} for o in REALM["organizations"]}
    for who in people():
        user = USERS[username(who)]
        assert user["attributes"].get(MUNICIPALITY_CLAIM) == ([who.municipality] if who.municipality else None)
        assert who.role not in MUNICIPAL_ROLES or username(who) in members[str(who.municipality)]
    for code, names in members.items():
        assert {f"officer-{code}", f"approver-{code}"} <= names


@pytest.mark.parametrize("name", [WEB_CLIENT, EXERCISE_CLIENT])
def test_tokens_say_what_the_services_read(name: str) -> None:
    mappers = {mapper["name"]: mapper["config"] for mapper in CLIENTS[name]["protocolMappers"]}
    assert mappers["roles"]["claim.name"] == ROLES_CLAIM
    assert mappers["roles"]["multivalued"] == "true"
    for claim in (MUNICIPALITY_CLAIM, PERSON_CLAIM):
        assert mappers[claim]["claim.name"] == mappers[claim]["user.attribute"] == claim
    audiences = {said.get("environment", {}).get("KYODO_OIDC_AUDIENCE") for said in services().values()} - {None}
    assert {mappers["audience"]["included.custom.audience"]} == audiences


def test_nobody_changes_the_own_municipality_or_record() -> None:
    (profile,) = REALM["components"]["org.keycloak.userprofile.UserProfileProvider"]
    attributes = json.loads(profile["config"]["kc.user.profile.config"][0])["attributes"]
    may_edit = {attribute["name"]: attribute["permissions"]["edit"] for attribute in attributes}
    assert may_edit[MUNICIPALITY_CLAIM] == may_edit[PERSON_CLAIM] == may_edit["username"] == ["admin"]
    (codes,) = (a["validations"]["options"]["options"] for a in attributes if a["name"] == MUNICIPALITY_CLAIM)
    assert codes == [municipality.code for municipality in municipalities()]


def test_what_serves_exercises_is_off_elsewhere() -> None:
    assert {user["enabled"] for user in USERS.values()} == {IN_EXERCISES_ONLY}
    assert CLIENTS[EXERCISE_CLIENT]["enabled"] == CLIENTS[REGISTRAR]["enabled"] == IN_EXERCISES_ONLY
    assert CLIENTS[WEB_CLIENT]["directAccessGrantsEnabled"] is False
    assert CLIENTS[WEB_CLIENT]["attributes"] == {"pkce.code.challenge.method": "S256"}
    assert REALM["registrationAllowed"] is False


def test_it_holds_no_secret_and_all_that_is_filled_in_is_given() -> None:
    texts = re.findall(r'"(?:value|secret)": "([^"]*)"', document())
    assert set(texts) == {"${KYODO_EXERCISE_PASSWORD}", "${KYODO_EXERCISE_CLIENT_SECRET}"}
    keycloak = services()["keycloak"]
    given = {*keycloak["environment"], *(one["target"] for one in keycloak["secrets"])}
    assert set(re.findall(r"\$\{(\w+)", document())) <= given

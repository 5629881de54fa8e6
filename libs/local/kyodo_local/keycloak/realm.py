"""The realm that Keycloak imports, as code: roles, the 62 municipalities, clients, and the people of exercises.

`python -m kyodo_local.keycloak.realm` writes it to `deploy/keycloak/realm.json`, which is committed. It holds no
secret: `${NAME}` is filled in from Keycloak's environment at the import. Everything that serves exercises alone is
disabled unless `KYODO_EXERCISE` is true there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kyodo_events.values.municipalities import Municipality, municipalities
from kyodo_events.values.texts import ID_PATTERN
from kyodo_local.demo.who import Who
from kyodo_local.keycloak.people import people, username
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.tokens import MUNICIPALITY_CLAIM, PERSON_CLAIM, ROLES_CLAIM

REALM: Final = "kyodo"
AUDIENCE: Final = "kyodo"
WEB_CLIENT, EXERCISE_CLIENT, REGISTRAR = "kyodo-web", "kyodo-exercise", "kyodo-registrar"
FILE = Path(__file__).parents[4] / "deploy" / "keycloak" / "realm.json"

_IN_EXERCISES_ONLY = "${KYODO_EXERCISE:false}"
_PASSWORD, _CLIENT_SECRET = "${KYODO_EXERCISE_PASSWORD}", "${KYODO_EXERCISE_CLIENT_SECRET}"
_ACCESS_TOKEN_SECONDS = 600
_SESSION_SECONDS = 8 * 3600  # a working day

Json = dict[str, Any]


def realm() -> Json:
    """The whole realm, as Keycloak's import takes it."""
    everybody = people()
    return {
        "realm": REALM,
        "displayName": "Kyodo 協働",
        "enabled": True,
        "internationalizationEnabled": True,
        "supportedLocales": ["ja", "en"],
        "defaultLocale": "ja",
        "sslRequired": "external",
        "registrationAllowed": False,
        "bruteForceProtected": True,
        "defaultSignatureAlgorithm": "RS256",
        "accessTokenLifespan": _ACCESS_TOKEN_SECONDS,
        "ssoSessionMaxLifespan": _SESSION_SECONDS,
        "revokeRefreshToken": True,
        "roles": {"realm": [{"name": role.value} for role in Role]},
        "groups": [{"name": role.value, "realmRoles": [role.value]} for role in Role],
        "components": {_USER_PROFILE: [_user_profile()]},
        "organizationsEnabled": True,
        "organizations": [_organisation(municipality, everybody) for municipality in municipalities()],
        "clients": [_web_client(), _exercise_client(), _registrar()],
        "users": [*(_account(who) for who in everybody), _account_of_registrar()],
    }


def group_of(role: Role) -> str:
    """The path of the group whose members have this role."""
    return f"/{role.value}"


def attributes_of(who: Who) -> dict[str, list[str]]:
    """What an account says of its holder beside the role, under the names of the claims."""
    said = {MUNICIPALITY_CLAIM: who.municipality, PERSON_CLAIM: who.person}
    return {name: [value] for name, value in said.items() if value is not None}


def _organisation(municipality: Municipality, everybody: Sequence[Who]) -> Json:
    members = [username(who) for who in everybody if who.municipality == municipality.code]
    return {
        "name": municipality.name_ja,
        "alias": municipality.code,
        "enabled": True,
        "description": municipality.name_en,
        # Keycloak wants a domain of each; none of these is anybody's.
        "domains": [{"name": f"{municipality.code}.kyodo.example", "verified": False}],
        "members": [{"username": name, "membershipType": "UNMANAGED"} for name in members],
    }


def _account(who: Who) -> Json:
    return {
        "username": username(who),
        "enabled": _IN_EXERCISES_ONLY,
        "attributes": attributes_of(who),
        "groups": [group_of(who.role)],
        "credentials": [{"type": "password", "value": _PASSWORD, "temporary": False}],
    }


def _account_of_registrar() -> Json:
    return {
        "username": f"service-account-{REGISTRAR}",
        "enabled": _IN_EXERCISES_ONLY,
        "serviceAccountClientId": REGISTRAR,
        "clientRoles": {"realm-management": ["manage-users", "view-users"]},
    }


def _web_client() -> Json:
    """Where people sign in: a frontend in the browser, which can keep no secret, so with PKCE."""
    return {
        "clientId": WEB_CLIENT,
        "publicClient": True,
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "redirectUris": ["${KYODO_PUBLIC_URL}/*"],
        "webOrigins": ["+"],
        "attributes": {"pkce.code.challenge.method": "S256"},
        "defaultClientScopes": ["basic"],  # the subject is the account's id, which names nobody
        "protocolMappers": _claims(),
    }


def _exercise_client() -> Json:
    """By which the scenario gets its tokens: with the password of exercises, where exercises are held.

    The subject is the account's name there, so that the scenario knows beforehand who is an operator or a supplier.
    """
    return {
        "clientId": EXERCISE_CLIENT,
        "enabled": _IN_EXERCISES_ONLY,
        "secret": _CLIENT_SECRET,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": True,
        "defaultClientScopes": [],
        "protocolMappers": [
            _mapper("subject", "oidc-usermodel-property-mapper", "sub", **{"user.attribute": "username"}),
            *_claims(),
        ],
    }


def _registrar() -> Json:
    """By which an exercise makes accounts of experts, supporters and learners once a service keeps a record of them."""
    return {
        "clientId": REGISTRAR,
        "enabled": _IN_EXERCISES_ONLY,
        "secret": _CLIENT_SECRET,
        "standardFlowEnabled": False,
        "serviceAccountsEnabled": True,
    }


def _claims() -> list[Json]:
    """What the services read in an access token, beside the subject."""
    return [
        _mapper("roles", "oidc-usermodel-realm-role-mapper", ROLES_CLAIM, multivalued="true"),
        *(
            _mapper(claim, "oidc-usermodel-attribute-mapper", claim, **{"user.attribute": claim})
            for claim in (MUNICIPALITY_CLAIM, PERSON_CLAIM)
        ),
        _mapper("audience", "oidc-audience-mapper", **{"included.custom.audience": AUDIENCE}),
    ]


def _mapper(name: str, kind: str, claim: str | None = None, **config: str) -> Json:
    said = {"claim.name": claim, "jsonType.label": "String"} if claim else {}
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {**said, **config, "access.token.claim": "true", "id.token.claim": "false"},
    }


_USER_PROFILE: Final = "org.keycloak.userprofile.UserProfileProvider"


def _user_profile() -> Json:
    """What an account may say; nobody changes the own municipality or record, for they are what is believed."""
    codes = [municipality.code for municipality in municipalities()]
    given = {"view": ["admin", "user"], "edit": ["admin"]}
    own = {"view": ["admin", "user"], "edit": ["admin", "user"]}
    attributes = [
        {"name": "username", "permissions": given, "validations": {"length": {"min": 3, "max": 255}}},
        {"name": "email", "permissions": own, "validations": {"email": {}}},
        {"name": "firstName", "permissions": own, "validations": {"length": {"max": 255}}},
        {"name": "lastName", "permissions": own, "validations": {"length": {"max": 255}}},
        {"name": MUNICIPALITY_CLAIM, "permissions": given, "validations": {"options": {"options": codes}}},
        {"name": PERSON_CLAIM, "permissions": given, "validations": {"pattern": {"pattern": ID_PATTERN}}},
    ]
    profile = {"attributes": attributes, "unmanagedAttributePolicy": "ADMIN_VIEW"}
    return {
        "providerId": "declarative-user-profile",
        "config": {"kc.user.profile.config": [json.dumps(profile)]},
    }


def document() -> str:
    """The realm as the committed file holds it."""
    return json.dumps(realm(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")

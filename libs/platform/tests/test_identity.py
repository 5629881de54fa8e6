"""Tokens: only what the issuer signed for us, now, with a published key, is an identity."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from kyodo_events.errors import Unauthenticated
from kyodo_events.values.municipalities import UnknownMunicipality
from kyodo_platform.identity.issuer import LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer
from kyodo_platform.identity.key_sources import IdentityProviderUnavailable, JwksFile, JwksUrl, key_source
from kyodo_platform.identity.model import NOWHERE, Identity, Role
from kyodo_platform.identity.tokens import TokenVerifier
from tests.support.identity_provider import claims, fault_of

CHIYODA = "131016"


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    return LocalIssuer(tmp_path)


def verifier_of(issuer: LocalIssuer, **options: Any) -> TokenVerifier:
    return TokenVerifier(LOCAL_ISSUER, LOCAL_AUDIENCE, key_source(issuer.jwks_url), **options)


def signed(issuer: LocalIssuer, **changes: Any) -> str:
    """A token signed by the issuer's own key with claims it would not issue itself."""
    key = ECKey.import_key(json.loads((issuer.jwks_path.parent / "issuer-key.json").read_bytes()))
    return jwt.encode({"alg": "ES256", "kid": issuer.kid}, claims(**changes), key)


async def test_an_issued_token_proves_its_identity(issuer: LocalIssuer) -> None:
    token = issuer.issue(Role.OFFICER, Role.APPROVER, municipality=CHIYODA)
    assert await verifier_of(issuer).verify(token) == Identity(
        "officer+approver@131016", frozenset({Role.OFFICER, Role.APPROVER}), CHIYODA
    )


async def test_the_authorization_header(issuer: LocalIssuer) -> None:
    verifier = verifier_of(issuer)
    token = issuer.issue(Role.SECRETARIAT)
    assert await verifier.identify(None) is None
    known = await verifier.identify(f"bearer  {token} ")
    assert known is not None
    assert known.subject == "secretariat@tokyo"
    for wrong in (token, f"Basic {token}", "Bearer", "Bearer ", ""):
        with pytest.raises(Unauthenticated):
            await verifier.identify(wrong)


async def test_leeway_and_expiry_also_for_a_remembered_token(issuer: LocalIssuer) -> None:
    now = time.time()
    verifier = verifier_of(issuer, clock=lambda: now)
    token = issuer.issue(Role.AUDITOR, lifetime=timedelta(minutes=5))
    await verifier.verify(token)
    now += 5 * 60 + 50  # within the leeway of a minute
    await verifier.verify(token)
    now += 15
    assert await fault_of(verifier, token) == "expired"
    assert await fault_of(verifier_of(issuer, clock=lambda: now), token) == "expired"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"exp": time.time() - 3600}, "expired"),
        ({"nbf": time.time() + 3600}, "not-yet-valid"),
        ({"iss": "urn:somebody-else"}, "claims"),
        ({"aud": "another-service"}, "claims"),
        ({"aud": []}, "claims"),
        ({"iss": None}, "claims"),
        ({"aud": None}, "claims"),
        ({"exp": None}, "claims"),
        ({"exp": True}, "claims"),
        ({"sub": None}, "claims"),
        ({"sub": ""}, "claims"),
        ({"kyodo_roles": "secretariat"}, "claims"),
        ({"kyodo_municipality": "131017"}, "claims"),
        ({"kyodo_municipality": ["131016"]}, "claims"),
        ({"kyodo_municipality": ""}, "claims"),
        ({"kyodo_person": "Anna"}, "claims"),
        ({"kyodo_person": ["0193f1a0-0000-7000-8000-000000000001"]}, "claims"),
    ],
)
async def test_wrong_claims(issuer: LocalIssuer, changes: dict[str, Any], fault: str) -> None:
    assert await fault_of(verifier_of(issuer), signed(issuer, **changes)) == fault


async def test_the_record_of_the_person_who_signs_in(issuer: LocalIssuer) -> None:
    person = "0193f1a0-0000-7000-8000-000000000001"
    assert (await verifier_of(issuer).verify(issuer.issue(Role.EXPERT, person=person))).person == person


async def test_an_audience_among_several_and_roles_of_other_applications(issuer: LocalIssuer) -> None:
    token = signed(issuer, aud=["account", LOCAL_AUDIENCE], kyodo_roles=["offline_access", "expert", 7, ["auditor"]])
    assert await verifier_of(issuer).verify(token) == Identity("someone", frozenset({Role.EXPERT}))


async def test_signatures_that_do_not_count(issuer: LocalIssuer) -> None:
    verifier = verifier_of(issuer)
    token = issuer.issue(Role.SUPPORTER)
    head, body, signature = token.split(".")
    forged = urlsafe_b64encode(json.dumps(claims(kyodo_roles=["secretariat"])).encode()).rstrip(b"=").decode()
    stranger = jwt.encode({"alg": "ES256", "kid": issuer.kid}, claims(), ECKey.generate_key("P-256"))
    assert await fault_of(verifier, f"{head}.{forged}.{signature}") == "signature"
    assert await fault_of(verifier, f"{head}.{body}.{'A' * len(signature)}") == "signature"
    assert await fault_of(verifier, f"{head}.{body}.") == "signature"
    assert await fault_of(verifier, stranger) == "signature"


async def test_algorithms_that_do_not_count(issuer: LocalIssuer) -> None:
    verifier = verifier_of(issuer)
    none_head = urlsafe_b64encode(json.dumps({"alg": "none", "kid": issuer.kid}).encode()).rstrip(b"=").decode()
    body = urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode()
    assert await fault_of(verifier, f"{none_head}.{body}.") == "algorithm"
    # The public key as the secret of an HMAC: the classical confusion.
    secret = OctKey.import_key(issuer.jwks_path.read_bytes())
    assert await fault_of(verifier, jwt.encode({"alg": "HS256", "kid": issuer.kid}, claims(), secret)) == "algorithm"
    rsa = RSAKey.generate_key(2048)
    mixed = jwt.encode({"alg": "RS256", "kid": issuer.kid}, claims(), rsa)
    assert await fault_of(verifier, mixed) == "malformed"  # an EC key is published under that id
    unknown = jwt.encode({"alg": "ES256", "kid": "nobody"}, claims(), ECKey.generate_key("P-256"))
    assert await fault_of(verifier, unknown) == "unknown-key"
    nameless = jwt.encode({"alg": "ES256"}, claims(), ECKey.generate_key("P-256"))
    assert await fault_of(verifier, nameless) == "malformed"


@given(st.one_of(st.text(), st.binary(max_size=80).map(lambda raw: urlsafe_b64encode(raw).decode() + "..")))
def test_no_text_whatever_is_more_than_a_refusal(token: str) -> None:
    async def check() -> None:
        with pytest.raises(Unauthenticated):
            await TokenVerifier("i", "a", _Keys({})).verify(token)

    asyncio.run(check())


async def test_verified_tokens_are_remembered_within_bounds(issuer: LocalIssuer) -> None:
    verifier = verifier_of(issuer, keep=2)
    first, second, third = (issuer.issue(Role.AUDITOR, subject=name) for name in "abc")
    remembered = await verifier.verify(first)
    assert await verifier.verify(first) is remembered
    await verifier.verify(second)
    await verifier.verify(third)
    assert await verifier.verify(first) is not remembered  # pushed out, checked anew, equal
    assert await verifier.verify(first) == remembered


async def test_rotation_keeps_the_key_before_and_drops_older_ones(issuer: LocalIssuer) -> None:
    verifier = verifier_of(issuer)
    old = issuer.issue(Role.AUDITOR)
    await verifier.verify(old)
    issuer.rotate()
    new = issuer.issue(Role.AUDITOR)
    await verifier.verify(new)
    await verifier.verify(old)
    issuer.rotate()
    assert await fault_of(verifier, old) == "unknown-key"  # although it was remembered
    await verifier.verify(new)


def test_the_private_key_stays_private_and_the_same(tmp_path: Path) -> None:
    first = LocalIssuer(tmp_path / "state")
    private = tmp_path / "state" / "issuer-key.json"
    assert private.stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads(first.jwks_path.read_bytes())["keys"][0]
    assert LocalIssuer(tmp_path / "state").kid == first.kid
    first.jwks_path.unlink()  # as after a crash between the two files
    again = LocalIssuer(tmp_path / "state")
    assert [key["kid"] for key in json.loads(again.jwks_path.read_bytes())["keys"]] == [first.kid]
    first.rotate()
    assert private.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in private.parent.iterdir()) == ["issuer-key.json", "jwks.json"]


def test_the_issuer_refuses_tokens_that_mean_nothing(issuer: LocalIssuer) -> None:
    with pytest.raises(ValueError, match="role"):
        issuer.issue()
    with pytest.raises(ValueError, match="municipality"):
        issuer.issue(Role.OFFICER)
    with pytest.raises(UnknownMunicipality):
        issuer.issue(Role.OFFICER, municipality="131017")


async def test_a_missing_or_damaged_key_file_is_an_outage(tmp_path: Path) -> None:
    keys = JwksFile(tmp_path / "jwks.json")
    with pytest.raises(IdentityProviderUnavailable):
        await keys.find("any")
    for text in ("{", "[]", '{"keys": 1}'):
        (tmp_path / "jwks.json").write_text(text)
        with pytest.raises(IdentityProviderUnavailable):
            await keys.find("any")


def test_addresses_of_keys() -> None:
    assert isinstance(key_source("https://id.example/jwks"), JwksUrl)
    assert isinstance(key_source("file:///a%20b/jwks.json"), JwksFile)
    with pytest.raises(ValueError, match="JWKS"):
        key_source("ftp://id.example/jwks")


class _Keys:
    """Keys at hand."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self.keys = keys

    async def find(self, kid: str) -> Any:
        return self.keys.get(kid)


@pytest.mark.parametrize(
    ("roles", "municipality", "scope", "organisation"),
    [
        ({Role.SECRETARIAT}, None, None, "tokyo"),
        ({Role.AUDITOR}, None, None, "tokyo"),
        ({Role.OPERATOR}, None, None, "tokyo"),
        ({Role.INTEGRATOR}, None, None, "tokyo"),
        ({Role.INTEGRATOR}, CHIYODA, CHIYODA, CHIYODA),
        ({Role.OFFICER}, CHIYODA, CHIYODA, CHIYODA),
        ({Role.OFFICER, Role.SECRETARIAT}, CHIYODA, CHIYODA, CHIYODA),
        ({Role.OFFICER}, None, NOWHERE, "external"),
        ({Role.SUPPLIER}, None, NOWHERE, "external"),
        (set(), None, NOWHERE, "external"),
    ],
)
def test_whose_rows_a_caller_sees(
    roles: set[Role], municipality: str | None, scope: str | None, organisation: str
) -> None:
    identity = Identity("s", frozenset(roles), municipality)
    assert (identity.scope_municipality, identity.organisation) == (scope, organisation)

"""Keys that an identity provider publishes: fetched once, rotated, withdrawn, and bridged while it is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from kyodo_platform.identity.issuer import LOCAL_AUDIENCE, LOCAL_ISSUER
from kyodo_platform.identity.key_sources import (
    FRESH_SECONDS,
    REFETCH_SECONDS,
    STALE_SECONDS,
    IdentityProviderUnavailable,
    JwksUrl,
    KeySource,
)
from kyodo_platform.identity.tokens import TokenVerifier
from tests.support.identity_provider import Clock, Provider, claims, fault_of, serving


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    async with serving(provider):
        yield provider


@pytest.fixture
def clock() -> Clock:
    return Clock()


def token_of(key: RSAKey | ECKey) -> str:
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims(), key)


def verifier_with(keys: KeySource) -> TokenVerifier:
    return TokenVerifier(LOCAL_ISSUER, LOCAL_AUDIENCE, keys)


async def test_keys_over_http_are_fetched_once_and_rotated(provider: Provider, clock: Clock) -> None:
    rsa, later = RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)
    provider.keys = [rsa]
    provider.extra = [
        {"kty": "RSA", "use": "enc", "kid": "for-encryption", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-1", "kid": "odd-curve", "x": "", "y": ""},
        {"kty": "future", "kid": "unknown-type"},
        "no key at all",
    ]
    keys = JwksUrl(provider.url, clock=clock)
    verifier = verifier_with(keys)
    await asyncio.gather(*(verifier.verify(token_of(rsa)) for _ in range(20)))
    assert provider.asked == 1
    # Rotated at once: an unknown key does not ask again before ten seconds have passed.
    provider.keys = [later]
    assert await fault_of(verifier, token_of(later)) == "unknown-key"
    assert provider.asked == 1
    clock.now += REFETCH_SECONDS
    await asyncio.gather(*(verifier.verify(token_of(later)) for _ in range(20)))
    assert provider.asked == 2
    assert await fault_of(verifier, token_of(rsa)) == "unknown-key"  # withdrawn by the provider
    for _ in range(50):
        assert await fault_of(verifier, jwt.encode({"alg": "ES256", "kid": "x"}, claims(), later)) == "unknown-key"
    assert provider.asked == 2


async def test_a_withdrawn_key_stops_working_by_itself(provider: Provider, clock: Clock) -> None:
    kept, withdrawn = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
    provider.keys = [kept, withdrawn]
    verifier = verifier_with(JwksUrl(provider.url, clock=clock))
    staying, leaving = token_of(kept), token_of(withdrawn)
    identity = await verifier.verify(staying)
    await verifier.verify(leaving)
    provider.keys = [kept]
    clock.now += FRESH_SECONDS
    assert await fault_of(verifier, leaving) == "unknown-key"
    assert await verifier.verify(staying) is identity  # an unchanged key keeps what was verified with it


async def test_an_outage_of_the_provider_is_bridged_for_an_hour(provider: Provider, clock: Clock) -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    provider.keys = [key]
    keys = JwksUrl(provider.url, clock=clock)
    provider.down = True
    with pytest.raises(IdentityProviderUnavailable):
        await keys.find(str(key.kid))
    provider.down = False
    clock.now += 1
    assert await keys.find(str(key.kid)) is not None
    provider.down = True
    clock.now += FRESH_SECONDS
    assert await keys.find(str(key.kid)) is not None
    clock.now += STALE_SECONDS
    with pytest.raises(IdentityProviderUnavailable):
        await keys.find(str(key.kid))


async def test_nobody_listening_is_an_outage() -> None:
    provider = Provider()
    async with serving(provider):
        pass
    with pytest.raises(IdentityProviderUnavailable):
        await JwksUrl(provider.url).find("any")

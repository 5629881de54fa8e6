"""What a process says of itself: readiness, and the age of keys and certificates, from real ones."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import RSAKey
from prometheus_client import REGISTRY
from pydantic import SecretStr

from kyodo_platform import self_watch
from kyodo_platform.identity.key_sources import FRESH_SECONDS, JwksFile, JwksUrl
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.personal.keys import PERSONAL_1, erase_key, keys_for_sealing, rewrap
from kyodo_platform.runtime import Runtime
from kyodo_platform.self_watch import keep_watching, keep_watching_edge
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings
from kyodo_platform.signing import SigningKeys, new_signing_keys
from tests.support.identity_provider import Clock, Provider, serving
from tests.support.running import Running

NEW, OLD = "1" * 64, "2" * 64
EXPIRES = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)


@pytest.fixture
def runtime(sample: Running, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """The sample's runtime; it looks at itself as soon as it has looked."""
    monkeypatch.setattr(self_watch, "WATCH_SECONDS", 0.01)
    found: Runtime = sample.app.state.runtime
    return found


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A key and a certificate of 127.0.0.1 that ends at EXPIRES, trusted by this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "id.example.jp")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(EXPIRES - timedelta(days=3))
        .not_valid_after(EXPIRES)
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    return {"ssl_certfile": str(files[0]), "ssl_keyfile": str(files[1])}


def value(metric: str, **labels: str) -> float | None:
    """What /metrics would say of the sample service."""
    return REGISTRY.get_sample_value(metric, {"service": "sample", **labels})


@asynccontextmanager
async def watching(runtime: Runtime) -> AsyncIterator[None]:
    """Let it watch itself until the block ends."""
    task = asyncio.create_task(keep_watching(runtime))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(metric: str, expected: float, **labels: str) -> None:
    """Wait for a value."""
    async with asyncio.timeout(10):
        while value(metric, **labels) != expected:  # noqa: ASYNC110 - a gauge tells nobody that it was set
            await asyncio.sleep(0.01)


async def test_a_service_that_is_not_ready_says_so_until_it_is(sample: Running, runtime: Runtime) -> None:
    async with watching(runtime):
        await until("kyodo_ready", 1, check="database")
        (before,) = await sample.as_owner("SELECT version_num FROM alembic_version")
        await sample.as_owner("UPDATE alembic_version SET version_num = 'm0001'")
        await until("kyodo_ready", 0, check="database")
        await sample.as_owner(f"UPDATE alembic_version SET version_num = '{before[0]}'")
        await until("kyodo_ready", 1, check="database")


async def test_the_certificate_is_the_one_that_the_identity_provider_shows(
    runtime: Runtime, certified: dict[str, str]
) -> None:
    provider = Provider()
    provider.keys = [RSAKey.generate_key(2048, auto_kid=True)]
    begun = time.time()
    async with serving(provider, **certified):
        runtime.identity_keys = JwksUrl(provider.url)
        async with watching(runtime):
            party = {"party": "identity-provider"}
            await until("kyodo_certificate_expiry_timestamp_seconds", EXPIRES.timestamp(), **party)
    read = value("kyodo_identity_keys_read_timestamp_seconds")
    assert read is not None
    assert begun <= read <= time.time()


async def test_the_edges_certificate_is_the_one_under_which_the_service_is_reached(
    runtime: Runtime, certified: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_watch, "EDGE_SECONDS", 0.01)
    provider = Provider()
    async with serving(provider, **certified):
        edge = provider.url.rpartition("/")[0]
        runtime.settings = Settings.model_validate({**runtime.settings.model_dump(), "public_url": edge})
        task = asyncio.create_task(keep_watching_edge(runtime))
        await until("kyodo_certificate_expiry_timestamp_seconds", EXPIRES.timestamp(), party="edge")
    await asyncio.sleep(0.1)  # it is gone now
    assert not task.done(), "an edge that is not reached ends nothing"
    assert value("kyodo_certificate_expiry_timestamp_seconds", party="edge") == EXPIRES.timestamp()
    task.cancel()


async def test_nobody_is_asked_for_a_certificate_where_there_is_no_tls(runtime: Runtime) -> None:
    nowhere = {**runtime.settings.model_dump(), "public_url": "http://127.0.0.1:9/sample"}
    runtime.settings = Settings.model_validate(nowhere)
    task = asyncio.create_task(keep_watching_edge(runtime))
    await until("kyodo_certificate_expiry_timestamp_seconds", float("inf"), party="edge")
    task.cancel()


async def test_a_service_that_was_not_told_its_address_looks_at_none(runtime: Runtime) -> None:
    assert "public_url" not in runtime.settings.model_fields_set
    await asyncio.wait_for(keep_watching_edge(runtime), 5)


async def test_keys_are_read_again_though_nobody_signs_in(runtime: Runtime) -> None:
    provider, clock = Provider(), Clock()
    async with serving(provider):
        keys = JwksUrl(provider.url, clock=clock)
        await keys.renew()
        await keys.renew()
        assert provider.asked == 1
        assert keys.certificate_expires == float("inf")
        read = keys.read_at
        clock.now += FRESH_SECONDS
        provider.down = True
        await keys.renew()
        assert (provider.asked, keys.read_at) == (2, read)
        clock.now += 1
        provider.down = False
        await keys.renew()
        assert keys.read_at > read


async def test_keys_that_never_came_are_as_old_as_can_be(runtime: Runtime) -> None:
    runtime.identity_keys = JwksUrl("http://127.0.0.1:9/jwks")
    async with watching(runtime):
        await until("kyodo_identity_keys_read_timestamp_seconds", 0)


async def test_a_file_of_keys_needs_no_certificate(tmp_path: Path) -> None:
    keys = JwksFile(tmp_path / "jwks.json")
    await keys.renew()
    assert (keys.read_at, keys.certificate_expires) == (0, float("inf"))
    (tmp_path / "jwks.json").write_text('{"keys": []}')
    await keys.renew()
    assert keys.read_at == pytest.approx(time.time(), abs=5)


async def test_a_key_that_signs_tells_when_it_was_made(runtime: Runtime) -> None:
    setting = new_signing_keys()
    assert SigningKeys.of(setting).created == pytest.approx(time.time(), abs=60)
    entry = json.loads(setting)["keys"][0]
    named = SigningKeys.of(setting).keys.keys()
    del entry["iat"]
    silent = json.dumps({"keys": [entry]})
    assert SigningKeys.of(silent).created is None
    assert SigningKeys.of(silent).keys.keys() == named, "the key is named by what it is, not by when it was made"
    made = json.dumps({"keys": [{**entry, "iat": 1_700_000_000}]})
    runtime.settings = runtime.settings.model_copy(update={"signing_keys": SecretStr(made)})
    async with watching(runtime):
        await until("kyodo_signing_key_created_timestamp_seconds", 1_700_000_000)


async def test_persons_keys_under_an_earlier_key_are_counted(sample: Running, runtime: Runtime) -> None:
    await sample.as_owner(*PERSONAL_1)
    async with runtime.database.transaction() as tx:
        await keys_for_sealing(tx, KeyRing.of(OLD), ["a", "b", "c"])
        await erase_key(tx, "c")
    runtime.service = Service("sample", "", "", sample.service.home, personal_data=True)
    runtime.ring = KeyRing.of(f"{NEW},{OLD}")
    async with watching(runtime):
        await until("kyodo_personal_keys_to_rewrap", 2)
        await rewrap(runtime.database, runtime.ring)
        await until("kyodo_personal_keys_to_rewrap", 0)

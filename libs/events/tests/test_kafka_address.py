"""Addresses of Kafka: what a client makes of each."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kyodo_events.kafka_address import brokers_of, client_options


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The certificate of an authority of its own."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka")])
    begun = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(begun).not_valid_after(begun + datetime.timedelta(days=3650))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = tmp_path / "kafka.crt"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_brokers_alone_are_reached_without_tls() -> None:
    assert client_options("one:9092,two:9092") == {"bootstrap_servers": "one:9092,two:9092"}


def test_what_is_shown_of_an_address_holds_no_login() -> None:
    assert brokers_of("tls://talent:se%40cret@one:9093,two:9093?ca=/etc/kafka.crt") == "one:9093,two:9093"
    assert brokers_of("one:9092,two:9092") == "one:9092,two:9092"


async def test_a_login_goes_over_tls_that_verifies(authority: Path) -> None:
    options = client_options(f"tls://talent:se%40cret@one:9093,two:9093?ca={authority}")
    context = options.pop("ssl_context")
    assert options == {
        "bootstrap_servers": "one:9093,two:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "talent",
        "sasl_plain_password": "se@cret",
    }
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert [dict(pair for name in ca["subject"] for pair in name)["commonName"] for ca in context.get_ca_certs()] == [
        "kafka"
    ]
    producer = AIOKafkaProducer(ssl_context=context, **options)  # it refuses unknown and incomplete ones
    await producer.stop()


def test_without_a_login_it_is_tls_alone() -> None:
    options = client_options("tls://one:9093")
    assert options["security_protocol"] == "SSL"
    assert options["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    assert "sasl_mechanism" not in options


@pytest.mark.parametrize("wrong", ["tls://", "tls://user@one:9093", "tls://user:pw@one:9093?cert=/file", "tls://u:pw@"])
def test_what_is_no_address_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(ValueError, match="tls://user:password@host:port") as refused:
        client_options(wrong)
    assert "pw" not in str(refused.value)


def test_an_authority_that_is_not_there_is_named() -> None:
    with pytest.raises(OSError, match="No such file"):
        client_options("tls://user:pw@one:9093?ca=/nowhere/ca.crt")

"""Nobody reaches through a webhook what is not public: the rule for addresses, and that what was checked is reached."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kyodo_platform.webhooks import addresses
from kyodo_platform.webhooks.addresses import Address, is_public
from kyodo_platform.webhooks.requests import AddressNotAllowed, require_allowed
from kyodo_platform.webhooks.sending import Outcome, Sender
from tests.support.receiver import receiving

# The IANA special-purpose registries, written out: the rule itself asks Python's copy of them.
CLOSED_4 = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29"),
    *("192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4"),
    *("240.0.0.0/4", "255.255.255.255/32"),
]
CLOSED_6 = [
    *("::1/128", "::/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "64:ff9b:1::/48"),
    *("100::/64", "2001::/32"),
]
LOOPBACK = IPv4Address("127.0.0.1")


def within(network: str) -> st.SearchStrategy[Address]:
    """Any address of a network."""
    found = IPv4Network(network) if "." in network else IPv6Network(network)
    first = int(found.network_address)
    return st.integers(first, first + found.num_addresses - 1).map(type(found.network_address))


def closed_4() -> st.SearchStrategy[Address]:
    """Any IPv4 address that is not public."""
    return st.sampled_from(CLOSED_4).flatmap(within)


def leading_to(address: Address) -> list[IPv6Address]:
    """The IPv6 addresses that lead to an IPv4 address: mapped, compatible, 6to4, NAT64."""
    inner = int(address)
    return [
        IPv6Address((0xFFFF << 32) | inner),
        IPv6Address(inner),
        IPv6Address((0x2002 << 112) | (inner << 80) | 1),
        IPv6Address(int(IPv6Address("64:ff9b::")) | inner),
    ]


@given(st.one_of(closed_4(), st.sampled_from(CLOSED_6).flatmap(within)))
def test_an_address_is_public_by_the_registries_or_is_not_sent_to(address: Address) -> None:
    assert not is_public(address)


@given(closed_4())
def test_an_address_that_leads_to_a_closed_one_is_closed(address: Address) -> None:
    assert [found for found in leading_to(address) if is_public(found)] == []


@given(within("0.0.0.0/0"))
def test_all_other_addresses_are_open(address: Address) -> None:
    closed = any(address in IPv4Network(network) for network in CLOSED_4)
    if not closed and address not in IPv4Network("192.0.0.0/24") and address not in IPv4Network("192.88.99.0/24"):
        assert is_public(address)


def test_some_known_ones() -> None:
    assert all(map(is_public, map(ip_address, ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])))
    assert not any(map(is_public, map(ip_address, ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"])))


@pytest.mark.parametrize(
    "url",
    ["http://example.jp/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://10.1.2.3/"],
)
def test_what_can_be_seen_in_the_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressNotAllowed):
        require_allowed(url, private_addresses=False)
    require_allowed(url, private_addresses=True)


class Names:
    """A resolver that answers otherwise each time, and keeps what it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def __call__(self, host: str, _port: int) -> list[Address]:
        self.asked.append(host)
        return [ip_address(address) for address in self.answers[min(len(self.asked), len(self.answers)) - 1]]


@pytest_asyncio.fixture
async def sender_of() -> AsyncIterator[Callable[..., Sender]]:
    """Makes senders with a resolver."""
    made: list[Sender] = []

    def make(resolver: Names, *, private: bool = False, trusted: ssl.SSLContext | None = None) -> Sender:
        made.append(Sender(resolver, private_addresses=private, trusted=trusted))
        return made[-1]

    yield make
    for sender in made:
        await sender.close()


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections were opened to, as the network layer was told: a name here would be resolved once more."""
    found: list[str] = []
    connect: Callable[..., Awaitable[Any]] = anyio.connect_tcp

    async def noted(remote_host: str, *args: Any, **kwargs: Any) -> Any:
        found.append(remote_host)
        return await connect(remote_host, *args, **kwargs)

    monkeypatch.setattr(anyio, "connect_tcp", noted)
    return found


async def test_a_name_that_changes_its_address_gains_nothing(
    sender_of: Callable[..., Sender], connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is checked, somewhere else when it is connected to."""
    monkeypatch.setattr(addresses, "is_public", lambda address: address == LOOPBACK)  # the only one we can listen at
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    async with receiving() as receiver:
        attempt = await sender_of(names).send(f"http://rebind.example.jp:{receiver.port}/", b'{"sequence":"1"}', {})
        assert attempt.outcome is Outcome.DELIVERED
        (message,) = receiver.got
    assert names.asked == ["rebind.example.jp"]
    assert connected == ["127.0.0.1"]
    assert message.headers["host"] == f"rebind.example.jp:{receiver.port}"


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"], ["::ffff:7f00:1"]]
)
async def test_one_closed_address_is_enough(
    sender_of: Callable[..., Sender], connected: list[str], found: list[str]
) -> None:
    attempt = await sender_of(Names(found)).send("https://inside.example.jp/", b"{}", {})
    assert attempt.outcome is Outcome.FORBIDDEN_ADDRESS
    assert attempt.answer == "inside.example.jp has an address that is not public", "and what it is stays inside"
    assert connected == []


async def test_what_cannot_be_reached_is_an_attempt(sender_of: Callable[..., Sender]) -> None:
    async def nowhere(_host: str, _port: int) -> list[Address]:
        raise OSError("Name or service not known")

    sender = Sender(nowhere, private_addresses=False)
    attempt = await sender.send("https://nowhere.example.jp/", b"{}", {})
    await sender.close()
    assert (attempt.outcome, attempt.status) == (Outcome.UNREACHABLE, None)
    refused = await sender_of(Names(["127.0.0.1"]), private=True).send("http://localhost:9/", b"{}", {})
    assert refused.outcome is Outcome.UNREACHABLE


async def test_an_address_of_ipv6_is_reached(sender_of: Callable[..., Sender], connected: list[str]) -> None:
    await sender_of(Names(["::1"]), private=True).send("http://localhost:9/", b"{}", {})
    assert connected == ["::1"]


async def test_tls_checks_the_certificate_of_the_name(sender_of: Callable[..., Sender], tmp_path: Path) -> None:
    """Also at an address to which another name has just led: a kept connection would be taken for that one."""
    server, trusted = certificate_of("hooks.example.jp", tmp_path)
    sender = sender_of(Names(["127.0.0.1"]), private=True, trusted=trusted)
    async with receiving(server) as receiver:
        right = await sender.send(f"https://hooks.example.jp:{receiver.port}/", b'{"sequence":"1"}', {})
        wrong = await sender.send(f"https://other.example.jp:{receiver.port}/", b'{"sequence":"1"}', {})
    assert right.outcome is Outcome.DELIVERED, right.answer
    assert wrong.outcome is Outcome.UNREACHABLE
    assert "CERTIFICATE_VERIFY_FAILED" in wrong.answer


def certificate_of(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate of this name, and a client's side that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())

"""Where Kafka is and how to get in: one string, as a database's address is one.

`host:port[,host:port…]` is a broker without TLS and without a login.
`tls://user:password@host:port[,host:port…]?ca=/file` is one with TLS and a login by SASL/SCRAM-SHA-512. The login may
be left out; so may `ca`, where the brokers' certificates are of a public authority.
"""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TLS = "tls://"


def brokers_of(address: str) -> str:
    """The brokers alone, to be shown: an address may hold a password."""
    return urlsplit(address).netloc.rpartition("@")[2] if address.startswith(TLS) else address


def client_options(address: str) -> dict[str, Any]:
    """What every client of aiokafka is told so that it reaches the brokers.

    Raises ValueError for an address that is none, without its password, and OSError where the file `ca` cannot be read.
    """
    if not address.startswith(TLS):
        return {"bootstrap_servers": address}
    parts, given = urlsplit(address), parse_qs(urlsplit(address).query)
    login, _, brokers = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    if not brokers or given.keys() - {"ca"} or bool(user) != bool(password):
        raise ValueError("a Kafka address with TLS is tls://user:password@host:port[,host:port…]?ca=/file")
    options = {"bootstrap_servers": brokers, "security_protocol": "SSL", "ssl_context": _trusting(given.get("ca"))}
    if user:
        options |= {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": unquote(user),
            "sasl_plain_password": unquote(password),
        }
    return options


def _trusting(authorities: list[str] | None) -> ssl.SSLContext:
    """Verifies the brokers' certificates and names, by the authority in this file or the machine's own."""
    if authorities is None:
        return ssl.create_default_context()
    # Python 3.13's default context refuses an authority whose certificate has no key identifier, which operators make.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authorities[-1])
    return context

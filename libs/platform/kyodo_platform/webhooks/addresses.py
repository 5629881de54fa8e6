"""Which addresses events are brought to: public ones only, so that nobody reaches through us what stands behind us.

OWASP, Server-Side Request Forgery Prevention, case 2: https://cheatsheetseries.owasp.org
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[Address]]]

# IPv6 addresses that lead to an IPv4 address: what counts is where they lead.
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE: Final = IPv6Network("::/96")  # RFC 4291 §2.5.5.1
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")  # RFC 8215: whatever somebody's own network maps there
_SITE_LOCAL: Final = IPv6Network("fec0::/10")  # RFC 3879


class ForbiddenAddress(Exception):
    """A host has an address that is not public; the message does not tell it, for it may be inside of our network."""


def is_public(address: Address) -> bool:
    """Whether the address stands in the public Internet, by the IANA special-purpose registries, and is one host's."""
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address in _LOCAL_NAT64 or address in _SITE_LOCAL or address.teredo is not None:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> list[Address]:
    """The host's addresses, asked for once. Raises OSError where it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]


async def public_address(host: str, port: int, resolver: Resolve) -> Address:
    """The one address to connect to. Raises ForbiddenAddress where any of the host's is not public, and OSError."""
    found = await resolver(host, port)
    for address in found:
        if not is_public(address):
            raise ForbiddenAddress(f"{host} has an address that is not public")  # which one is nobody's business
    if not found:
        raise OSError(f"{host} has no address")
    return found[0]


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None

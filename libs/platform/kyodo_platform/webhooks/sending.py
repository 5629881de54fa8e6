"""Sending one message: one resolution, one connection to the very address that was checked, one bounded answer."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import httpx

from kyodo_platform.webhooks.addresses import ForbiddenAddress, Resolve, public_address

TIMEOUT_SECONDS: Final = 10.0
ANSWER_BYTES: Final = 300
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class Outcome(StrEnum):
    """How an attempt ended: taken (2xx), refused (any other status), or no answer, or no address to send to."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    FORBIDDEN_ADDRESS = "forbidden_address"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending a message; `answer` is the beginning of what was answered, or why nothing was."""

    outcome: Outcome
    status: int | None
    answer: str
    milliseconds: int

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == HTTPStatus.GONE


class Sender:
    """Sends messages. With `private_addresses` also to addresses that are not public: for tests and one machine.

    `trusted` says whose certificates count; those of the public authorities by default.
    """

    def __init__(self, resolver: Resolve, *, private_addresses: bool, trusted: ssl.SSLContext | None = None) -> None:
        self._resolver, self._private = resolver, private_addresses
        # No proxy: it would resolve the name again. No connection is kept: another name at the same address
        # would be sent through it, under a certificate that is not its own.
        self._client = httpx.AsyncClient(
            trust_env=False,
            verify=trusted or True,
            follow_redirects=False,
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
        """POST the body; whatever goes wrong is an attempt that failed."""
        begun = time.monotonic()
        outcome, status, answer = Outcome.UNREACHABLE, None, ""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                status, answer = await self._post(httpx.URL(url), body, headers)
            outcome = Outcome.DELIVERED if httpx.codes.is_success(status) else Outcome.REFUSED
        except ForbiddenAddress as forbidden:
            outcome, answer = Outcome.FORBIDDEN_ADDRESS, str(forbidden)
        except (httpx.HTTPError, OSError, UnicodeError) as error:  # TimeoutError is an OSError
            answer = f"{type(error).__name__}: {error}"[:ANSWER_BYTES]
        return Attempt(outcome, status, answer, round((time.monotonic() - begun) * 1000))

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        port = url.port or DEFAULT_PORTS[url.scheme]
        if self._private:
            address = (await self._resolver(url.host, port))[0]
        else:
            address = await public_address(url.host, port, self._resolver)
        request = self._client.build_request(
            "POST",
            url.copy_with(host=str(address)),  # no name is left that could be resolved a second time
            content=body,
            headers={**headers, "host": url.netloc.decode(), "accept-encoding": "identity"},
            extensions={"sni_hostname": url.host},  # TLS asks for, and checks the certificate of, the name
        )
        response = await self._client.send(request, stream=True)
        try:
            return response.status_code, await _beginning(response)
        finally:
            await response.aclose()


async def _beginning(response: httpx.Response) -> str:
    """The first bytes of a body, as text that PostgreSQL takes; the rest is never read."""
    found = b""
    async for part in response.aiter_raw():
        found += part
        if len(found) >= ANSWER_BYTES:
            break
    return found[:ANSWER_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")

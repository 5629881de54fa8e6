"""When the certificate expires that somebody shows, as the client of a request sees it."""

from __future__ import annotations

import ssl
from typing import Final

import httpx

TIMEOUT_SECONDS: Final = 5.0


async def expiry_at(url: str) -> float:
    """When the certificate of whoever answers there expires, in Unix time; infinity without TLS, and nobody is asked.

    Raises httpx.HTTPError where nobody answers, or under a certificate that is not to be trusted.
    """
    if not url.startswith("https:"):
        return float("inf")
    async with (
        httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
        client.stream("GET", url) as response,  # of the answer nothing is read but who gave it
    ):
        return expiry_of(response)


def expiry_of(response: httpx.Response) -> float:
    """When the certificate of the connection that brought an answer expires; infinity where it has none."""
    tls = response.extensions["network_stream"].get_extra_info("ssl_object")
    return float("inf") if tls is None else float(ssl.cert_time_to_seconds(tls.getpeercert()["notAfter"]))

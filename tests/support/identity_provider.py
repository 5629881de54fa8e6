"""An identity provider with its keys, a clock to let them grow old by, and tokens with what is wrong about them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kyodo_events.errors import Unauthenticated
from kyodo_platform.identity.issuer import LOCAL_AUDIENCE, LOCAL_ISSUER
from kyodo_platform.identity.tokens import TokenVerifier


class Provider:
    """An identity provider over real HTTP that counts how often it is asked."""

    def __init__(self) -> None:
        self.keys: list[RSAKey | ECKey] = []
        self.extra: list[Any] = []
        self.asked = 0
        self.down = False
        self.url = ""

    async def jwks(self, request: Request) -> Response:
        """Its keys, or an outage."""
        self.asked += 1
        if self.down:
            return Response(status_code=503)
        return JSONResponse({"keys": [*(key.as_dict(private=False) for key in self.keys), *self.extra]})


@asynccontextmanager
async def serving(provider: Provider, **tls: Any) -> AsyncIterator[None]:
    """Answer on a free port until the block ends; with `ssl_certfile` and `ssl_keyfile` under TLS."""
    app = Starlette(routes=[Route("/jwks", provider.jwks)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", **tls))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    provider.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/jwks"
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def fault_of(verifier: TokenVerifier, token: str) -> object:
    """Why the token is refused."""
    with pytest.raises(Unauthenticated) as caught:
        await verifier.verify(token)
    return caught.value.facts["fault"]


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims with these changes; None leaves one out."""
    now = int(time.time())
    good = {"iss": LOCAL_ISSUER, "aud": LOCAL_AUDIENCE, "sub": "someone", "exp": now + 600, "nbf": now}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}

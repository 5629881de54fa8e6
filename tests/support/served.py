"""A service behind real sockets, several times over one database: the concurrency of production, in small."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from fastapi import FastAPI

NONE = 404


@dataclass(frozen=True)
class Served:
    """One app in a thread and an event loop of its own, and where it answers."""

    app: FastAPI
    url: str


@contextmanager
def served(make_app: Callable[[], FastAPI], copies: int) -> Iterator[Sequence[Served]]:
    """Serve copies of an app that share nothing but what they are configured with."""
    with ExitStack() as stack:
        yield [stack.enter_context(_one(make_app())) for _ in range(copies)]


@contextmanager
def _one(app: FastAPI) -> Iterator[Served]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the service did not start; see the log above")
            time.sleep(0.01)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        # FastAPI prepares its routes at the first requests and mutes warnings meanwhile, which is not made for several
        # threads: it does so here, alone, by looking for a route that is none.
        assert httpx.get(f"{url}/none").status_code == NONE
        yield Served(app, url)
    finally:
        server.should_exit = True
        thread.join(timeout=30)

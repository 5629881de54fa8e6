"""What the tests of the local servers share."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kyodo_local.ports import LOOPBACK, free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server((LOOPBACK, free_port())) as stranger:
        yield stranger.getsockname()[1]


@pytest.fixture
def offer_taken_port_first(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the servers be given a port that somebody took in between, then good ones."""
    offered = iter([taken_port])

    def offer(prefer: int | None = None) -> int:
        return next(offered, None) or free_port(prefer)

    for module in ("postgres", "broker", "apache_kafka"):
        monkeypatch.setattr(f"kyodo_local.{module}.free_port", offer)
    return taken_port

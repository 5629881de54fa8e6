"""Free TCP ports on this machine, for servers that we start ourselves."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"

# Below the range from which systems draw the ports of outgoing connections (Linux 32768-, macOS 49152-): a client
# that keeps trying a stopped server on a port of that range can be given the very port it calls, connects to
# itself, and the server never gets its port back.
_LOWEST, _HIGHEST = 15_000, 30_000
_TRIES = 200
_NEIGHBOURS = 50


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: old connections do not count
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port(prefer: int | None = None) -> int:
    """A free port of 127.0.0.1: `prefer` or one of the next fifty where they are free, else any.

    Nothing reserves it until the server listens, so whoever starts a server must be ready to try another one.
    Raises OSError where no free port was found.
    """
    if prefer is not None:
        for port in range(prefer, min(prefer + _NEIGHBOURS, 65_536)):
            if is_free(port):
                return port
    for _ in range(_TRIES):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if is_free(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {_HIGHEST} on {LOOPBACK}")

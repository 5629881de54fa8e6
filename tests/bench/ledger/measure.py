"""Clock and CPU of one run: of this process, and of PostgreSQL with all its children."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took, in seconds; CPU is user and system time."""

    operations: int
    seconds: float
    client_cpu: float
    server_cpu: float

    @property
    def per_second(self) -> float:
        """Operations a second."""
        return self.operations / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU microseconds an operation, client and server together."""
        return (self.client_cpu + self.server_cpu) / self.operations * 1e6


class Meter:
    """Runs from `begin` (the first of its calls counts) to `end`."""

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self._began: tuple[float, float, float] | None = None

    def begin(self) -> None:
        """Start the clock, unless it runs."""
        self._began = self._began or self._now()

    def end(self, operations: int) -> Cost:
        """What it took since then."""
        assert self._began is not None, "nothing was measured"
        seconds, client, server = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return Cost(operations, seconds, client, server)

    def _now(self) -> tuple[float, float, float]:
        own = os.times()
        return time.perf_counter(), own.user + own.system, _cpu(self._server)


def _cpu(server: psutil.Process) -> float:
    """Of the server, of its children that ended, and of those that live."""
    times = server.cpu_times()
    seconds = times.user + times.system + times.children_user + times.children_system
    for child in server.children():
        try:
            its = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += its.user + its.system
    return float(seconds)

"""Servers as our own children: started apart from the terminal, stopped by their own id, never left behind.

A child lives in a session of its own, so Ctrl-C in the terminal reaches only us and we stop the servers in the right
order. On Linux the kernel ends it when we are killed by `kill -9`. Everywhere, a file in `<state>/run` remembers its
process id with its start time, so the next start finds what is left and ends exactly that process, never a stranger
that was given the same id since.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import psutil

_POLL = 0.02  # seconds between two looks at a process that starts or stops
_KILL_WITHIN = 5.0  # seconds a process may take to disappear after SIGKILL
_SAME_START = 1.0  # seconds by which the start time of one process may differ when it is read again
_LOG_LIMIT = 16_000_000  # bytes after which a start begins a new log file and keeps one old one
_TAIL_LINES = 15

# Becomes the server by exec, so the process id stays. The kernel forgets the death signal when the user changes,
# therefore user first. It is a program of its own because code run between fork and exec of a threaded process may
# deadlock.
_LAUNCHER = """
import ctypes, os, sys
parent, death_signal, uid, gid, *command = sys.argv[1:]
if uid:
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
os.umask(0o077)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, int(death_signal))
if os.getppid() == int(parent):
    os.execv(command[0], command)
"""


class CannotStart(Exception):
    """A server could not be started; the message tells people what happened, where, and what to do."""

    def __init__(self, what: str, *, remedy: str, log: Path | None = None, tail: str = "") -> None:
        lines = [what, *(f"  | {line}" for line in tail.splitlines())]
        if log is not None:
            lines.append(f"Its log: {log}")
        super().__init__("\n".join([*lines, f"What to do: {remedy}"]))


@dataclass(frozen=True)
class Account:
    """The system user as whom a server runs when we are root."""

    uid: int
    gid: int


class ServerProcess:
    """One server, known by `name` within a state directory, that this process starts and stops.

    Start it from a thread that lives as long as the server should: on Linux the kernel takes the end of the starting
    thread for the end of its parent.
    """

    def __init__(
        self, name: str, state_dir: Path, *, stop_signal: signal.Signals = signal.SIGTERM, stop_within: float = 15.0
    ) -> None:
        """`stop_within`: seconds between the polite signal and SIGKILL."""
        self.name = name
        self.log = state_dir / "logs" / f"{name}.log"
        self._record = state_dir / "run" / f"{name}.json"
        self._lock_path = state_dir / "run" / f"{name}.lock"
        self._state_dir = state_dir
        self._stop_signal = stop_signal
        self._stop_within = stop_within
        self._lock: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        """The process id of the running server; RuntimeError where it does not run."""
        if self._child is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether the server was started and has not ended since."""
        return self._child is not None and self._child.poll() is None

    async def claim(self) -> None:
        """Make this name ours, and end what a killed run left under it. Raises CannotStart if it is in use."""
        try:
            for folder in (self.log.parent, self._record.parent):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock_path.open("a+")
        except PermissionError as error:
            raise CannotStart(
                f"{error.filename} may not be written: another user has run Kyodo here.",
                remedy=f"remove {self._state_dir} as that user (make clean), or work in a checkout of your own.",
            ) from error
        try:
            # Held as long as we live: the kernel lets it go even after kill -9.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.seek(0)
            owner = self._lock.read().strip() or "unknown"
            self._lock.close()
            self._lock = None
            raise CannotStart(
                f"{self.name} is already in use in {self._state_dir} by process {owner}.",
                remedy="stop that one first (Ctrl-C in its terminal), or start from another checkout.",
            ) from error
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        await self._end_leftover()

    def start(self, command: Sequence[str], *, account: Account | None = None, env: Mapping[str, str]) -> None:
        """Start the claimed server; `command[0]` is an absolute path, `env` its whole environment."""
        if self._lock is None:
            raise RuntimeError(f"{self.name} must be claimed before it is started")
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        uid, gid = (str(account.uid), str(account.gid)) if account else ("", "")
        launch = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), str(int(self._stop_signal)), uid, gid]
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._child = subprocess.Popen(
                [*launch, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",  # a server that changed its user may not be able to stand in our folder
                env=dict(env),
            )
        started = psutil.Process(self._child.pid).create_time()
        draft = self._record.with_suffix(".new")
        draft.write_text(json.dumps({"pid": self._child.pid, "started": started, "signal": int(self._stop_signal)}))
        draft.replace(self._record)

    async def wait_until(self, answers: Callable[[], Awaitable[bool]], *, within: float) -> None:
        """Wait until the server answers; CannotStart if it ends before that or needs more than `within` seconds."""
        deadline = time.monotonic() + within
        while not await answers():
            if self._child is None or (status := self._child.poll()) is not None:
                ended = "was stopped" if self._child is None else f"ended with status {status}"
                raise self.failure(f"{self.name} {ended} before it answered.")
            if time.monotonic() > deadline:
                raise self.failure(f"{self.name} did not answer within {within:.0f} seconds.")
            await asyncio.sleep(_POLL)

    async def wait_for_end(self, *, within: float = 120.0) -> None:
        """Wait until a program that only prepares something has done so; CannotStart if it failed."""
        child = self._child
        if child is None or not await _wait_while(lambda: child.poll() is None, within) or child.returncode:
            raise self.failure(f"{self.name} could not be prepared.")
        await self.stop()

    def failure(self, what: str, *, remedy: str = "see the lines above; `make clean` starts afresh.") -> CannotStart:
        """The error that shows people the last lines this start wrote to its log."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return CannotStart(what, remedy=remedy, log=self.log, tail="\n".join(lines[-_TAIL_LINES:]))

    def listens_on(self, port: int) -> bool:
        """Whether this very process accepts connections on the port (not some other that had taken it before)."""
        with suppress(psutil.Error):
            sockets = psutil.Process(self.pid).net_connections("tcp")
            return any(s.status == psutil.CONN_LISTEN and s.laddr.port == port for s in sockets)
        return False

    async def stop(self) -> None:
        """End the server: politely, then after the bound by SIGKILL. Does nothing where it does not run."""
        await self._end(self._stop_signal, self._stop_within)

    async def kill(self) -> None:
        """End the server at once by SIGKILL, as a crash would."""
        await self._end(signal.SIGKILL, _KILL_WITHIN)

    async def release(self) -> None:
        """Stop the server and give the name back."""
        try:
            await self.stop()
        finally:
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    async def _end(self, by: signal.Signals, within: float) -> None:
        child = self._child
        if child is None:
            return
        with suppress(psutil.NoSuchProcess):
            await _end(psutil.Process(child.pid), by, within, alive=lambda: child.poll() is None)
        child.wait()
        self._child = None
        self._record.unlink(missing_ok=True)

    async def _end_leftover(self) -> None:
        try:
            record = json.loads(self._record.read_text())
            process = psutil.Process(record["pid"])
            if abs(process.create_time() - record["started"]) < _SAME_START:
                await end_all([process], by=signal.Signals(record["signal"]), within=self._stop_within)
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            pass  # nothing was left, or it has ended since
        self._record.unlink(missing_ok=True)


async def end_all(processes: Iterable[psutil.Process], *, by: signal.Signals, within: float) -> None:
    """End processes that are not our children, with the signal, then after the bound by SIGKILL."""

    def lives(process: psutil.Process) -> bool:
        try:
            state: str = process.status()
        except psutil.NoSuchProcess:
            return False
        running: bool = process.is_running()
        return running and state != psutil.STATUS_ZOMBIE

    for process in processes:
        with suppress(psutil.NoSuchProcess):
            await _end(process, by, within, alive=partial(lives, process))


async def _end(process: psutil.Process, by: signal.Signals, within: float, alive: Callable[[], bool]) -> None:
    family = process.children(recursive=True)
    process.send_signal(by)
    if await _wait_while(alive, within):
        return
    for member in (process, *family):
        with suppress(psutil.NoSuchProcess):
            member.kill()
    await _wait_while(alive, _KILL_WITHIN)


async def _wait_while(alive: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while alive():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL)
    return True


async def end_leftovers(state_dir: Path) -> None:
    """End every server that a killed run left in this state directory. Raises CannotStart if one is in use."""
    for lock in sorted((state_dir / "run").glob("*.lock")):
        leftover = ServerProcess(lock.stem, state_dir)
        await leftover.claim()
        await leftover.release()


if __name__ == "__main__":
    try:
        asyncio.run(end_leftovers(Path(sys.argv[1])))
    except CannotStart as refusal:
        sys.exit(str(refusal))

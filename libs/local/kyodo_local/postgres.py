"""The embedded PostgreSQL: a server of our own on 127.0.0.1, with its data in the state directory."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg
import psutil

from kyodo_local.ports import LOOPBACK, free_port, is_free
from kyodo_local.postgres_binaries import Binaries, find_binaries
from kyodo_local.postgres_home import Home, settle
from kyodo_local.processes import CannotStart, ServerProcess, end_all

SUPERUSER = "postgres"
_READY_WITHIN = 60.0  # seconds; recovery after a crash of a well-filled database is what takes long
_STOP_WITHIN = 15.0
_PROBE = 2.0  # seconds; a stranger on our port may accept the connection and say nothing
_PORT_TRIES = 5
_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}  # nothing of the caller's PG* variables gets in

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # their paths have a length limit that a deep checkout breaks; TCP has none
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}
_UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A PostgreSQL server for one state directory; use it with `async with`.

    `disposable=True` is for tests: it does not wait for the disk, and the data are deleted at the end. `password` is
    the administrator's where the data are made, one is drawn otherwise. Raises CannotStart with the reason and the
    remedy.
    """

    def __init__(self, state_dir: Path, *, disposable: bool = False, password: str | None = None) -> None:
        self._state_dir = state_dir.absolute()
        self._disposable = disposable
        self._server = ServerProcess(
            "postgres", self._state_dir, stop_signal=signal.SIGINT, stop_within=_STOP_WITHIN
        )  # SIGINT is PostgreSQL's "fast": roll back, disconnect, write a checkpoint
        self._password = password or ""
        self._home: Home | None = None
        self._command: list[str] = []
        self.port = 0

    def admin_url(self, database: str = SUPERUSER) -> str:
        """URL of a database as superuser, to make databases and roles; services never connect with it."""
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self.port}/{quote(database)}"

    @property
    def pid(self) -> int:
        """The server's process id; RuntimeError where it does not run."""
        return self._server.pid

    async def __aenter__(self) -> Self:
        await self._server.claim()
        try:
            home = self._home = settle(self._state_dir)
            binaries = home.reachable(find_binaries(home.data_major))
            await self._end_orphans(home)
            if home.data_major is None:
                await self._make_data(home, binaries)
            self._password = self._password_file.read_text()
            self._command = self._build_command(home, binaries)
            await self._start_on_some_port()
        except FileNotFoundError as error:
            await self._leave()
            raise CannotStart(
                f"{error.filename} is missing, so the database's password is lost.", remedy="`make clean`."
            ) from error
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leave()

    async def kill(self) -> None:
        """End the server by SIGKILL, as a crash would."""
        await self._server.kill()

    async def restart(self) -> None:
        """Stop the server if it runs, and start it again on the same port with its data."""
        await self._server.stop()
        if self._home is not None:
            await self._end_orphans(self._home)
        await self._start()

    @property
    def _password_file(self) -> Path:
        return self._state_dir / "postgres-password"

    async def _leave(self) -> None:
        try:
            await self._server.release()
        finally:
            if self._disposable and self._home is not None:
                self._home.remove()

    def _build_command(self, home: Home, binaries: Binaries) -> list[str]:
        settings = _SETTINGS | {"cluster_name": _cluster(home)} | (_UNSAFE_BUT_FAST if self._disposable else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(binaries.postgres), "-D", str(home.data), *options]

    async def _start_on_some_port(self) -> None:
        for attempt in range(1, _PORT_TRIES + 1):
            self.port = free_port()
            try:
                return await self._start()
            except CannotStart:
                await self._server.stop()
                if attempt == _PORT_TRIES or is_free(self.port):
                    raise  # it was not that somebody took the port in between
        return None

    async def _start(self) -> None:
        account = self._home.account if self._home is not None else None
        self._server.start([*self._command, "-p", str(self.port)], account=account, env=_ENVIRONMENT)
        await self._server.wait_until(self._answers, within=_READY_WITHIN)

    async def _answers(self) -> bool:
        """Whether our own server is there: another one on this port would not know the password."""
        try:
            link = await asyncpg.connect(self.admin_url(), timeout=_PROBE, command_timeout=_PROBE)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InternalClientError):
            return False
        await link.close()
        return True

    async def _make_data(self, home: Home, binaries: Binaries) -> None:
        """Run initdb; the data directory gets its name when it is complete, so a killed start leaves none."""
        draft, password_file = home.folder / "data.new", home.folder / "password.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(home.data, ignore_errors=True)  # a folder without PG_VERSION holds no database
        password = self._password or secrets.token_urlsafe(24)
        for path in (password_file, self._password_file):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_text(password)
        home.give(password_file)
        command = [str(binaries.initdb), "-D", str(draft), "-U", SUPERUSER, f"--pwfile={password_file}"]
        # Locale C sorts by code point, the same on every machine and version.
        command += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-instructions"]
        command += ["--no-sync"] if self._disposable else []
        try:
            self._server.start(command, account=home.account, env=_ENVIRONMENT)
            await self._server.wait_for_end()
        finally:
            password_file.unlink(missing_ok=True)
        draft.rename(home.data)

    async def _end_orphans(self, home: Home) -> None:
        """End what a crashed server left at work on our data, and its lock file if the process id is someone else's.

        Only the claimed state directory's own server can be meant, for the claim excludes a live one.
        """
        if not (home.data / "postmaster.pid").exists():
            return
        orphans = [process for process in psutil.process_iter() if _works_for(process, home)]
        await end_all(orphans, by=signal.SIGQUIT, within=_STOP_WITHIN)
        (home.data / "postmaster.pid").unlink(missing_ok=True)


def _cluster(home: Home) -> str:
    """The name in the titles of the server's processes, different for each data directory."""
    return f"kyodo-{hashlib.sha256(str(home.data).encode()).hexdigest()[:10]}"


def _works_for(process: psutil.Process, home: Home) -> bool:
    with suppress(psutil.Error):
        words = process.cmdline()
        if not words or not process.name().startswith("postgres"):
            return False
        return str(home.data) in words or words[0].startswith(f"postgres: {_cluster(home)}:")
    return False

"""The embedded PostgreSQL: durable, private, back after any kind of end."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from kyodo_local.postgres import EmbeddedPostgres
from kyodo_local.postgres_home import settle
from kyodo_local.processes import CannotStart, ServerProcess

# A run that fills a table, tells where the server is, and waits to be killed. SIGSTOP of the server beforehand makes
# sure that it is still there afterwards, holding its lock file, as where the kernel does not end it with its parent.
KILLED_RUN = """
import asyncio, os, signal, sys, time
from pathlib import Path
import asyncpg
from kyodo_local.postgres import EmbeddedPostgres
async def main():
    async with EmbeddedPostgres(Path(sys.argv[1])) as server:
        link = await asyncpg.connect(server.admin_url())
        await link.execute("create table kept as select 62 as municipalities")
        os.kill(server.pid, signal.SIGSTOP)
        print("ready", flush=True)
        time.sleep(60)
asyncio.run(main())
"""


async def ask(server: EmbeddedPostgres, question: str) -> object:
    link = await asyncpg.connect(server.admin_url(), timeout=5)
    try:
        return await link.fetchval(question)
    finally:
        await link.close()


@pytest.fixture
def killed_run(tmp_path: Path) -> None:
    """A run has been killed by kill -9, and its server is left."""
    with subprocess.Popen([sys.executable, "-c", KILLED_RUN, str(tmp_path)], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        run.kill()


@pytest.mark.usefixtures("killed_run")
async def test_data_outlive_a_killed_run_and_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kyodo_local.postgres._STOP_WITHIN", 0.5)  # the stopped server will not listen
    async with EmbeddedPostgres(tmp_path) as server:
        assert await ask(server, "select municipalities from kept") == 62
        port = server.port
        await server.kill()
        await server.restart()
        assert server.port == port
        assert await ask(server, "select municipalities from kept") == 62
    async with EmbeddedPostgres(tmp_path) as server:
        assert await ask(server, "select municipalities from kept") == 62
        assert await ask(server, "show fsync") == "on"
        assert await ask(server, "show listen_addresses") == "127.0.0.1"
        password = tmp_path / "postgres-password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        wrong = server.admin_url().replace(password.read_text(), "guess")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)
    settle(tmp_path).remove()


async def test_a_disposable_server_passes_over_a_taken_port_and_leaves_no_data(
    tmp_path: Path, offer_taken_port_first: int
) -> None:
    async with EmbeddedPostgres(tmp_path, disposable=True) as server:
        assert server.port != offer_taken_port_first
        assert await ask(server, "show fsync") == "off"
        assert await ask(server, "select count(*) from pg_stat_activity where datname = 'postgres'") == 1
        home = settle(tmp_path).folder
        assert home.exists()
    assert not home.exists()


async def test_data_of_another_major_version_are_refused_with_the_remedy(tmp_path: Path) -> None:
    home = settle(tmp_path)
    home.data.mkdir()
    (home.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match=r"made by PostgreSQL 9.*\n.*`make clean`"):
        await EmbeddedPostgres(tmp_path).__aenter__()
    home.remove()
    again = ServerProcess("postgres", tmp_path)  # the failed start has let the name go
    await again.claim()
    await again.release()


async def test_an_override_without_postgres_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYODO_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(CannotStart, match="KYODO_POSTGRES_BIN"):
        await EmbeddedPostgres(tmp_path, disposable=True).__aenter__()

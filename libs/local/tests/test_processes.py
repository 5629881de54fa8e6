"""Servers as our own children: stopped by their own id, found again after kill -9, never a stranger's process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kyodo_local.ports import LOOPBACK, free_port, is_free
from kyodo_local.processes import CannotStart, ServerProcess, end_leftovers

PYTHON = sys.executable
SLEEPER = [PYTHON, "-c", "import time; print('awake', flush=True); time.sleep(60)"]
STUBBORN = [
    PYTHON,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('awake', flush=True); time.sleep(60)",
]

# A parent that starts a server, prints its id, and waits to be killed.
PARENT = """
import asyncio, sys, time
from pathlib import Path
from kyodo_local.processes import ServerProcess
async def main():
    server = ServerProcess("sleeper", Path(sys.argv[1]))
    await server.claim()
    server.start([sys.executable, "-c", "import time; time.sleep(60)"], env={})
    print(server.pid, flush=True)
    time.sleep(60)
asyncio.run(main())
"""


async def started(state: Path, command: list[str], stop_within: float = 5.0) -> ServerProcess:
    server = ServerProcess("sleeper", state, stop_within=stop_within)
    await server.claim()
    server.start(command, env={})

    async def awake() -> bool:
        return b"awake" in server.log.read_bytes()

    await server.wait_until(awake, within=10)
    return server


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL)


def gone(pid: int, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


async def test_a_server_lives_in_a_session_of_its_own_and_is_stopped(tmp_path: Path) -> None:
    server = await started(tmp_path, SLEEPER)
    pid = server.pid
    assert os.getsid(pid) == pid  # Ctrl-C in the terminal does not reach it
    await server.release()
    assert gone(pid)
    assert not (tmp_path / "run" / "sleeper.json").exists()


async def test_a_server_that_ignores_the_signal_is_killed_after_the_bound(tmp_path: Path) -> None:
    server = await started(tmp_path, STUBBORN, stop_within=0.2)
    pid = server.pid
    await server.release()
    assert gone(pid)


async def test_a_server_that_fails_shows_the_end_of_its_log_and_a_remedy(tmp_path: Path) -> None:
    server = ServerProcess("broken", tmp_path)
    await server.claim()
    server.start([PYTHON, "-c", "import sys; print('no such disk'); sys.exit(3)"], env={})

    async def never() -> bool:
        return False

    with pytest.raises(CannotStart) as refusal:
        await server.wait_until(never, within=10)
    await server.release()
    for part in ("ended with status 3", "no such disk", str(server.log), "What to do:"):
        assert part in str(refusal.value)


async def test_a_name_in_use_is_refused_and_says_by_whom(tmp_path: Path) -> None:
    first = await started(tmp_path, SLEEPER)
    with pytest.raises(CannotStart, match=rf"already in use .* by process {os.getpid()}\."):
        await ServerProcess("sleeper", tmp_path).claim()
    with pytest.raises(CannotStart, match="already in use"):
        await end_leftovers(tmp_path)
    assert first.running
    await first.release()
    await end_leftovers(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_the_kernel_ends_the_server_of_a_parent_killed_by_kill_9(tmp_path: Path) -> None:
    with subprocess.Popen([PYTHON, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        # The launcher asks for the signal before it becomes the server; give it the time to become it.
        while "time.sleep" not in psutil.Process(server).cmdline()[-1]:
            time.sleep(0.01)
        parent.kill()
    assert gone(server)


async def test_the_next_start_ends_what_was_left(tmp_path: Path) -> None:
    with sleeper() as leftover:
        remember(tmp_path, leftover.pid, psutil.Process(leftover.pid).create_time())
        server = await started(tmp_path, SLEEPER)
        assert gone(leftover.pid)
        assert server.running
        await server.release()


async def test_a_process_that_was_given_the_same_id_is_left_alone(tmp_path: Path) -> None:
    with sleeper() as stranger:
        remember(tmp_path, stranger.pid, psutil.Process(stranger.pid).create_time() - 60)
        server = await started(tmp_path, SLEEPER)
        await server.release()
        assert stranger.poll() is None
        stranger.kill()


def remember(state: Path, pid: int, started_at: float) -> None:
    """Write the record of a run that was killed."""
    (state / "run").mkdir()
    record = {"pid": pid, "started": started_at, "signal": int(signal.SIGTERM)}
    (state / "run" / "sleeper.json").write_text(json.dumps(record))


def test_a_port_in_use_is_passed_over(taken_port: int) -> None:
    assert not is_free(taken_port)
    other = free_port(prefer=taken_port)
    assert taken_port < other < taken_port + 50
    assert is_free(other), LOOPBACK

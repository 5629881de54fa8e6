"""The folder in which tests work: whoever is killed leaves nothing for long, and nobody loses the own one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.session_folder import A_DAY, session_folder

WAITS = """
import sys, time
from pathlib import Path
from tests.support.session_folder import session_folder
with session_folder(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_session_left_is_deleted_and_what_another_uses_is_not(tmp_path: Path) -> None:
    sessions = [
        subprocess.Popen([sys.executable, "-c", WAITS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        alive, killed = (Path(session.stdout.readline().strip()) for session in sessions if session.stdout)
        sessions[1].send_signal(signal.SIGKILL)
        sessions[1].wait()
        assert killed.is_dir()
        with session_folder(tmp_path) as own:
            assert set(tmp_path.iterdir()) == {alive, own}
        assert list(tmp_path.iterdir()) == [alive]
    finally:
        for session in sessions:
            session.kill()
            session.communicate()


def test_a_folder_without_a_lock_is_left_for_a_day(tmp_path: Path) -> None:
    new, old = tmp_path / "kyodo-test-new", tmp_path / "kyodo-test-old"
    for folder in (new, old):
        folder.mkdir()
    long_ago = time.time() - 2 * A_DAY
    os.utime(old, (long_ago, long_ago))
    with session_folder(tmp_path):
        assert (new.is_dir(), old.is_dir()) == (True, False)


def test_the_first_place_with_room_is_taken(tmp_path: Path) -> None:
    missing, there = tmp_path / "missing", tmp_path / "there"
    there.mkdir()
    with session_folder(missing, there) as folder:
        assert folder.parent == there


def test_a_place_without_room_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    for place in (small, large):
        place.mkdir()
    with session_folder(small, large) as folder:
        assert folder.parent == small
    monkeypatch.setattr("tests.support.session_folder.ROOM", 10**18)
    with session_folder(small, large) as folder:
        assert folder.parent == large

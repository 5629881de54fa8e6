"""The folder of a test session: in memory where there is room, and gone afterwards, also after a kill.

Every test makes a database of some 800 files and drops it. On ext4 that costs a third of the whole time: whoever makes
files passes over all that were deleted within five seconds (`recently_deleted` in Linux' fs/ext4/ialloc.c).
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY, DISK = Path("/dev/shm"), Path("/var/tmp")  # noqa: S108 - folders in them are made by mkdtemp
ROOM: Final = 4 * 1024**3  # bytes; a session needs some 200 MB
PREFIX: Final = "kyodo-test-"
LOCK: Final = "session"
A_DAY: Final = 86_400.0


@contextmanager
def session_folder(*places: Path) -> Iterator[Path]:
    """A short folder of this session's own, in the first of the places with room: paths of sockets have limits.

    Deletes what sessions that were killed have left. The lock goes with its process, however that ends.
    """
    found = places or (MEMORY, DISK)
    for place in found:
        _sweep(place)
    where = next((place for place in found if place.is_dir() and shutil.disk_usage(place).free >= ROOM), found[-1])
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{PREFIX}*"):
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether nobody works there any more; a folder without a lock may be about to get one."""
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except OSError:
        return folder.is_dir() and time.time() - folder.stat().st_mtime > A_DAY

"""Where the embedded PostgreSQL keeps its data, and as whom it runs.

PostgreSQL refuses to run as root. As root we therefore run it as `postgres` or `nobody`; where that user cannot reach
the state directory (a checkout under /root, say) the data lie in a private folder under /var/tmp, named in
`<state>/postgres-home`, which `make clean` removes as well.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kyodo_local.postgres_binaries import Binaries
from kyodo_local.processes import Account, CannotStart

_ELSEWHERE = Path("/var/tmp")  # noqa: S108  # the private folder is made by mkdtemp; unlike /tmp it survives a restart
_PREFIX = "kyodo-postgres-"


@dataclass(frozen=True)
class Home:
    """The folder of the data directory, and the user to whom it belongs (None: we ourselves)."""

    folder: Path
    account: Account | None
    note: Path  # names the folder where it is outside the state directory

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def data_major(self) -> int | None:
        """The major version that made the data directory; None where there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def reachable(self, binaries: Binaries) -> Binaries:
        """The binaries, copied into the home where its user cannot run them in place."""
        if self.account is None or _can(self.account, "test -x", binaries.postgres):
            return binaries
        if binaries.from_wheel:
            return binaries.copy_to(self.folder)
        raise CannotStart(
            f"{binaries.postgres} cannot be run by user {_name(self.account)}, and PostgreSQL does not run as root.",
            remedy="let all users reach that folder, or start Kyodo as a normal user.",
        )

    def give(self, path: Path) -> None:
        """Hand a file or folder that we made over to the home's user."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def remove(self) -> None:
        """Delete the folder and the note about it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.note.unlink(missing_ok=True)


def settle(state_dir: Path) -> Home:
    """The home that belongs to this state directory, made where it is missing."""
    inside, note = state_dir / "postgres", state_dir / "postgres-home"
    if os.geteuid() != 0:
        inside.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Home(inside, None, note)
    if note.exists():
        outside = Path(note.read_text().strip())
        if outside.is_dir() and not outside.is_symlink():
            return _owned(outside, note)
        note.unlink()  # the system has tidied /var/tmp: start afresh
    inside.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = _owned(inside, note)
    if home.account is not None and _can(home.account, "cd", inside):
        return home
    inside.rmdir()
    outside = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_ELSEWHERE))
    note.write_text(f"{outside}\n")
    return _owned(outside, note)


def _owned(folder: Path, note: Path) -> Home:
    """The home in a folder: its owner's, given to an unprivileged user where that is root."""
    owner = folder.stat()
    account = Account(owner.st_uid, owner.st_gid) if owner.st_uid else _unprivileged()
    home = Home(folder, account, note)
    home.give(folder)
    return home


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` on this machine.",
        remedy="start Kyodo as a normal user, or add one of them (useradd --system postgres).",
    )


def _name(account: Account) -> str:
    try:
        return pwd.getpwuid(account.uid).pw_name
    except KeyError:
        return str(account.uid)


def _can(account: Account, test: str, path: Path) -> bool:
    """Ask the system itself, as that user: modes, ACLs and mounts all count."""
    answer = subprocess.run(
        ["/bin/sh", "-c", f'{test} "$1" 2>/dev/null', "sh", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0

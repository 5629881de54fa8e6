"""Keycloak as the Dockerfile prepares it, but from Maven Central: unpacked and built with the same options."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from kyodo_local.maven import Collection, java_environment
from kyodo_local.processes import CannotStart

_CHECKOUT = Path(__file__).parents[4]
_STAGE = re.compile(r"^FROM \S+ AS keycloak\n(?P<lines>.*?)(?=^FROM |\Z)", re.MULTILINE | re.DOTALL)
HOME = _CHECKOUT / ".kyodo" / "keycloak" / "dist"
KEYCLOAK = Collection(
    name="Keycloak",
    size="160 MB",
    pom=_CHECKOUT / "deploy" / "local" / "keycloak" / "pom.xml",
    instead="or start the stack with Docker.",
)


def built_with() -> dict[str, str]:
    """The options that the Dockerfile's stage `keycloak` builds into the image. Raises LookupError without them."""
    stage = _STAGE.search((_CHECKOUT / "Dockerfile").read_text(encoding="utf-8"))
    if stage is None:
        raise LookupError("the Dockerfile has no stage `keycloak`")
    return dict(re.findall(r"\b(KC_\w+)=(\S+)", stage["lines"]))


def install(home: Path) -> None:
    """Put a Keycloak that is ready to start into this folder, unless it is there. Raises CannotStart."""
    KEYCLOAK.find_java()
    options = built_with()
    KEYCLOAK.collect(HOME, _build, edition=repr(sorted(options.items())))
    stamp = (HOME / ".pom").read_text()
    if not (home / ".pom").exists() or (home / ".pom").read_text() != stamp:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(HOME, home, copy_function=_link)


def _build(folder: Path) -> None:
    """Unpack the zip that was collected into its folder, and have Keycloak build itself there."""
    (collected,) = folder.glob("*.zip")
    with zipfile.ZipFile(collected) as archive:
        archive.extractall(folder)
    collected.unlink()
    (unpacked,) = folder.glob("keycloak-*")
    for part in unpacked.iterdir():
        part.rename(folder / part.name)
    unpacked.rmdir()
    program = folder / "bin" / "kc.sh"
    program.chmod(0o755)  # modes are lost in unpacking
    command, environment = [str(program), "build"], java_environment() | built_with()
    log = folder.parent / "build.log"
    with log.open("wb") as output:
        status = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False).returncode
    if status:
        raise CannotStart(
            f"Keycloak could not be built (status {status}).",
            remedy="see its log; `make clean` starts afresh.",
            log=log,
            tail="\n".join(log.read_text(errors="replace").splitlines()[-10:]),
        )


def _link(source: str, target: str) -> None:
    """A second name for the same file: a started Keycloak writes into its data folder only."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

"""Where on this machine is what the compose file names: addresses on 127.0.0.1, folders in the state directory."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from kyodo_local.compose.document import ROOT, Container
from kyodo_local.ports import LOOPBACK, free_port

SECRETS = "/run/secrets"
INSTALLED = ("/opt/kafka", "/opt/keycloak")  # where images keep theirs; those of others are found on the PATH
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is looked for, to be replaced


class Places:
    """Says in terms of this machine what is written in terms of containers, be it a command, a setting or a file.

    Each port of each container is a free port of 127.0.0.1. In its own texts a container calls a port by its number,
    in those of others by its name and the number, `kafka:9092`.
    """

    def __init__(self, folder: Path, containers: Iterable[Container], fixed: Mapping[tuple[str, int], int]) -> None:
        """`fixed`: ports of this machine that are known already, by container and its own port."""
        self._folder = folder
        self._ports = {
            (one.name, port): fixed.get((one.name, port)) or free_port() for one in containers for port in one.ports
        }

    def port(self, container: str, port: int) -> int:
        """The port of this machine at which a container's port answers."""
        return self._ports[container, port]

    def local(self, text: str, container: Container) -> str:
        """The text of a container, in terms of this machine."""
        for (name, port), there in self._ports.items():
            # `kafka:9092` in addresses, `kafka/9092` in a shell's /dev/tcp.
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}([:/]){port}\b", rf"{LOOPBACK}\g<1>{there}", text)
        text = text.replace(_EVERYWHERE, LOOPBACK)
        for port in container.ports:
            text = re.sub(rf"(?<![\w.]){port}\b", str(self._ports[container.name, port]), text)
        inside = [SECRETS, *INSTALLED, *container.scratch, *(mount.target for mount in container.mounts)]
        # At once, for what stands in their places would be taken for paths again.
        paths = rf"(?<![\w.-])(?:{'|'.join(map(re.escape, inside))})(?![\w.-])"
        return re.sub(paths, lambda path: str(self.inside(container, path[0])), text)

    def set_up(self, container: Container, secrets: Path) -> None:
        """Make the folders and files of a container, in terms of this machine; volumes keep what is in them."""
        for place in container.scratch:
            shutil.rmtree(self.inside(container, place), ignore_errors=True)
            self.inside(container, place).mkdir(parents=True)
        for mount in container.mounts:
            here = self.inside(container, mount.target)
            if mount.is_volume:
                here.mkdir(parents=True, exist_ok=True)
            else:
                self._copy(ROOT / mount.source, here, container)
        for target, secret in container.secrets.items():
            self._copy(secrets / secret, self.inside(container, f"{SECRETS}/{target}"), container, mode=0o600)

    def inside(self, container: Container, path: str) -> Path:
        """Where a path of a container is on this machine."""
        return self._folder / container.name / path.lstrip("/")

    def _copy(self, source: Path, target: Path, container: Container, *, mode: int = 0o644) -> None:
        """A file in terms of this machine, or all files of a folder; an empty folder where there is none."""
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.touch(mode=mode)
            target.write_text(self.local(source.read_text(encoding="utf-8"), container), encoding="utf-8")
            return
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in (path for path in source.rglob("*") if path.is_file()):
            self._copy(file, target / file.relative_to(source), container)

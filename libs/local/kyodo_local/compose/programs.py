"""The programs of this machine that stand for the images of the compose file."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kyodo_local.apache_kafka import JARS, KAFKA, collect_jars
from kyodo_local.compose.document import Container
from kyodo_local.compose.places import Places
from kyodo_local.keycloak import distribution
from kyodo_local.maven import java_environment
from kyodo_local.processes import CannotStart

SEARCHED = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), "/usr/sbin"])


@dataclass(frozen=True)
class Program:
    """What stands for an image.

    `names`: what the program is called here, the first one found is taken; it comes before the command where the
    image says it by its own entry point. `package` is Debian's, None where there is none to be had.
    """

    names: tuple[str, ...] = ()
    is_entry_point: bool = True
    package: str | None = None
    install: Callable[[Places, Container], None] | None = None

    @property
    def path(self) -> str | None:
        """Where the program is; None where it is missing."""
        return next(filter(None, (shutil.which(name, path=SEARCHED) for name in self.names)), None)

    def command(self, said: list[str]) -> list[str]:
        """The whole command line. Raises CannotStart where the program is missing."""
        whole = [*self.names[:1], *said] if self.is_entry_point else said
        path = self.path if self.names else shutil.which(whole[0], path=SEARCHED)
        if path is None:
            raise CannotStart(
                f"There is no `{whole[0]}` here.", remedy=f"install it (Debian: apt install {self.package})."
            )
        return [path, *whole[1:]]


def _kafka(places: Places, container: Container) -> None:
    """Kafka's scripts, which call the jars that Maven collects."""
    java = KAFKA.find_java()
    collect_jars()
    options = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.level=WARN"
    scripts = places.inside(container, "/opt/kafka/bin")
    scripts.mkdir(parents=True, exist_ok=True)
    for name, main in {"kafka-storage": "kafka.tools.StorageTool", "kafka-server-start": "kafka.Kafka"}.items():
        script = scripts / f"{name}.sh"
        classes = shlex.quote(f"{JARS}/*")
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(java)} $KAFKA_HEAP_OPTS {options} -cp {classes} {main} "$@"\n')
        script.chmod(0o755)


def _keycloak(places: Places, container: Container) -> None:
    distribution.install(places.inside(container, "/opt/keycloak"))


PROGRAMS: Mapping[str, Program] = {
    "kyodo": Program(("kyodo",)),
    "kyodo-keycloak": Program(("bash",), is_entry_point=False, package="bash", install=_keycloak),
    "apache/kafka": Program(("bash",), is_entry_point=False, package="bash", install=_kafka),
    "nginx": Program(("nginx",), is_entry_point=False, package="nginx-light"),
    "prom/prometheus": Program(("prometheus",), package="prometheus"),
    "prom/alertmanager": Program(("alertmanager", "prometheus-alertmanager"), package="prometheus-alertmanager"),
    "grafana/grafana": Program(("grafana-server",)),
}
"""By image, without its tag. PostgreSQL is not among them: it runs as in `make run`, as a user of its own."""

DISPENSABLE = ("prom/alertmanager", "grafana/grafana")
"""Images without which the stack does its work as well."""


def image_of(container: Container) -> str:
    """The image's name without its tag."""
    return container.image.rpartition(":")[0]


def environment() -> dict[str, str]:
    """What each process gets beside the environment that the file gives it."""
    return java_environment() | {"PATH": SEARCHED}

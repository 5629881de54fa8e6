"""docker-compose.yml, read as far as its stack needs it: what each service is, and in which order they start."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Self

import yaml

ROOT = Path(__file__).parents[4]
FILE, EXERCISE = ROOT / "docker-compose.yml", ROOT / "docker-compose.exercise.yml"
COMPLETED = "service_completed_successfully"

# `$$` is a dollar; `${NAME:-otherwise}` is all that the file uses of what compose could do.
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::-(?P<otherwise>[^{}]*))?\})")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mount:
    """What stands at a path of the container: a file or folder of the checkout, or a volume by name."""

    source: str
    target: str

    @property
    def is_volume(self) -> bool:
        """Whether it is a volume, which starts empty and is kept."""
        return not self.source.startswith(".")


@dataclass(frozen=True, slots=True)
class Container:
    """One service of the file. `waits_for` holds the condition on each service that must be met before it starts."""

    name: str
    image: str
    profile: str
    command: Sequence[str]
    environment: Mapping[str, str]
    secrets: Mapping[str, str]  # the names of the files in /run/secrets, and the secrets they hold
    mounts: Sequence[Mount]
    scratch: Sequence[str]
    ports: Sequence[int]
    check: Sequence[str]
    waits_for: Mapping[str, str]

    @classmethod
    def of(cls, name: str, said: Json) -> Self:
        """The service as the file says it. Raises KeyError where it leaves out what each of ours says."""
        listed = [{"source": one, "target": one} if isinstance(one, str) else one for one in said.get("secrets", [])]
        return cls(
            name=name,
            image=said["image"],
            profile=said["profiles"][0],
            command=[*_words(said.get("entrypoint", [])), *_words(said.get("command", []))],
            environment={key: str(value) for key, value in said.get("environment", {}).items()},
            secrets={one["target"]: one["source"] for one in listed},
            mounts=[Mount(*mount.split(":")[:2]) for mount in said.get("volumes", [])],
            scratch=[place.partition(":")[0] for place in said.get("tmpfs", [])],
            ports=[int(port) for port in said.get("expose", [])],
            check=said.get("healthcheck", {}).get("test", ["NONE"])[1:],
            waits_for={other: on["condition"] for other, on in said.get("depends_on", {}).items()},
        )


def read(*files: Path, given: Mapping[str, str] = os.environ) -> Json:
    """The files as one document, later ones laid over the first, with the variables filled in."""
    document: Json = {}
    for file in files:
        document = _laid_over(document, yaml.safe_load(_filled_in(file.read_text(encoding="utf-8"), given)))
    return document


def containers(document: Json) -> list[Container]:
    """The services of a document in an order in which each comes after those that it waits for."""
    found = {name: Container.of(name, said) for name, said in document["services"].items()}
    order = TopologicalSorter({name: container.waits_for for name, container in found.items()}).static_order()
    return [found[name] for name in order]


def needed(containers: Sequence[Container], wanted: Iterable[str]) -> list[Container]:
    """Those of these names, and what they wait for, in the same order."""
    names = set(wanted)
    for container in reversed(containers):
        if container.name in names:
            names |= container.waits_for.keys()
    return [container for container in containers if container.name in names]


def one_shots(containers: Iterable[Container]) -> set[str]:
    """The names of the jobs: what others wait for to be completed."""
    return {name for one in containers for name, condition in one.waits_for.items() if condition == COMPLETED}


def _words(command: str | list[str]) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else command


def _filled_in(text: str, given: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return "$" if found["dollar"] else given.get(found["name"]) or found["otherwise"] or ""

    return _VARIABLE.sub(value, text)


def _laid_over(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _laid_over(below.get(key), value) for key, value in above.items()}}

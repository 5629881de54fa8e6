"""The objects of an overlay, as kustomize renders them, and ways to look at them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kyodo_local.services import all_services
from tests.support import outside

Object = dict[str, Any]
Objects = list[Object]

ROOT = Path(__file__).parents[3]
K8S = ROOT / "deploy" / "k8s"
OVERLAYS = ("dev", "prod")

NAMES = [service.name for service in all_services()]
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def render(overlay: str) -> Objects:
    """What `kustomize build` makes of an overlay."""
    program = outside.path_of("kustomize")
    assert program is not None
    done = subprocess.run([program, "build", K8S / "overlays" / overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.load_all(done.stdout, Loader=_LOADER))


def of(objects: Objects, *kinds: str) -> Objects:
    """The objects of these kinds."""
    return [found for found in objects if found["kind"] in kinds]


def one(objects: Objects, kind: str, name: str) -> Object:
    """The object of this kind and name; an empty one where there is none, in which every rule misses something."""
    return next((found for found in of(objects, kind) if found["metadata"]["name"] == name), {})


def called(found: Object) -> str:
    """How a complaint names an object."""
    return f"{found['kind']} {found['metadata']['name']}"


def at(found: Any, path: str, default: Any = None) -> Any:
    """What stands at a path such as `spec/template/spec`, or the default."""
    for step in path.split("/"):
        if not isinstance(found, dict) or step not in found:
            return default
        found = found[step]
    return found


def pods(objects: Objects) -> Iterator[tuple[str, Object]]:
    """The pods that we start, servers and migrations: what they are called, and the template."""
    for found in of(objects, "Deployment", "Job"):
        yield called(found), found["spec"]["template"]


def containers(objects: Objects) -> Iterator[tuple[str, Object]]:
    """All containers of these pods."""
    for name, template in pods(objects):
        for container in [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]:
            yield f"{name}: container {container['name']}", container


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector takes an object with these labels. None takes nothing, an empty one everything."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels", {})
    exists = [expression["key"] for expression in selector.get("matchExpressions", [])]
    return all(labels.get(key) == value for key, value in wanted.items()) and all(key in labels for key in exists)

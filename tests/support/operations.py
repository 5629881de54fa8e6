"""The operations of a service, from its OpenAPI document and its routes, and requests that fit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from kyodo_platform.app import routers_of
from kyodo_platform.routing import Rules, rules_of
from kyodo_platform.service import Service

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
OPERATIONAL = "operations"  # the tag of /livez, /readyz and /metrics, which answer everybody

# Values that fit a path parameter, where its schema does not already say one.
_PLAUSIBLE = {"month": "2024-04", "book": "base", "item": "equal", "data_set": "municipalities"}
_SOME_ID = "0193f1a0-0000-7000-8000-00000000000a"


@dataclass(frozen=True)
class Operation:
    """One method of one path, as it is documented and as it is ruled."""

    method: str
    path: str
    documented: Mapping[str, Any]
    rules: Rules

    @property
    def label(self) -> str:
        """The operation as people write it: `PUT /v1/themes/{theme_id}`."""
        return f"{self.method} {self.path}"

    def url(self, municipality: str, person: str) -> str:
        """The path with plausible values; whatever names a municipality names this one, whatever a person this one."""
        values = {name: _PLAUSIBLE.get(name, _SOME_ID) for name in self.parameters}
        return self.path.format_map({**values, **self.judged(municipality, person)})

    def judged(self, municipality: str, person: str) -> dict[str, str]:
        """The path parameters that the policy reads, with these values."""
        policy = self.rules.policy
        return {name: person if name in policy.persons else municipality for name in policy.parameters}

    @property
    def parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return [part.partition("}")[0] for part in self.path.split("{")[1:]]

    @property
    def headers(self) -> dict[str, str]:
        """What the operation asks for besides a token."""
        return {"If-Match": "*"} if self.rules.changes else {}


def operations(service: Service, app: FastAPI) -> list[Operation]:
    """All operations of a service that carry a policy. Raises where document and routes do not match."""
    rules = {
        (method, route.path_format): rules_of(route.endpoint)
        for router in routers_of(service)
        for route in router.routes
        for method in route.methods or ()
    }
    documented = {(method, path): found for method, path, found in _documented(app)}
    if rules.keys() != documented.keys():
        raise AssertionError(f"routes and document differ: {sorted(rules.keys() ^ documented.keys())}")
    return [Operation(method, path, documented[method, path], rule) for (method, path), rule in rules.items()]


def _documented(app: FastAPI) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in app.openapi()["paths"].items():
        for method in METHODS:
            if method in item and OPERATIONAL not in item[method].get("tags", ()):
                yield method.upper(), path, item[method]

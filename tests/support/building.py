"""A service's world under construction: what was created so far, and the way to create more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.running import Running

As = Callable[..., dict[str, str]]

OWN, OTHER = "131016", "132039"
ANY = {"If-Match": "*"}
# Distinct figures, so that whoever sees one has seen the row it stands in.
QUANTITY = {OWN: 1_000_001, OTHER: 7_654_321}


@dataclass(frozen=True)
class Building:
    """Ids by path parameter, valid bodies by operation, and the service that holds what they belong to.

    `public` is what stands in private rows and is shown to everybody on purpose, such as a salted hash.
    """

    service: Running
    as_: As
    paths: dict[str, list[str]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    public: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.service.service.data_sets:
            self.paths["data_set"] = [one.id for one in self.service.service.data_sets]

    async def send(self, method: str, path: str, body: Any, *role: str, person: str | None = None) -> Any:
        """Command something as this role, of this municipality or this person; the secretariat where none is named."""
        headers = self.as_(*role or ("secretariat",), person=person) | ANY
        answer: httpx.Response = await self.service.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

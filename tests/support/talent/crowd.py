"""Everybody at once at several servers, over real sockets: who is there, and what they were answered."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from tests.support.served import Served
from tests.support.talent.assignments import next_year

As = Callable[..., dict[str, str]]

ANY = {"If-Match": "*"}


@dataclass
class Desk:
    """The secretariat, the expert and the municipalities at once, over real sockets; with all that was answered."""

    asked: Sequence[Served]
    database_url: str
    as_: As
    client: httpx.Client
    answers: list[tuple[str, str, httpx.Response]] = field(default_factory=list)

    def send(self, method: str, path: str, body: Any = None, *role: str, person: str | None = None) -> httpx.Response:
        """A request to one of the servers that are asked."""
        headers = self.as_(*role or ("secretariat",), person=person) | ANY
        url = random.choice(self.asked).url  # noqa: S311 - which of them is no secret
        answer = self.client.request(method, f"{url}{path}", json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer

    def act(self, what: str, assignment: str, path: str, body: Any, *role: str, person: str | None = None) -> None:
        """A request about an assignment whose answer is kept."""
        answer = self.send("PUT", f"/v1/assignments/{assignment}/{path}", body, *role, person=person)
        self.answers.append((what, assignment, answer))

    def expert(self, half_days_per_month: int) -> str:
        """The id of a qualified expert."""
        body = {"personas": ["engineer"], "half_days_per_month": half_days_per_month}
        expert_id = str(self.send("POST", "/v1/experts", body).json()["id"])
        assert self.send("PUT", f"/v1/experts/{expert_id}/screening").is_success
        until = {"valid_until": next_year()}
        assert self.send("PUT", f"/v1/experts/{expert_id}/qualification", until).is_success
        return expert_id

    def proposed(self, body: dict[str, Any]) -> str:
        """The id of an assignment."""
        answer = self.send("POST", "/v1/assignments", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["assignment_id"])

    def done(self, what: str) -> set[str]:
        """The assignments with which this succeeded."""
        return {assignment for asked, assignment, answer in self.answers if asked == what and answer.is_success}

    async def rows(self, query: str, *args: Any) -> list[asyncpg.Record]:
        """Rows of the database, past row-level security."""
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetch(query, *args)
        finally:
            await connection.close()

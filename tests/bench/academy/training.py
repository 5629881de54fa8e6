"""What is enrolled for in a benchmark: learners of all municipalities, sessions, and the requests that enrol them.

Everything is made over HTTP, by the service itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

from kyodo_academy.enrolments.model import enrolment_id
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from tests.bench.load import Asked

ANY = {"If-Match": "*"}
COURSE = {"title_ja": "計測の講座", "programme": "shared_training", "seats": 40}


@dataclass(slots=True)
class Training:
    """A course, learners with their tokens, and days that were not used yet."""

    client: httpx.AsyncClient
    issuer: LocalIssuer
    course_id: str = ""
    learners: dict[str, dict[str, str]] = field(default_factory=dict)
    employers: dict[str, dict[str, str]] = field(default_factory=dict)
    days: count[int] = field(default_factory=lambda: count(40))

    async def begin(self, learners: int) -> Training:
        """The same with a course, and with so many learners in the municipalities by turns."""
        begins = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
        self.course_id = (await self._done("POST", "courses", COURSE | {"starts_on": begins}))["id"]
        codes = [one.code for one in municipalities()]
        officers = {code: self._token(Role.OFFICER, municipality=code) for code in codes}
        for number in range(learners):
            officer = officers[codes[number % len(codes)]]
            learner_id = (await self._done("POST", "learners", None, officer))["learner_id"]
            self.learners[learner_id] = self._token(Role.LEARNER, person=learner_id)
            self.employers[learner_id] = officer
        return self

    async def sessions(self, number: int, seats: int) -> list[str]:
        """So many open sessions, each on a day of its own: nobody has two at a time."""
        made = []
        for day in (next(self.days) for _ in range(number)):
            begins = (datetime.now(UTC) + timedelta(days=day)).replace(hour=5, minute=0, second=0, microsecond=0)
            plan = {
                "title_ja": "計測の研修",
                "place_ja": "会議室",
                "starts_at": begins.isoformat(),
                "ends_at": (begins + timedelta(hours=2)).isoformat(),
                "apply_until": (begins - timedelta(days=7)).isoformat(),
                "changes_until": (begins - timedelta(days=2)).isoformat(),
                "seats": seats,
            }
            path = f"courses/{self.course_id}/sessions"
            made.append((await self._done("POST", path, {"plan": plan}))["session_id"])
            await self._done("PUT", f"sessions/{made[-1]}/opening")
        return made

    def enrolments(self, sessions: Sequence[str]) -> list[list[Asked]]:
        """Every learner applies for one of the sessions and is nominated for it: two requests."""
        return [
            self._enrolment(sessions[place % len(sessions)], learner_id)
            for place, learner_id in enumerate(self.learners)
        ]

    def _enrolment(self, session_id: str, learner_id: str) -> list[Asked]:
        application = f"/v1/learners/{learner_id}/enrolments/{session_id}/application"
        nomination = f"/v1/enrolments/{enrolment_id(session_id, learner_id)}/nomination"
        return [
            Asked("PUT", application, self.learners[learner_id]),
            Asked("PUT", nomination, self.employers[learner_id]),
        ]

    def _token(self, role: Role, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.issue(role, **claims)}", **ANY}

    async def _done(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        headers = headers or self._token(Role.SECRETARIAT)
        answer = await self.client.request(method, f"/v1/{path}", json=body, headers=headers)
        return answer.raise_for_status().json()

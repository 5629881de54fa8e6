"""Talent as municipalities with a need, and the secretariat, use it over HTTP, on a day of our choosing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from kyodo_platform.settings import Settings
from tests.support.building import ANY, As
from tests.support.databases import Databases
from tests.support.running import Running, running

AOGASHIMA, HINOHARA, CHIYODA = "134023", "133078", "131016"
SECRETARIAT: Final = ("secretariat",)
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"

Json = dict[str, Any]

REQUEST: Json = {
    "kind": "hands_on",
    "persona": None,
    "title_ja": "電子申請の様式を作り直したい",
    "need_ja": "申請様式が紙のままで、職員2人では電子化の進め方が分からない。",
    "reason_ja": "来年度から手続を見直すため。",
    "urgency": 2,
    "half_days_per_month": 2,
    "from_month": "2025-07",
    "until_month": "2025-12",
    "mode": "either",
    "budget_yen": 0,
    "matter": None,
}
TRIAGE: Json = {"kind": "hands_on", "persona": "service_designer", "urgency": 3, "matter": "online_forms"}


@dataclass
class NeedsDesk:
    """Talent, and the day on which it is asked."""

    service: Running
    as_: As
    today: str = "2025-06-10"

    async def ask(self, method: str, path: str, body: Any = None, *who: str, status: int = 200) -> Any:
        """Ask in this role; an officer's where a municipality alone is named, the secretariat's where nobody is."""
        role = ("officer", *who) if who and who[0].isdigit() else who or SECRETARIAT
        headers = self.as_(*role) | ANY | {"Kyodo-Exercise-Time": f"{self.today}T12:00:00+09:00"}
        answer = await self.service.client.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def put(self, path: str, body: Any = None, *who: str) -> Any:
        """Change something; what is answered is what stands there."""
        return await self.ask("PUT", path, body, *who)

    async def get(self, path: str, *who: str, status: int = 200) -> Any:
        """Read."""
        return await self.ask("GET", path, None, *who, status=status)

    async def items(self, path: str, *who: str) -> list[Json]:
        """The rows of a list."""
        rows: list[Json] = (await self.get(path, *who))["items"]
        return rows

    async def refused(self, method: str, path: str, body: Any, *who: str, status: int = 409) -> str:
        """The slug of the problem."""
        problem = await self.ask(method, path, body, *who, status=status)
        return str(problem["type"]).removeprefix("/problems/")

    async def drafted(self, of: str = AOGASHIMA, **changes: Any) -> str:
        """A draft of this municipality; its address."""
        request = await self.ask("POST", "/v1/requests", REQUEST | changes, of, status=201)
        return f"/v1/requests/{request['request_id']}"

    async def submitted(self, of: str = AOGASHIMA, **changes: Any) -> str:
        """A request before the secretariat."""
        path = await self.drafted(of, **changes)
        await self.put(f"{path}/submission/{of}", None, of)
        return path

    async def matching(self, of: str = AOGASHIMA, **changes: Any) -> str:
        """A request for which experts are looked for."""
        path = await self.submitted(of, **changes)
        await self.put(f"{path}/triage", TRIAGE)
        await self.put(f"{path}/matching")
        return path

    async def asked(self, of: str = AOGASHIMA) -> str:
        """A question at the consult desk; its address."""
        body = {"title_ja": "電子申請の始め方", "question_ja": "窓口の手続のどれから電子化すればよいか。"}
        consultation = await self.ask("POST", "/v1/consultations", body, of, status=201)
        return f"/v1/consultations/{consultation['consultation_id']}"

    async def expert(self, *, qualified: bool = True) -> str:
        """An expert; the id of the record."""
        body = {"personas": ["service_designer"], "half_days_per_month": 8}
        expert_id = str((await self.ask("POST", "/v1/experts", body, status=201))["id"])
        if qualified:
            await self.put(f"/v1/experts/{expert_id}/screening")
            await self.put(f"/v1/experts/{expert_id}/qualification", {"valid_until": "2027-03-31"})
        return expert_id

    async def offer(self, request: str | None, of: str = AOGASHIMA) -> Json:
        """An assignment that was proposed for a request, or for none: what is offered."""
        body = {
            "expert_id": await self.expert(),
            "project_id": NO_SUCH_ID,
            "request_id": request and request.rpartition("/")[2],
            "engagement": {"form": "hands_on", "instructed_by": "nobody", "instructed_by_ja": "本人の裁量による"},
            "from_day": "2025-07-01",
            "until_day": "2025-07-31",
            "lines": [{"municipality": of, "month": "2025-07", "half_days": 2}],
        }
        made = await self.ask("POST", "/v1/assignments", body, status=201)
        return {"kind": "assignment", "id": made["assignment_id"]}

    async def case(self, request: str) -> Json:
        """An introduction case of a request: what is offered."""
        body = {"request_id": request.rpartition("/")[2], "expert_id": await self.expert()}
        made = await self.ask("POST", "/v1/introductions", body, status=201)
        return {"kind": "introduction", "id": made["case_id"]}


@asynccontextmanager
async def open_desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[NeedsDesk]:
    """Talent on a fresh database, in an installation for exercises: its clock goes as the desk says."""
    async with running(databases, settings_for, "talent", exercise=True) as service:
        yield NeedsDesk(service, as_)

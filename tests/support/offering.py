"""A service with a project of two municipalities, and callers by name, for tests of the catalogue and what uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted, Stage
from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_events.event import Audit, new_uuid
from kyodo_events.rebuild import rebuild
from kyodo_events.store import append
from kyodo_events.values.fiscal import Month
from kyodo_events.views import View
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
PROJECT = "0193f1a0-0000-7000-8000-000000000002"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
OFFERING = {
    "project_id": PROJECT,
    "code": "e_application",
    "name_ja": "共同電子申請",
    "description_ja": "手続の電子申請を共同で運営する。",
    "operator": "supplier-sample",
    "operator_ja": "株式会社サンプル",
    "meters": [{"meter": "applications", "label_ja": "申請件数", "unit_ja": "件", "aggregation": "sum"}],
}
BASIC = {
    "plan": "basic",
    "from_day": "2024-04-01",
    "name_ja": "基本プラン",
    "prices": [{"meter": "applications", "unit_price": 30}],
}


class Desk:
    """Callers of the service: `await desk.ok("PUT", path, body, by="supplier-sample")`.

    `by` is the subject of the token and begins with its role; an officer or approver names the municipality, as in
    `officer-131016`.
    """

    def __init__(self, service: Running, issuer: LocalIssuer) -> None:
        self.service, self._issuer = service, issuer

    async def send(self, method: str, path: str, body: Any = None, *, by: str = "secretariat", match: str = "*") -> Any:
        """A request, and its answer."""
        role, _, code = by.partition("-")
        municipality = code if code.isdigit() else None
        token = self._issuer.issue(Role(role), municipality=municipality, subject=by)
        headers = {"Authorization": f"Bearer {token}", "If-Match": match}
        return await self.service.client.request(method, path, json=body, headers=headers)

    async def ok(self, method: str, path: str, body: Any = None, *, by: str = "secretariat") -> Any:
        """The answer's body, of a request that succeeds."""
        answer = await self.send(method, path, body, by=by)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, path: str, by: str = "secretariat") -> Any:
        """What a caller reads."""
        return await self.ok("GET", path, by=by)

    async def refused(
        self, method: str, path: str, body: Any = None, *, by: str = "secretariat", match: str = "*"
    ) -> tuple[int, str]:
        """Status and kind of the refusal; nothing may have been written."""
        before = await self.service.count("event")
        answer = await self.send(method, path, body, by=by, match=match)
        assert answer.is_error, answer.text
        assert await self.service.count("event") == before
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    async def differences(self, views: Sequence[View]) -> list[Difference]:
        """How the tables of these views differ from what their events make of them anew."""
        owner = await Database.connect(self.service.database.owner_url(self.service.admin_url))
        try:
            found = await rebuild(owner, views, source="procurement", progress=lambda _done, _total: None, switch=False)
        finally:
            await owner.close()
        return [one for one in found if one.only_live or one.only_rebuilt]

    async def drafted(self, **changes: Any) -> str:
        """The path of an offering that was drafted."""
        offering = await self.ok("POST", "/v1/offerings", OFFERING | changes)
        return f"/v1/offerings/{offering['id']}"

    async def published(self, **changes: Any) -> str:
        """The path of an offering that was published with the basic plan."""
        path = await self.drafted(**changes)
        await self.ok("POST", f"{path}/plan-versions", BASIC)
        await self.ok("PUT", f"{path}/publication")
        return path


@asynccontextmanager
async def desk_of(
    databases: Databases, settings_for: Callable[..., Settings], issuer: LocalIssuer
) -> AsyncIterator[Desk]:
    """Procurement with a project in which Chiyoda takes part from April 2024, and Musashino until September."""
    async with running(databases, settings_for, "procurement") as service:
        audit = Audit(actor="secretariat", organisation="tokyo", correlation=new_uuid())
        past = [
            ProjectStarted(name_ja="共同電子申請", theme_id=NO_SUCH_ID, stage=Stage.FULL),
            ParticipantJoined(municipality=CHIYODA, from_month=Month("2024-04")),
            ParticipantJoined(municipality=MUSASHINO, from_month=Month("2024-04")),
            ParticipantLeft(municipality=MUSASHINO, last_month=Month("2024-09")),
        ]
        async with service.app.state.runtime.database.transaction() as tx:
            await append(tx, "project", PROJECT, 0, past, datetime.now(UTC), audit, "procurement")
        yield Desk(service, issuer)

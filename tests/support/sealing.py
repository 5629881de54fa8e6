"""Requests by somebody at a moment: openers register, suppliers hand in, two people open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from tests.support.quoting import CALL, CHIYODA, bid, set_clock
from tests.support.running import Running

CODES = {"opener-a": "夏は夜 opening code", "opener-b": "冬はつとめて code 2", "opener-c": "春はあけぼの code 3"}
OPENING = f"/v1/openings/{CALL}"


class Sealing:
    """The service, its clock, and callers by name."""

    def __init__(self, service: Running, issuer: LocalIssuer) -> None:
        self.service, self._issuer = service, issuer

    async def send(
        self, method: str, path: str, body: Any = None, *, by: str, key: str | None = None, accept: str = "*/*"
    ) -> Any:
        """A request by somebody: `opener-a` (an approver), `supplier-1`, `secretariat` …"""
        role, _, _ = by.partition("-")
        found = Role.APPROVER if role == "opener" else Role(role)
        municipality = CHIYODA if found in (Role.APPROVER, Role.OFFICER) else None
        token = self._issuer.issue(found, municipality=municipality, subject=by)
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*", "Accept": accept}
        headers |= {"Idempotency-Key": key} if key else {}
        return await self.service.client.request(method, path, json=body, headers=headers)

    async def ok(self, method: str, path: str, body: Any = None, *, by: str, key: str | None = None) -> Any:
        """The answer's body, of a request that succeeds."""
        answer = await self.send(method, path, body, by=by, key=key)
        assert answer.is_success, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None, *, by: str) -> tuple[int, str]:
        """Status and kind of the refusal; nothing may have been written."""
        before = await self.service.count("event")
        answer = await self.send(method, path, body, by=by)
        assert await self.service.count("event") == before
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    def at(self, moment: datetime) -> None:
        """Let it be this moment."""
        set_clock(self.service.app, moment)

    async def register(self, *openers: str) -> None:
        """Prepare the opening and register these openers."""
        await self.ok("POST", "/v1/openings", {"call_id": CALL}, by="secretariat")
        for opener in openers:
            await self.ok("PUT", f"{OPENING}/opener", {"code": CODES[opener]}, by=opener, key=f"r-{opener}")

    async def hand_in(self, by: str = "supplier-1", kind: str = "primary", key: str | None = None, **bid_: Any) -> str:
        """Hand a quotation in; its address."""
        body = {"call_id": CALL, "kind": kind, "bid": bid(**bid_).model_dump(mode="json")}
        return f"/v1/quotations/{(await self.ok('POST', '/v1/quotations', body, by=by, key=key))['id']}"

    async def unlock(self, opener: str, code: str | None = None) -> Any:
        """Give an opener's code."""
        return await self.send("PUT", f"{OPENING}/unlocking", {"code": code or CODES[opener]}, by=opener, key=opener)

    async def everything(self) -> str:
        """Every row of every table, as text."""
        tables = await self.service.as_owner(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rows = [await self.service.as_owner(f"SELECT to_jsonb(t)::text FROM {table} t") for (table,) in tables]
        answers = await self.service.as_owner("SELECT convert_from(body, 'UTF8') FROM idempotency")
        return "\n".join(text for table in (*rows, answers) for (text,) in table if text)

"""A service with what a project stands on, and its callers in few words: tests of projects begin from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from tests.support.building import ANY, As
from tests.support.running import Running

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
EVALUATION: dict[str, Any] = {
    "kpis": [
        {"name_ja": "申請率（％）", "target": 50, "reached": 63, "met": True},
        {"name_ja": "満足度", "target": "過半数が「よい」", "reached": "4割が「よい」", "met": False},
    ],
    "conclusion_ja": "操作研修を加えて本格導入に進む。",
}
TERMS = {
    "fiscal_year": 2090,
    "effective_from": "2090-04",
    "usage": [{"meter": "applications", "label_ja": "電子申請", "unit_ja": "件", "unit_price": 30}],
}


class Projects:
    """The service as those who have to do with projects use it."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.as_ = service, as_
        self._decision: dict[str, Any] | None = None

    async def ask(self, method: str, path: str, body: Any = None, *role: str, if_match: str = "*") -> httpx.Response:
        """A request as this role, of this municipality; as the secretariat where none is named."""
        headers = self.as_(*role or ("secretariat",)) | ANY | {"If-Match": if_match}
        return await self.service.client.request(method, path, json=body, headers=headers)

    async def ok(self, method: str, path: str, body: Any = None, *role: str) -> Any:
        """The answer's body, of a request that succeeds."""
        answer = await self.ask(method, path, body, *role)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def refused(
        self, method: str, path: str, body: Any = None, *role: str, if_match: str = "*"
    ) -> tuple[int, str]:
        """Status and kind of the refusal; nothing may have been written."""
        before = await self.service.count("event")
        answer = await self.ask(method, path, body, *role, if_match=if_match)
        assert await self.service.count("event") == before
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    async def get(self, path: str) -> Any:
        """What everybody reads there, without a token."""
        answer = await self.service.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def at(self, moment: datetime) -> None:
        """Let it be this moment."""
        vars(self.service.app.state.runtime)["clock"] = lambda: moment

    async def decision(self) -> dict[str, Any]:
        """The reference of a confirmation of the forum."""
        if self._decision is None:
            meeting_in = {"title_ja": "第4回CIOフォーラム", "held_on": "2023-02-14"}
            meeting = (await self.ok("POST", "/v1/meetings", meeting_in))["id"]
            await self.ok("POST", f"/v1/meetings/{meeting}/confirmations", {"text_ja": "2団体以上のニーズで選ぶ。"})
            self._decision = {"meeting_id": meeting, "confirmation": 1}
        return self._decision

    async def theme(
        self, *, needs: int = 2, group: str = "existing_services", stage: str = "full", name_ja: str = "電子申請"
    ) -> str:
        """A theme that was surveyed, and selected where two need it."""
        theme_in = {"name_ja": name_ja, "kind": "existing_shared_service", "group": group, "stage": stage}
        theme: str = (await self.ok("POST", "/v1/themes", theme_in))["id"]
        await self.ok("PUT", f"/v1/themes/{theme}/survey", {"deadline": "2099-12-31"})
        for code in (CHIYODA, MUSASHINO)[:needs]:
            await self.ok("PUT", f"/v1/themes/{theme}/answers/{code}", {"need": "need"}, "officer", code)
        await self.ok("PUT", f"/v1/themes/{theme}/survey/closing")
        if needs > 1:
            await self.ok("PUT", f"/v1/themes/{theme}/selection", {"decision": await self.decision()})
        return theme

    async def start(self, theme: str, stage: str = "research", name_ja: str = "共同電子申請") -> str:
        """A project's address; one at a later stage than research has the waiver that it takes."""
        body: dict[str, Any] = {"theme_id": theme, "name_ja": name_ja, "stage": stage}
        if stage != "research":
            body["waiver"] = {"reason": "以前から運用している", "decision": await self.decision()}
        return f"/v1/projects/{(await self.ok('POST', '/v1/projects', body))['id']}"

    async def project(self, *participants: str, stage: str = "research") -> str:
        """The address of a project with participants from April 2024 on."""
        project = await self.start(await self.theme(), stage)
        for code in participants:
            await self.sign(project, code)
        return project

    async def sign(self, project: str, code: str, from_month: str = "2024-04", kind: str = "full") -> Any:
        """Sign as the municipality's approver."""
        body = {"from_month": from_month, "kind": kind}
        return await self.ok("PUT", f"{project}/agreements/{code}/signature", body, "approver", code)

    async def recommend(self, theme: str) -> None:
        """Have the theme's working group recommend an approach."""
        await self.ok("POST", "/v1/working-groups", {"theme_id": theme})
        member = f"/v1/working-groups/{theme}/members/{CHIYODA}"
        await self.ok("PUT", member, None, "officer", CHIYODA)
        await self.ok("POST", f"{member}/approaches", {"title_ja": "共同調達とする"}, "officer", CHIYODA)
        await self.ok("PUT", f"/v1/working-groups/{theme}/recommendation", {"approach": 1})

    async def verified(self, theme: str) -> str:
        """The id of a cost verification of the theme, estimated by Tokyo and verified by a member of the group."""
        estimate = {"one_off": 3_000_000, "fixed_per_year": 1_200_000, "variable_per_unit": 30}
        rest = {"unit_ja": "件", "based_on_quantity": 10_000, "sources": ["見積書"]}
        id_: str = (await self.ok("POST", "/v1/cost-verifications", {"theme_id": theme, "tolerance": "1/5"}))["id"]
        await self.ok("PUT", f"/v1/cost-verifications/{id_}/estimate", estimate | rest)
        member = f"/v1/cost-verifications/{id_}/members/{CHIYODA}"
        await self.ok("PUT", f"{member}/verification", None, "officer", CHIYODA)
        return id_

    async def terms_in_force(self, project: str, *participants: str) -> str:
        """The id of burden terms of the project to which all have consented."""
        body = {"project_id": project.rpartition("/")[2], "terms": TERMS}
        terms = await self.ok("POST", "/v1/burden-terms", body)
        consent = {"terms_hash": terms["terms_hash"]}
        for code in participants:
            path = f"/v1/burden-terms/{terms['id']}/consents/{code}"
            await self.ok("PUT", path, consent, "approver", code)
        id_: str = terms["id"]
        return id_

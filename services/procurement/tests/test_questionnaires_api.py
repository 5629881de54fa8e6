"""Questionnaires over HTTP: who asks, who answers, what stays private, what comes out."""

from __future__ import annotations

from typing import Any

import httpx

from conftest import Api, As
from kyodo_events.values.municipalities import municipalities

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
OPTIONS = [{"code": "yes", "label_ja": "参加する"}, {"code": "no", "label_ja": "参加しない"}]
FORM = {
    "questions": [
        {"code": "takes_part", "text_ja": "参加しますか", "kind": "single", "options": OPTIONS},
        {"code": "seats", "text_ja": "人数", "kind": "number", "required": False},
    ]
}
ANY = {"If-Match": "*"}


class Asking:
    """The service and its callers."""

    def __init__(self, client: httpx.AsyncClient, as_: As) -> None:
        self.client, self.as_ = client, as_
        self.path = ""

    async def draft(self, **more: Any) -> Any:
        """A questionnaire, opened."""
        body = {"title_ja": "来年度の参加意向", "form": FORM, **more}
        drafted = (await self.client.post("/v1/questionnaires", json=body, headers=self.as_("secretariat"))).json()
        self.path = f"/v1/questionnaires/{drafted['id']}"
        await self.send("PUT", "opening", {"deadline": "2099-12-31"}, "secretariat")
        return drafted

    async def send(self, method: str, part: str, body: Any, *who: str, status: int = 200) -> Any:
        """Command something about it."""
        headers = self.as_(*who) | ANY
        answer = await self.client.request(method, f"{self.path}/{part}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def answer(self, code: str, *, status: int = 200, **replies: Any) -> Any:
        """A municipality's answer."""
        body = {"form_version": 1, "replies": replies}
        return await self.send("PUT", f"answers/{code}", body, "officer", code, status=status)

    async def get(self, part: str, *who: str, status: int = 200, **headers: str) -> httpx.Response:
        """Read something of it."""
        answer = await self.client.get(f"{self.path}/{part}", headers=self.as_(*who) | headers)
        assert answer.status_code == status, answer.text
        return answer


async def test_from_the_question_to_the_result(api: Api, as_: As) -> None:
    asking = Asking(await api("procurement"), as_)
    drafted = await asking.draft()
    assert drafted["audience"] == [municipality.code for municipality in municipalities()]
    await asking.answer(CHIYODA, takes_part="yes", seats=1_200)
    await asking.answer(MUSASHINO, takes_part="no")
    await asking.answer(MUSASHINO, takes_part="yes", seats=300)
    await asking.send("PUT", "closing", None, "secretariat")

    result = (await asking.get("result", "officer", OKUTAMA)).json()
    assert (result["asked"], result["answered"], result["response_rate"]) == (62, 2, "2/62")
    assert OKUTAMA in result["unanswered"]
    assert CHIYODA not in result["unanswered"]
    chosen, seats = result["questions"]
    assert {choice["code"]: choice["chosen"] for choice in chosen["choices"]} == {"yes": 2, "no": 0}
    assert (seats["replied"], seats["total"], seats["least"], seats["most"]) == (2, 1_500, 300, 1_200)

    sheet = (await asking.get("sheet", "auditor", Accept="text/csv")).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 63
    assert sheet[:2] == ["コード,名称,参加しますか,人数", "131016,千代田区,yes,1200"]
    words = [row["words"] for row in (await asking.get("history", "auditor")).json()["items"]]
    assert words[-1] == "回答の受付を終えた（回答2団体／対象62団体）"
    assert "武蔵野市が回答した" in words


async def test_an_answer_is_its_municipalitys_own(api: Api, as_: As) -> None:
    asking = Asking(await api("procurement"), as_)
    await asking.draft()
    await asking.answer(CHIYODA, takes_part="yes", seats=1_200)
    own = (await asking.get("answers", "officer", CHIYODA)).json()["items"]
    assert [row["replies"] for row in own] == [{"takes_part": "yes", "seats": 1_200}]
    assert (await asking.get("answers", "officer", MUSASHINO)).json()["items"] == []
    rows = (await asking.get("sheet", "approver", MUSASHINO)).json()["rows"]
    assert [(row["id"], row["cells"]) for row in rows] == [(MUSASHINO, {})]
    await asking.get(f"answers/{CHIYODA}", "officer", MUSASHINO, status=404)
    refused = await asking.get("result", "officer", MUSASHINO, status=409)
    assert refused.json()["type"] == "/problems/questionnaire-not-closed"


async def test_bad_input_is_refused_and_nothing_is_written(api: Api, as_: As) -> None:
    asking = Asking(await api("procurement"), as_)
    await asking.draft(audience=[CHIYODA, MUSASHINO])
    assert (await asking.answer(CHIYODA, status=422, takes_part="maybe"))["type"] == "/problems/answer-does-not-fit"
    assert (await asking.answer(OKUTAMA, status=409, takes_part="yes"))["type"] == "/problems/not-asked"
    body = {"form_version": 1, "replies": {}}
    await asking.send("PUT", "answers/131017", body, "officer", CHIYODA, status=404)
    await asking.send("PUT", f"answers/{CHIYODA}", body, "officer", MUSASHINO, status=404)
    drafting = {"title_ja": "t", "form": FORM, "audience": []}
    nobody = await asking.client.post("/v1/questionnaires", json=drafting, headers=as_("secretariat"))
    assert nobody.status_code == 422
    elsewhere = drafting | {"audience": None, "meeting_id": "0193f1a0-0000-7000-8000-000000000000"}
    no_meeting = await asking.client.post("/v1/questionnaires", json=elsewhere, headers=as_("secretariat"))
    assert no_meeting.status_code == 404
    assert (await asking.get("answers", "auditor")).json()["items"] == []


async def test_a_withdrawn_answer_is_gone(api: Api, as_: As) -> None:
    asking = Asking(await api("procurement"), as_)
    await asking.draft()
    await asking.answer(CHIYODA, takes_part="yes")
    await asking.send("DELETE", f"answers/{CHIYODA}", None, "officer", CHIYODA)
    assert (await asking.get("answers", "auditor")).json()["items"] == []

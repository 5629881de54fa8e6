"""The academy's portal at work: materials of Tokyo and of municipalities, and short ways to command."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.building import ANY, As

CHIYODA, MUSASHINO = "131016", "132039"
PDF = b"%PDF-1.7\n% a text\n"
CONTENT: dict[str, Any] = {
    "title_ja": "電子申請の始め方",
    "description_ja": "申請フォームを作るまで。",
    "licence": "cc_by_4_0",
    "tags": ["電子申請", "業務改善"],
    "skills": ["service_design"],
    "course_ids": [],
    "visibility": "public",
}

PRECEDENT: dict[str, Any] = {
    "category_ja": "電子申請",
    "tool": "申請フォーム作成ツール",
    "place_ja": "見本市",
    "content_ja": "電子申請の拡大",
    "effects_ja": ["申請数の増加"],
    "cost_yen": 1_200_000,
    "cost_note_ja": "年額",
    "barriers": [{"barrier_ja": "職員の抵抗", "solved_ja": "庁内研修を重ねた"}],
    "contact_ja": "見本市デジタル推進課",
    "sources": [{"title_ja": "見本市の報告", "url": "https://www.example.jp/report"}],
    "visibility": "public",
}
VISIT: dict[str, Any] = {
    "country": "KR",
    "country_ja": "韓国",
    "from_day": "2023-01-25",
    "to_day": "2023-01-27",
    "hosts": [{"name_ja": "ソウル特別市", "kind": "local"}],
    "sources": [{"title_ja": "調査報告"}],
    "visibility": "public",
}
FINDING: dict[str, Any] = {"topic_ja": "電子調達", "host_ja": "調達庁", "found_ja": "一つの窓口で調達する。"}
MEETING: dict[str, Any] = {
    "title_ja": "電子申請の広げ方",
    "with_ja": "見本市",
    "precedent_ids": [],
    "starts_at": "2099-06-10T14:00:00+09:00",
    "ends_at": "2099-06-10T15:30:00+09:00",
    "link": "https://meet.example.jp/secret-way-in",
    "programme": [
        {"title_ja": "事例紹介", "minutes": 40, "by_ja": "見本市デジタル推進課"},
        {"title_ja": "質疑", "minutes": 50},
    ],
    "register_until": "2099-06-03",
    "seats": None,
    "visibility": "officials",
}
OFFICIAL = {"name_ja": "見本 花子", "office_ja": "情報政策課", "email": "placeholder@example.jp"}


def office(*parts: str) -> bytes:
    """A package of Office Open XML with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for part in ("[Content_Types].xml", *parts):
            package.writestr(part, "<x/>")
    return buffer.getvalue()


@dataclass
class LibraryDesk:
    """The service, and who is who."""

    client: httpx.AsyncClient
    as_: As

    async def send(
        self, method: str, path: str, body: Any = None, *role: str, person: str | None = None, **more: Any
    ) -> httpx.Response:
        """A request; of the secretariat where no role is named, of nobody for the role `anonymous`."""
        headers = {} if role == ("anonymous",) else self.as_(*role or ("secretariat",), person=person)
        return await self.client.request(method, f"/v1/{path}", json=body, headers=headers | ANY, **more)

    async def done(self, method: str, path: str, body: Any = None, *role: str, **more: Any) -> Any:
        """A request that succeeds; its answer."""
        answer = await self.send(method, path, body, *role, **more)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def upload(self, material_id: str, name: str, content: bytes, *role: str) -> httpx.Response:
        """Add a file to the next version of a material."""
        headers = self.as_(*role or ("secretariat",)) | ANY | {"Content-Type": "application/octet-stream"}
        address = f"/v1/material-works/{material_id}/files"
        return await self.client.post(address, params={"name": name}, content=content, headers=headers)

    async def begun(self, *role: str, **changes: Any) -> str:
        """A material that is worked on."""
        work = await self.done("POST", "material-works", {"content": CONTENT | changes}, *role)
        return str(work["material_id"])

    async def published(self, *role: str, file: bytes | None = None, **changes: Any) -> str:
        """A published material, with a file where one is given."""
        material_id = await self.begun(*role, **changes)
        if file is not None:
            assert (await self.upload(material_id, "資料.pdf", file, *role)).is_success
        await self.done("PUT", f"material-works/{material_id}/publication", None, *role)
        return material_id

    async def titles(self, path: str, *role: str, **more: Any) -> list[str]:
        """The titles of a list as this caller sees it."""
        return [row["title_ja"] for row in (await self.done("GET", path, None, *role, **more))["items"]]


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    """The status of a refusal and its type."""
    return answer.status_code, answer.json()["type"].rpartition("/")[2]

"""Working groups over HTTP: opened by Tokyo, carried by members, read by governments."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from conftest import Api, As

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
ANY = {"If-Match": "*"}
THEME = {
    "name_ja": "共同電子申請システム",
    "kind": "existing_shared_service",
    "group": "existing_services",
    "stage": "full",
}
MATTER = {"title_ja": "契約の単位", "text": "団体ごとか。"}


@pytest.fixture
async def procurement(api: Api) -> httpx.AsyncClient:
    return await api("procurement")


class Forum:
    """The service, with the roles under which it is asked."""

    def __init__(self, client: httpx.AsyncClient, as_: As) -> None:
        self.client, self.as_ = client, as_

    async def send(self, method: str, url: str, body: Any = None, *role: str) -> httpx.Response:
        headers = self.as_(*role or ("secretariat",)) | ANY
        return await self.client.request(method, url, json=body, headers=headers)

    async def theme(self, *, closed: bool = True) -> str:
        """The id of a theme, after its survey."""
        id_: str = (await self.send("POST", "/v1/themes", THEME)).json()["id"]
        await self.send("PUT", f"/v1/themes/{id_}/survey", {"deadline": "2099-12-31"})
        if closed:
            await self.send("PUT", f"/v1/themes/{id_}/survey/closing")
        return id_

    async def group(self, *members: str) -> str:
        """The address of a new group with these members."""
        opened = await self.send("POST", "/v1/working-groups", {"theme_id": await self.theme()})
        assert opened.status_code == 201, opened.text
        group = f"/v1/working-groups/{opened.json()['id']}"
        for code in members:
            assert (await self.send("PUT", f"{group}/members/{code}", None, "officer", code)).status_code == 200
        return group


@pytest.fixture
def forum(procurement: httpx.AsyncClient, as_: As) -> Forum:
    return Forum(procurement, as_)


async def test_from_opening_to_a_recommendation(forum: Forum) -> None:
    group = await forum.group(MUSASHINO, CHIYODA)
    own, officer = f"{group}/members/{CHIYODA}", ("officer", CHIYODA)
    for method, url, body, role in (
        ("POST", f"{own}/meetings", {"held_on": "2023-05-10", "text": "要旨"}, officer),
        ("POST", f"{group}/meetings", {"held_on": "2023-06-10", "text": "要旨2"}, ()),
        ("POST", f"{own}/issues", MATTER, officer),
        ("POST", f"{own}/issues", MATTER | {"title_ja": "負担"}, officer),
        ("PUT", f"{group}/members/{MUSASHINO}/issues/1/resolution", {"resolution": "各自"}, ("officer", MUSASHINO)),
        ("POST", f"{own}/approaches", MATTER | {"title_ja": "共同調達"}, officer),
    ):
        answer = await forum.send(method, url, body, *role)
        assert answer.status_code == 200, answer.text
    hidden = await forum.send("PUT", f"{group}/recommendation", {"approach": 1})
    assert (hidden.status_code, hidden.json()["facts"]) == (409, {"open_issues": [2]})
    named = await forum.send("PUT", f"{group}/recommendation", {"approach": 1, "open_issues": [2]})
    assert (named.status_code, named.headers["ETag"]) == (200, '"10"')

    read = await forum.send("GET", group)
    assert (read.json(), read.headers["ETag"]) == (named.json(), '"10"')
    assert read.json() == {
        "id": group.rpartition("/")[2],
        "theme_ja": THEME["name_ja"],
        "members": [CHIYODA, MUSASHINO],
        "open_issues": [2],
        "recommended": {
            "approach": 1,
            "proposed_by": CHIYODA,
            "matter": MATTER | {"title_ja": "共同調達"},
            "open_issues": [2],
        },
        "version": 10,
    }
    await forum.send("PUT", f"{group}/issues/2/resolution", {"resolution": "参加団体で"})
    assert (await forum.send("GET", group)).json()["open_issues"] == []


async def test_what_was_said_is_listed(forum: Forum) -> None:
    group = await forum.group(CHIYODA)
    own, officer = f"{group}/members/{CHIYODA}", ("officer", CHIYODA)
    await forum.send("POST", f"{own}/meetings", {"held_on": "2023-06-10", "text": "後"}, *officer)
    await forum.send("POST", f"{group}/meetings", {"held_on": "2023-05-10", "text": "先"})
    for title in ("い", "ろ"):
        await forum.send("POST", f"{own}/issues", MATTER | {"title_ja": title}, *officer)
        await forum.send("POST", f"{own}/approaches", MATTER | {"title_ja": title}, *officer)
    await forum.send("PUT", f"{group}/issues/1/resolution", {"resolution": "済"})
    await forum.send("PUT", f"{group}/recommendation", {"approach": 2, "open_issues": [2]})

    async def listed(what: str, field: str, **filters: Any) -> list[Any]:
        page = await forum.client.get(f"{group}/{what}", params=filters, headers=forum.as_("auditor"))
        return [row[field] for row in page.json()["items"]]

    assert await listed("meetings", "recorded_by") == [CHIYODA, "tokyo"]
    assert await listed("meetings", "text", sort="held_on") == ["先", "後"]
    assert await listed("issues", "title_ja", sort="-number") == ["ろ", "い"]
    assert await listed("issues", "title_ja", is_open=True) == ["ろ"]
    assert await listed("issues", "resolution", is_open=False) == ["済"]
    assert [bool(at) for at in await listed("approaches", "recommended_at")] == [False, True]
    assert (await listed("history", "words"))[:2] == [
        "テーマ「共同電子申請システム」のワーキンググループを設置した",
        "千代田区が参加した",
    ]
    for what in ("", "/meetings", "/issues", "/approaches", "/history"):
        url = f"/v1/working-groups/0193f1a0-0000-7000-8000-000000000000{what}"
        assert (await forum.send("GET", url)).status_code == 404


async def test_groups_are_listed_by_member_and_recommendation(forum: Forum) -> None:
    first, second = await forum.group(CHIYODA), await forum.group(CHIYODA, MUSASHINO)
    own = f"{second}/members/{CHIYODA}"
    await forum.send("POST", f"{own}/approaches", MATTER, "officer", CHIYODA)
    await forum.send("PUT", f"{second}/recommendation", {"approach": 1})
    await forum.send("DELETE", f"{first}/members/{CHIYODA}", None, "officer", CHIYODA)

    async def listed(**filters: Any) -> list[str]:
        page = await forum.client.get("/v1/working-groups", params=filters, headers=forum.as_("approver", OKUTAMA))
        return [f"/v1/working-groups/{row['id']}" for row in page.json()["items"]]

    assert sorted(await listed()) == sorted([first, second])
    assert await listed(member=CHIYODA) == [second]
    assert await listed(recommended=True) == [second]
    assert await listed(recommended=False) == [first]
    assert await listed(sort="-theme_ja") == sorted([first, second], reverse=True)


async def test_a_theme_has_one_group_also_when_two_open_it_at_once(forum: Forum) -> None:
    theme_id = await forum.theme()
    answers = await asyncio.gather(
        *(forum.send("POST", "/v1/working-groups", {"theme_id": theme_id}) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    again = await forum.send("POST", "/v1/working-groups", {"theme_id": theme_id})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/working-group-exists")


async def test_a_group_needs_a_theme_whose_survey_is_over(forum: Forum) -> None:
    early = await forum.send("POST", "/v1/working-groups", {"theme_id": await forum.theme(closed=False)})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/theme-not-ready")
    unknown = {"theme_id": "0193f1a0-0000-7000-8000-000000000000"}
    assert (await forum.send("POST", "/v1/working-groups", unknown)).status_code == 404


async def test_who_is_not_a_member_is_refused_and_writes_nothing(forum: Forum) -> None:
    group = await forum.group(CHIYODA)
    other = f"{group}/members/{MUSASHINO}"
    for url, body in (
        (f"{other}/issues", MATTER),
        (f"{other}/approaches", MATTER),
        (f"{other}/meetings", {"held_on": "2023-05-10", "text": "要旨"}),
    ):
        refused = await forum.send("POST", url, body, "officer", MUSASHINO)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-a-member")
        assert (await forum.send("POST", url, body, "officer", CHIYODA)).status_code == 404
        assert (await forum.send("POST", url, body, "approver", MUSASHINO)).status_code == 403
    assert (await forum.send("GET", group)).headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "members/131017", None, 404),
        ("POST", f"members/{CHIYODA}/issues", {"title_ja": ""}, 422),
        ("POST", f"members/{CHIYODA}/issues", MATTER | {"text": "a\x00b"}, 422),
        ("POST", f"members/{CHIYODA}/meetings", {"held_on": "2099-01-01", "text": "要旨"}, 409),
        ("POST", f"members/{CHIYODA}/meetings", {"held_on": "1999-01-01", "text": "要旨"}, 422),
        ("PUT", f"members/{CHIYODA}/issues/1/resolution", {"resolution": ""}, 422),
        ("PUT", f"members/{CHIYODA}/issues/1/resolution", {"resolution": "済"}, 404),
    ],
)
async def test_what_does_not_fit_writes_nothing(forum: Forum, method: str, path: str, body: Any, status: int) -> None:
    group = await forum.group(CHIYODA)
    refused = await forum.send(method, f"{group}/{path}", body, "officer", CHIYODA)
    assert refused.status_code == status, refused.text
    assert (await forum.send("GET", group)).headers["ETag"] == '"2"'


async def test_governments_read_and_nobody_else(forum: Forum) -> None:
    group = await forum.group(CHIYODA)
    assert (await forum.client.get(group)).status_code == 401
    for role, status in ((("supplier",), 403), (("officer", OKUTAMA), 200), (("auditor",), 200)):
        assert (await forum.send("GET", group, None, *role)).status_code == status
        assert (await forum.send("GET", f"{group}/history", None, *role)).status_code == status

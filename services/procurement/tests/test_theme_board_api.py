"""The board of demand: themes × municipalities, as JSON and as a sheet."""

from __future__ import annotations

import csv
import io

import pytest

from conftest import Api, As
from kyodo_events.values.municipalities import municipalities
from tests.support.procurement.caller import Caller, Json, problem

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
BOARD = "/v1/demand-matrix"
SUMS = ["needs", "interests", "answered"]


@pytest.fixture
async def procurement(api: Api, as_: As) -> Caller:
    return Caller(await api("procurement"), as_)


async def theme(procurement: Caller, name_ja: str, group: str, **says: str) -> str:
    """A theme in a survey, with what each municipality says to it."""
    theme_in = {"name_ja": name_ja, "kind": "joint_procurement", "group": group, "stage": "full"}
    id_ = str((await procurement.post("/v1/themes", theme_in)).json()["id"])
    await procurement.put(f"/v1/themes/{id_}/survey", {"deadline": "2099-12-31"})
    for code, need in says.items():
        await procurement.put(f"/v1/themes/{id_}/answers/{code[1:]}", {"need": need}, code[1:])
    return id_


@pytest.fixture
async def themes(procurement: Caller) -> list[str]:
    return [
        await theme(procurement, "電子申請", "a", _131016="need", _132039="interest", _133086="none"),
        await theme(procurement, "チャット", "b", _131016="interest"),
    ]


def rows(matrix: Json) -> dict[str, dict[str, str]]:
    return {row["id"]: row["cells"] for row in matrix["rows"]}


async def test_tokyo_sees_what_every_municipality_says(procurement: Caller, themes: list[str]) -> None:
    first, second = themes
    for role in ("secretariat", "auditor"):
        matrix = (await procurement.get(BOARD, role)).json()
        assert matrix["columns"] == [{"id": first, "label_ja": "電子申請"}, {"id": second, "label_ja": "チャット"}]
        assert [row["id"] for row in matrix["rows"]] == SUMS + [one.code for one in municipalities()]
        cells = rows(matrix)
        assert cells[CHIYODA] == {first: "need", second: "interest"}
        assert (cells[MUSASHINO], cells[OKUTAMA], cells["131024"]) == ({first: "interest"}, {first: "none"}, {})
        assert [cells[name] for name in SUMS] == [
            {first: "1", second: "0"},
            {first: "1", second: "1"},
            {first: "3", second: "1"},
        ]


async def test_a_municipality_sees_the_sums_and_its_own_row(procurement: Caller, themes: list[str]) -> None:
    for role in ((MUSASHINO,), ("approver", MUSASHINO)):
        matrix = (await procurement.get(BOARD, *role)).json()
        assert [row["id"] for row in matrix["rows"]] == [*SUMS, MUSASHINO]
        cells = rows(matrix)
        assert (cells[MUSASHINO], cells["needs"][themes[0]]) == ({themes[0]: "interest"}, "1")
    assert problem(await procurement.get(BOARD, "supplier")) == (403, "forbidden")
    assert (await procurement.client.get(BOARD)).status_code == 401


async def test_the_board_is_a_sheet_too(procurement: Caller, themes: list[str]) -> None:
    sheet = await procurement.get(BOARD, Accept="text/csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert read[:5] == [
        ["コード", "名称", "電子申請", "チャット"],
        ["needs", "ニーズ団体数", "1", "0"],
        ["interests", "関心団体数", "1", "1"],
        ["answered", "回答団体数", "3", "1"],
        [CHIYODA, "千代田区", "need", "interest"],
    ]
    assert len(read) == 1 + 3 + 62


async def test_the_board_of_a_group_and_by_columns(procurement: Caller, themes: list[str]) -> None:
    first, second = themes

    async def columns(query: str) -> list[str]:
        return [column["id"] for column in (await procurement.get(f"{BOARD}?{query}")).json()["columns"]]

    assert await columns("group=b") == [second]
    assert await columns("status=drafted") == []
    page = await procurement.get(f"{BOARD}?limit=1")
    assert await columns("limit=1") == [first]
    assert await columns(f"limit=1&cursor={page.json()['next']}") == [second]
    assert 'rel="next"' in page.headers["link"]

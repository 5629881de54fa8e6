"""Matrices: a column for each of something, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from kyodo_events.values.municipalities import municipalities
from kyodo_platform.identity.policies import public
from kyodo_platform.matrices import Matrix, MatrixColumn, MatrixRow
from kyodo_platform.routing import Router
from tests.support.running import Running

As = Callable[..., dict[str, str]]
COLUMNS = [MatrixColumn(id="id", label_ja="電子申請"), MatrixColumn(id="b", label_ja="=1+1")]


def test_every_municipality_has_a_row_also_where_nothing_is_known_of_it() -> None:
    matrix = Matrix.of_municipalities(COLUMNS, {"131016": {"id": "need"}})
    assert [row.id for row in matrix.rows] == [one.code for one in municipalities()]
    assert (matrix.rows[0].label_ja, matrix.rows[0].cells, matrix.rows[1].cells) == ("千代田区", {"id": "need"}, {})


def test_one_municipality_may_stand_alone_below_the_sums() -> None:
    sums = MatrixRow(id="sum", label_ja="合計", cells={"b": "2"})
    matrix = Matrix.of_municipalities(
        COLUMNS, {"131016": {"id": "x"}, "132039": {"b": "y"}}, above=[sums], only="132039"
    )
    assert [(row.id, row.cells) for row in matrix.rows] == [("sum", {"b": "2"}), ("132039", {"b": "y"})]


async def test_a_route_gives_its_matrix_as_json_and_as_csv(sample: Running) -> None:
    router = Router(prefix="/v1/shelves", tags=[])

    @router.get("", allow=public)
    async def read_shelves() -> Matrix:
        """The shelves."""
        return Matrix.of_municipalities(COLUMNS, {"131016": {"b": "x", "id": "y"}}, only="131016", next="more")

    sample.app.include_router(router.api)
    told = await sample.client.get("/v1/shelves")
    assert told.json()["columns"] == [column.model_dump() for column in COLUMNS]
    assert told.json()["rows"] == [{"id": "131016", "label_ja": "千代田区", "cells": {"b": "x", "id": "y"}}]
    assert (told.headers["vary"], told.headers["link"].partition("?")[2]) == ("Accept", 'cursor=more>; rel="next"')

    sheet = await sample.client.get("/v1/shelves", headers={"Accept": "text/csv"})
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert read == [["コード", "名称", "電子申請", "'=1+1"], ["131016", "千代田区", "y", "x"]]


def test_openapi_says_that_a_matrix_also_comes_as_csv() -> None:
    router = Router(prefix="/v1/shelves", tags=[])

    @router.get("", allow=public)
    async def read_shelves() -> Matrix:
        """The shelves."""
        return Matrix(columns=[], rows=[])

    (route,) = router.routes
    assert "text/csv" in route.responses[200]["content"]

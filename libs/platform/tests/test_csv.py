"""CSV answers: readable in Excel, and never run as a formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from kyodo_platform.csv_answers import csv_response, wants_csv


def accepting(*lines: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept", line.encode()) for line in lines]})


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ((), False),
        (("*/*",), False),
        (("application/json",), False),
        (("text/csv",), True),
        (("TEXT/CSV; charset=utf-8",), True),
        (("text/csv;q=0",), False),
        (("text/csv;q=0.5, application/json",), False),
        (("text/csv, application/json;q=0.9, */*;q=0.1",), True),
        (("application/json;q=0.1", "text/csv"), True),
        (("text/csv;q=nonsense",), False),
        (("text/csv;q=nan",), False),
        (("text/*",), False),
    ],
)
def test_csv_is_given_to_those_who_name_it(accept: tuple[str, ...], wanted: bool) -> None:
    assert wants_csv(accepting(*accept)) is wanted


def test_rows() -> None:
    rows = [
        {"name": "千代田区", "yen": -1200, "on": date(2023, 4, 1), "free": True, "rate": Decimal("-0.5")},
        {"name": 'say "=1+1", then\r\nstop', "yen": 0, "free": None, "ignored": 1},
    ]
    columns = {"name": "名称", "yen": "金額", "on": "日付", "free": "無料", "rate": "率"}
    response = csv_response(rows, columns, filename="負担金 2023.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert response.headers["content-disposition"].endswith("%202023.csv")
    assert bytes(response.body).startswith(b"\xef\xbb\xbf")
    assert bytes(response.body).decode("utf-8-sig") == (
        '名称,金額,日付,無料,率\r\n千代田区,-1200,2023-04-01,true,-0.5\r\n"say ""=1+1"", then\r\nstop",0,,,\r\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_is_never_a_formula(start: str) -> None:
    response = csv_response([{"note": f"{start}cmd|' /C calc'!A0"}], {"note": "note"})
    _, (cell,) = csv.reader(io.StringIO(bytes(response.body).decode("utf-8-sig"), newline=""))
    assert cell == f"'{start}cmd|' /C calc'!A0"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=4))
def test_text_survives_but_for_the_apostrophe(texts: list[str]) -> None:
    columns = {str(index): "c" for index in range(len(texts))}
    response = csv_response([{str(index): text for index, text in enumerate(texts)}], columns)
    _, cells = csv.reader(io.StringIO(bytes(response.body).decode("utf-8-sig"), newline=""))
    assert [cell.removeprefix("'") for cell in cells] == [text.removeprefix("'") for text in texts]

"""CSV answers: the same rows as the JSON ones, for people who open them in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

CSV = "text/csv"
_ROWS_A_CHUNK = 500
_BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads UTF-8 as Shift_JIS

# A spreadsheet runs a text cell that starts so as a formula (OWASP, "CSV Injection"); the full-width signs
# count in Japanese input mode.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def wants_csv(request: Request) -> bool:
    """Whether the caller names `text/csv` in Accept and does not prefer JSON (RFC 9110 §12.5.1).

    A wildcard means JSON, which is what browsers and API clients expect.
    """
    weights = dict(_accepted(part) for line in request.headers.getlist("accept") for part in line.split(","))
    csv_weight = weights.get(CSV, 0.0)
    return csv_weight > 0 and csv_weight >= weights.get("application/json", 0.0)


def csv_response(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, filename: str | None = None
) -> Response:
    """The rows as CSV in UTF-8 with a byte order mark, lines ended by CRLF (RFC 4180).

    `columns` gives the keys to write, in order, with the label of each; a row may lack a key (empty cell).
    Text that a spreadsheet would run as a formula is preceded by an apostrophe; numbers stay numbers, so that
    a negative amount of yen is one.
    """
    text = _written([columns.values(), *([row.get(key) for key in columns] for row in rows)])
    headers = {"Vary": "Accept"}
    if filename is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    return Response(_BYTE_ORDER_MARK + text, media_type=CSV, headers=headers)


async def csv_chunks(
    rows: AsyncIterator[Mapping[str, Any]], columns: Mapping[str, str], *, mark: bool = True
) -> AsyncIterator[str]:
    """The same CSV piece by piece, for rows of any number; `mark` off leaves the byte order mark to none, for tools."""
    yield (_BYTE_ORDER_MARK if mark else "") + _written([columns.values()])
    some: list[list[Any]] = []
    async for row in rows:
        some.append([row.get(key) for key in columns])
        if len(some) == _ROWS_A_CHUNK:
            yield _written(some)
            some.clear()
    yield _written(some)


def _written(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(map(_cell, row) for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):  # asked first: most cells are text, and an export has millions of them
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, Iterable):
        return _cell("、".join(str(item) for item in value))
    return _cell(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _accepted(part: str) -> tuple[str, float]:
    """A media range of an Accept header and its weight; one that cannot be read weighs nothing."""
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    try:
        return media, min(max(float(weight), 0.0), 1.0)
    except ValueError:
        return media, 0.0

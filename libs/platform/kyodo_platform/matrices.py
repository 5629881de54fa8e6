"""Matrices: answers with a column for each of something, such as municipalities × themes, also as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from pydantic import Field
from starlette.responses import Response

from kyodo_events.values.municipalities import municipalities
from kyodo_platform.csv_answers import csv_response
from kyodo_platform.resources import Answer


class MatrixColumn(Answer):
    """What stands at the head of a column."""

    id: str
    label_ja: str


class MatrixRow(Answer):
    """One row: a text for each column's id; a column that is missing has an empty cell."""

    id: str
    label_ja: str
    cells: dict[str, str]


class Matrix(Answer):
    """Rows × columns with a text in each cell; a route that answers with it also gives it as CSV."""

    columns: list[MatrixColumn]
    rows: list[MatrixRow]
    next: str | None = Field(default=None, description="Cursor of the next columns; null where these are the last.")

    @classmethod
    def of_municipalities(
        cls,
        columns: Sequence[MatrixColumn],
        cells: Mapping[str, Mapping[str, str]],
        *,
        above: Sequence[MatrixRow] = (),
        only: str | None = None,
        next: str | None = None,  # noqa: A002 - the field's name
    ) -> Self:
        """A row for each of the 62 (or `only` this one) in the order of their codes, below the rows `above`.

        `cells` are the texts by municipality and column id.
        """
        rows = [
            MatrixRow(id=one.code, label_ja=one.name_ja, cells=dict(cells.get(one.code, {})))
            for one in municipalities()
            if only in (None, one.code)
        ]
        return cls(columns=list(columns), rows=[*above, *rows], next=next)

    def as_csv(self) -> Response:
        """The matrix as a sheet: a row's code and name, then its cells in the order of the columns."""
        labels = {"id": "コード", "label_ja": "名称"} | {f"cell {one.id}": one.label_ja for one in self.columns}
        rows = (
            {"id": row.id, "label_ja": row.label_ja} | {f"cell {id_}": text for id_, text in row.cells.items()}
            for row in self.rows
        )
        return csv_response(rows, labels)

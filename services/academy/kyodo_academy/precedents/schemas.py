"""Precedents as they come in and go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from kyodo_academy.precedents.model import PrecedentContent
from kyodo_academy.visibility import Visibility
from kyodo_events.values.money import yen
from kyodo_platform.matrices import Matrix, MatrixColumn, MatrixRow
from kyodo_platform.resources import Answer, Body, Resource


class PrecedentIn(Body):
    """What is known of a precedent."""

    content: PrecedentContent


class PrecedentOut(Resource):
    """A precedent."""

    precedent_id: str
    visibility: Visibility = Field(title="公開範囲コード")
    visibility_ja: str = Field(default="", title="公開範囲")
    content: PrecedentContent = Field(title="事例")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.visibility_ja = self.visibility.label_ja


class PrecedentRow(PrecedentOut):
    """A precedent in a list, and in a sheet."""

    category_ja: str = Field(title="分類")
    country: str = Field(title="国コード")
    place_ja: str = Field(title="団体")


class PrecedentsImportOut(Answer):
    """What came of recording precedents that may be known already."""

    recorded: int = Field(title="登録件数")
    known: int = Field(title="登録済件数")


class FittingPrecedent(Answer):
    """A precedent for a theme, and the words by which it is one."""

    precedent_id: str
    place_ja: str
    content_ja: str
    words_ja: list[str]


class ThemeRow(Answer):
    """A theme and its precedents, those that share most words first."""

    theme_ja: str = Field(title="テーマ")
    has_precedent: bool = Field(title="事例あり")
    precedents: list[FittingPrecedent] = Field(title="事例")


ASPECTS_JA = {
    "country_ja": "国",
    "place_ja": "団体",
    "category_ja": "分類",
    "tool": "ツール",
    "content_ja": "内容",
    "details_ja": "詳細",
    "effects_ja": "効果",
    "cost_yen": "費用",
    "cost_note_ja": "費用の内訳",
    "barriers": "課題と解決",
    "contact_ja": "問合せ先",
    "sources": "出典",
}
"""What precedents are compared by, in this order."""


def side_by_side(precedents: Sequence[PrecedentOut]) -> Matrix:
    """Aspects × precedents. An empty cell says that the source does not tell."""
    columns = [MatrixColumn(id=one.precedent_id, label_ja=one.content.place_ja) for one in precedents]
    rows = [
        MatrixRow(id=aspect, label_ja=label, cells={one.precedent_id: _cell(aspect, one.content) for one in precedents})
        for aspect, label in ASPECTS_JA.items()
    ]
    return Matrix(columns=columns, rows=rows)


def _cell(aspect: str, content: PrecedentContent) -> str:
    match aspect:
        case "effects_ja":
            return "、".join(content.effects_ja)
        case "cost_yen":
            return "" if content.cost_yen is None else yen(content.cost_yen)
        case "barriers":
            return "\n".join(f"{one.barrier_ja} → {one.solved_ja}" for one in content.barriers)
        case "sources":
            return "\n".join(" ".join(filter(None, (one.title_ja, one.url))) for one in content.sources)
    return getattr(content, aspect) or ""

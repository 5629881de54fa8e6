"""Themes as open data: those that all 62 were asked about, and those that were selected."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, Row, from_query
from kyodo_procurement.board.views import GROUPS_JA
from kyodo_procurement.themes.events import ThemeKind
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.themes.views import theme

STATUSES_JA: Final = {
    ThemeStatus.SURVEYING: "調査中",
    ThemeStatus.SURVEYED: "調査終了",
    ThemeStatus.SELECTED: "選定",
}
"""What is published: a draft is its author's, and what was shelved or merged is no candidate any more."""


def _told(row: Row) -> Row:
    return {
        **row,
        "kind_ja": ThemeKind(row["kind"]).label_ja,
        "group_ja": GROUPS_JA.get(row["group"], row["group"]),
        "stage_ja": Stage(row["stage"]).label_ja,
        "status_ja": STATUSES_JA[ThemeStatus(row["status"])],
    }


data_set: Final = DataSet(
    id="themes",
    title_ja="協働事業の候補テーマ・選定テーマ",
    title_en="Candidate and selected themes of joint work",
    description_ja="区市町村のニーズを調査している又は調査したテーマと、選定されたテーマ。必要とする団体の数を含み、団体名は含まない",
    description_en="Themes surveyed and selected, with the number of municipalities that need each, not their names",
    keywords_ja=("協働", "テーマ", "ニーズ調査"),
    columns=(
        Column("theme_id", "テーマ番号", "Id"),
        Column("name_ja", "テーマ", "Name"),
        Column("kind", "類型コード", "Kind of joint work, as a code"),
        Column("kind_ja", "類型", "Kind of joint work"),
        Column("group", "区分コード", "Group on the forum's board, as a code"),
        Column("group_ja", "区分", "Group on the forum's board"),
        Column("stage", "希望段階コード", "Stage that is wanted, as a code"),
        Column("stage_ja", "希望段階", "Stage that is wanted"),
        Column("status", "状態コード", "How far it has come, as a code"),
        Column("status_ja", "状態", "How far it has come"),
        Column(
            "needs", "ニーズ団体数", "Municipalities that need it", Datatype.INTEGER, "62団体のうち必要と回答した数"
        ),
    ),
    rows=from_query(
        sa.select(
            theme.c.id.label("theme_id"),
            *(theme.c[name] for name in ("name_ja", "kind", "group", "stage", "status", "needs")),
        )
        .where(theme.c.status.in_([status.value for status in STATUSES_JA]))
        .order_by(theme.c.id),
        _told,
    ),
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
    sources=(Theme,),
)

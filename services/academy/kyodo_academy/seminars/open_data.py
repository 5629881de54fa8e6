"""Seminars for the public as open data, in the form of イベント一覧."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_academy.seminars.model import Seminar
from kyodo_academy.seminars.views import seminar
from kyodo_academy.visibility import Visibility
from kyodo_events.words import name_of
from kyodo_platform.open_data import DataSet, Frequency, Row, from_query
from kyodo_platform.open_data.forms import CANCELLED_JA, EVENTS, at_times, of_party

ONLINE_JA: Final = "オンライン"


def _told(row: Row) -> Row:
    return {
        **of_party(row["host"], row["seminar_id"]),
        **at_times(row["starts_at"], row["ends_at"]),
        "イベント名": row["title_ja"],
        "主催者": name_of(row["host"]),
        "場所名称": row["place_ja"] or ONLINE_JA,
        "定員": row["capacity"],
        "URL": row["online_url"],
        "備考": CANCELLED_JA if row["cancelled"] else None,
    }


data_set: Final = DataSet(
    id="public-seminars",
    title_ja="一般公開セミナー（イベント一覧）",
    title_en="Seminars for the public",
    description_ja="東京都と区市町村が一般公開で案内したセミナー。案内後に中止したものは備考に記載。職員向けのものは含まない",
    description_en="Seminars that Tokyo and municipalities announced to the public; cancelled ones say so",
    keywords_ja=("セミナー", "デジタル", "イベント"),
    columns=EVENTS.columns,
    form=EVENTS,
    rows=from_query(
        sa.select(seminar)
        .where(seminar.c.visibility == Visibility.PUBLIC.value)
        .order_by(seminar.c.starts_at, seminar.c.seminar_id),
        _told,
    ),
    frequency=Frequency.CONTINUOUS,
    form_since=date(2026, 11, 28),
    sources=(Seminar,),
)

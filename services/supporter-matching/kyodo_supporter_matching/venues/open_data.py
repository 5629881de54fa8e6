"""Venues of smartphone classes as open data, in the form of 公共施設一覧."""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_platform.open_data import DataSet, Frequency, Row, from_query
from kyodo_platform.open_data.forms import FACILITIES, of_party
from kyodo_supporter_matching.venues.model import Venue
from kyodo_supporter_matching.venues.values import ACCESSIBILITY_JA, EQUIPMENT_JA, Accessibility, Equipment
from kyodo_supporter_matching.venues.views import venue


def _told(row: Row) -> Row:
    equipment = "、".join(EQUIPMENT_JA[Equipment(code)] for code in row["equipment"])
    return {
        **of_party(row["municipality"], row["venue_id"]),
        "名称": row["name_ja"],
        "住所": row["address_ja"],
        "緯度": row["latitude"],
        "経度": row["longitude"],
        "説明": f"席数{row['seats']}" + (f"、設備：{equipment}" if equipment else ""),
        "バリアフリー情報": ";".join(ACCESSIBILITY_JA[Accessibility(code)] for code in row["accessibility"]) or None,
    }


data_set: Final = DataSet(
    id="venues",
    title_ja="スマートフォン体験会等の会場（公共施設一覧）",
    title_en="Venues of smartphone classes",
    description_ja="体験会、相談会等に使われている会場。使用を終えた会場は含まない",
    description_en="Venues in use for smartphone classes and consultations; closed ones are left out",
    keywords_ja=("会場", "公共施設", "バリアフリー"),
    columns=FACILITIES.columns,
    form=FACILITIES,
    rows=from_query(sa.select(venue).where(~venue.c.closed).order_by(venue.c.municipality, venue.c.venue_id), _told),
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
    sources=(Venue,),
)

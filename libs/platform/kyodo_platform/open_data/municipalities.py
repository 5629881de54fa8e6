"""The 62 municipalities as a data set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date
from typing import Final

from kyodo_events.values.municipalities import Area, Kind, municipalities
from kyodo_platform.open_data.data_set import Column, DataSet, Datatype, Frequency, Row
from kyodo_platform.streams import Snapshot

KINDS_JA: Final = {Kind.SPECIAL_WARD: "特別区", Kind.CITY: "市", Kind.TOWN: "町", Kind.VILLAGE: "村"}
AREAS_JA: Final = {Area.WARDS: "区部", Area.TAMA: "多摩", Area.ISLANDS: "島しょ"}


async def _rows(_: Snapshot) -> AsyncIterator[Row]:
    for one in municipalities():
        yield asdict(one) | {
            "kind_ja": KINDS_JA[one.kind],
            "area_ja": AREAS_JA[one.area],
            "population_2020": one.population,
        }


data_set: Final = DataSet(
    id="municipalities",
    title_ja="東京都の区市町村",
    title_en="The municipalities of Tokyo",
    description_ja="62区市町村の全国地方公共団体コード、名称、区分、2020年国勢調査の人口、おおよその位置",
    description_en="The 62 municipalities: code, names, kind, population of the census of 2020, approximate place",
    keywords_ja=("区市町村", "全国地方公共団体コード"),
    columns=(
        Column("code", "全国地方公共団体コード", "Code, six digits"),
        Column("name_ja", "名称", "Name in Japanese"),
        Column("name_kana", "名称_かな", "Name in kana"),
        Column("name_en", "名称_英語", "Name in English"),
        Column("kind", "区分コード", "Kind, as a code"),
        Column("kind_ja", "区分", "Kind"),
        Column("area", "地域コード", "Part of Tokyo, as a code"),
        Column("area_ja", "地域", "Part of Tokyo"),
        Column("population_2020", "人口（2020年国勢調査）", "Population, census of 1 October 2020", Datatype.INTEGER),
        Column("latitude", "緯度", "Latitude, WGS 84, approximate", Datatype.DECIMAL),
        Column("longitude", "経度", "Longitude, WGS 84, approximate", Datatype.DECIMAL),
    ),
    rows=_rows,
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
)

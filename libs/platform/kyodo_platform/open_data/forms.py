"""The forms in which municipalities all over Japan publish lists: イベント一覧 and 公共施設一覧.

The columns, in their order, are those of the recommended data set (推奨データセット, 政府CIOポータル, 2017 and later;
now with the Digital Agency, https://www.digital.go.jp/resources/open_data), data sets 6 and 12, as transcribed in
NEC-FIWARE/smart-data-models, cio/06_イベント一覧 and cio/12_公共施設一覧. It is the form in which Tokyo's own catalogue
publishes (https://www.opendata.metro.tokyo.lg.jp/suisyoudataset/). Its successor (自治体標準オープンデータセット) names
some columns otherwise, see docs/open-data.md: its definition could not be had whole, and half a form is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO, TOKYO_JA, by_code
from kyodo_platform.open_data.data_set import Column, Datatype, Row

TOKYO_CODE: Final = "130001"
"""全国地方公共団体コード of the metropolitan government."""


@dataclass(frozen=True)
class Form:
    """A form by its name and its columns."""

    title_ja: str
    url: str
    columns: tuple[Column, ...]


def _columns(*columns: tuple[str, str] | tuple[str, str, Datatype]) -> tuple[Column, ...]:
    """A form's columns are called as they are titled."""
    return tuple(Column(name, name, english, *datatype) for name, english, *datatype in columns)


_SOURCE: Final = "https://www.digital.go.jp/resources/open_data"

_OF_WHOM: Final = (
    ("都道府県コード又は市区町村コード", "Code of the prefecture or municipality in charge"),
    ("NO", "Number, unique in the list"),
    ("都道府県名", "Prefecture"),
    ("市区町村名", "Municipality"),
)

EVENTS: Final = Form(
    title_ja="推奨データセット イベント一覧",
    url=_SOURCE,
    columns=_columns(
        *_OF_WHOM,
        ("イベント名", "Name of the event"),
        ("イベント名_カナ", "Name in kana"),
        ("イベント名_英語", "Name in English"),
        ("開始日", "First day", Datatype.DATE),
        ("終了日", "Last day", Datatype.DATE),
        ("開始時間", "Begins at", Datatype.TIME),
        ("終了時間", "Ends at", Datatype.TIME),
        ("開始日時特記事項", "Remarks on days and times"),
        ("説明", "What takes place"),
        ("料金(基本)", "Basic fee, in yen", Datatype.INTEGER),
        ("料金(詳細)", "Fees in detail"),
        ("連絡先名称", "Contact"),
        ("連絡先電話番号", "Telephone of the contact"),
        ("連絡先内線番号", "Extension of the contact"),
        ("主催者", "Host"),
        ("場所名称", "Place"),
        ("住所", "Address"),
        ("方書", "Building, floor, room"),
        ("緯度", "Latitude, WGS 84", Datatype.DECIMAL),
        ("経度", "Longitude, WGS 84", Datatype.DECIMAL),
        ("アクセス方法", "How to get there"),
        ("駐車場情報", "Parking"),
        ("定員", "Places", Datatype.INTEGER),
        ("参加申込終了日", "Last day to apply", Datatype.DATE),
        ("参加申込終了時間", "Time by which to apply", Datatype.TIME),
        ("参加申込方法", "How to apply"),
        ("URL", "Address of information", Datatype.URL),
        ("備考", "Remarks"),
    ),
)

FACILITIES: Final = Form(
    title_ja="推奨データセット 公共施設一覧",
    url=_SOURCE,
    columns=_columns(
        *_OF_WHOM,
        ("名称", "Name"),
        ("名称_カナ", "Name in kana"),
        ("名称_通称", "Common name"),
        ("POIコード", "POI code"),
        ("住所", "Address"),
        ("方書", "Building, floor, room"),
        ("緯度", "Latitude, WGS 84", Datatype.DECIMAL),
        ("経度", "Longitude, WGS 84", Datatype.DECIMAL),
        ("電話番号", "Telephone"),
        ("内線番号", "Extension"),
        ("法人番号", "Corporate number of the operator"),
        ("団体名", "Operator"),
        ("利用可能曜日", "Weekdays of use"),
        ("開始時間", "Opens at", Datatype.TIME),
        ("終了時間", "Closes at", Datatype.TIME),
        ("利用可能日時特記事項", "Remarks on opening hours"),
        ("説明", "Description"),
        ("バリアフリー情報", "Accessibility, separated by semicolons"),
        ("URL", "Address of information", Datatype.URL),
        ("備考", "Remarks"),
    ),
)

CANCELLED_JA: Final = "中止"
"""What 備考 says of an event that was announced and does not take place: whoever has seen it learns so."""


def of_party(party: str, number: str) -> Row:
    """The first columns of either form: the government in charge, and the number of the row."""
    whole = party == TOKYO
    return {
        "都道府県コード又は市区町村コード": TOKYO_CODE if whole else party,
        "NO": number,
        "都道府県名": TOKYO_JA,
        "市区町村名": None if whole else by_code(party).name_ja,
    }


def at_times(starts_at: datetime, ends_at: datetime) -> Row:
    """Days and times of an event, in Tokyo's time."""
    begins, ends = starts_at.astimezone(TOKYO_TIME), ends_at.astimezone(TOKYO_TIME)
    return {
        "開始日": begins.date(),
        "終了日": ends.date(),
        "開始時間": f"{begins:%H:%M}",
        "終了時間": f"{ends:%H:%M}",
    }

"""The targets of the scheme as open data, as the forum published them; figures of this product are not public."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from kyodo_platform.open_data import Column, DataSet, Datatype, Frequency, Row
from kyodo_platform.streams import Snapshot
from kyodo_supporter_matching.figures.targets import FORUM, IN_PILOT, PEOPLE, SUPPORTERS
from kyodo_supporter_matching.sessions.values import KINDS_JA

SOURCE_JA: Final = "第4回東京都・区市町村CIOフォーラム（2023年2月14日、東京都デジタルサービス局）資料"


async def _rows(_: Snapshot) -> AsyncIterator[Row]:
    registered = {"figure": "supporters", "figure_ja": "登録サポーター数"}
    yield registered | {"period_ja": "試行", "what": "reported", "value": IN_PILOT, "source_ja": SOURCE_JA}
    yield registered | {"period_ja": "2023年", "what": "target", "value": SUPPORTERS, "source_ja": SOURCE_JA}
    people = {"figure": "people_supported", "figure_ja": "支援した人数"}
    yield people | {"period_ja": "2023年", "what": "target", "value": PEOPLE, "source_ja": SOURCE_JA}
    for (year, kind), held in FORUM.items():
        yield {
            "figure": f"sessions_{kind.value}",
            "figure_ja": f"{KINDS_JA[kind]}の実施回数",
            "period_ja": f"{year}年度" + ("（12月まで）" if year == max(year for year, _ in FORUM) else ""),
            "what": "reported",
            "value": held,
            "source_ja": SOURCE_JA,
        }


data_set: Final = DataSet(
    id="supporter-targets",
    title_ja="スマートフォンサポーター事業の目標",
    title_en="Targets of the smartphone supporter scheme",
    description_ja="東京都と区市町村のCIOフォーラムで示された目標値と実施報告",
    description_en="Targets and reported figures as Tokyo and the municipalities presented them at their CIO forum",
    keywords_ja=("スマートフォンサポーター", "目標", "KPI"),
    columns=(
        Column("figure", "指標コード", "Figure, as a code"),
        Column("figure_ja", "指標", "Figure"),
        Column("period_ja", "期間", "Period"),
        Column(
            "what",
            "種別",
            "target or reported",
            description_ja="target: 目標、reported: フォーラムで報告された数（概数を含む）",
        ),
        Column("value", "値", "Value", Datatype.INTEGER),
        Column("source_ja", "出典", "Source"),
    ),
    rows=_rows,
    frequency=Frequency.IRREGULAR,
    form_since=date(2026, 11, 28),
)

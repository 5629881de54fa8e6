"""What is to be reached, as the forum of 14 February 2023 named it, and the rules of counting in words.

Of years that the forum named no figure for, there is no target: none is made up.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from kyodo_events.values.fiscal import FiscalYear, Month

_FORUM: Final[dict[str, Any]] = json.loads(files(__package__).joinpath("forum_2023.json").read_text(encoding="utf-8"))

SOURCE_JA: Final[str] = _FORUM["source_ja"]
NAME_JA: Final[str] = _FORUM["name_ja"]

COUNTED_FROM: Final = FiscalYear(_FORUM["counted_from_fiscal_year"])
FIRST_MONTH: Final[Month] = COUNTED_FROM.month(1)

CUMULATIVE: Final[int] = _FORUM["cumulative"]["attendances"]
CUMULATIVE_BY: Final = FiscalYear(_FORUM["cumulative"]["fiscal_year"])
YEARLY: Final = {FiscalYear(int(year)): int(number) for year, number in _FORUM["yearly"].items()}

COUNTED_JA: Final = "区市町村職員の延べ出席数（1回の出席を1、一部の出席も1、都職員は別掲）"
HEADS_JA: Final = "期間内に出席した区市町村職員の実人数（同じ人は1回、引継ぎ分は含まない）"
PER_EMPLOYEES_JA: Final = "その年度の延べ数÷同じ年度の登録職員数×1000（切捨て、職員数が未登録なら不明）"
EXPECTED_JA: Final = (
    "終わった月は実績、当月以降は月ごとに「実績と出欠未記録の確定席の合計」と「月平均」の大きい方を取り、合計する。"
    "月平均は当月前の12か月（実績のある最初の月から）の平均（切捨て）。"
)

RULES_JA: Final = {
    "延べ数": "区市町村の職員が研修の1回に出席するごとに1と数える。一部の出席も1とし、出席率では割り引かない。"
    "欠席の記録と、中止した回は数えない。",
    "訂正": "出欠の訂正は、月の確定前なら集計に反映する。確定した月は確定値を用い、"
    "訂正は理由を付けた再確定で反映する。前の確定値も残す。",
    "月": "研修の開始日（東京の日付）の属する月に数える。",
    "都職員": "都の職員の出席は指標に含めず、別に示す。",
    "実人数": "期間内に1回以上出席した区市町村の職員の数。同じ人は期間に1回だけ数えるため、"
    "月や研修の実人数の合計ではない。氏名ではなく仮名で数え、個人情報の削除後も変わらない。"
    "転職等で登録し直した人は別に数える。",
    "確定月をまたぐ実人数": "確定した月の初参加者数に、未確定の月の初参加者数を加える。"
    "確定後の訂正による差は、その月の再確定で解消する。",
    "引継ぎ": "この仕組みの前の実績は、都が出典とともに引き継いだ月別の数を延べ数に加える。"
    "実人数は資料にある場合に別に示す。",
    "職員千人あたり": f"{PER_EMPLOYEES_JA}。職員数は都又は区市町村が年度ごとに出典とともに登録する。",
    "未実施団体": "2022年度以降の延べ数が0の区市町村（全62団体のうち）。団体が不明の引継ぎ分は含まない。",
    "見込み": EXPECTED_JA,
}
"""The whole of the rules, by what they are about."""

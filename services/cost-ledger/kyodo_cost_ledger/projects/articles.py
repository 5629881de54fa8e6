"""Burden terms as articles (条文): the same data in sentences, so that a line can name the article it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kyodo_cost_ledger.usage.pricing import is_free
from kyodo_events.contracts.base_terms import (
    FLAT,
    ROUNDING,
    TOKYO_SHARE,
    BaseComponent,
    BaseDate,
    BaseTerms,
    Direction,
    MidYear,
)
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice, TierMode
from kyodo_events.values.money import yen
from kyodo_events.values.municipalities import TOKYO, TOKYO_JA, by_code

DATES_JA = {
    BaseDate.JANUARY_1: "年度開始直前の1月1日現在",
    BaseDate.MARCH_31: "年度開始直前の3月31日現在",
    BaseDate.SEPTEMBER_30: "前年度の9月30日現在",
    BaseDate.OCTOBER_1: "前年度の10月1日現在",
    BaseDate.CENSUS: "国勢調査",
    BaseDate.PREVIOUS_FISCAL_YEAR: "前年度",
    BaseDate.CALENDAR_YEAR: "前年（暦年）",
}
MID_YEAR_JA = {
    MidYear.BY_MONTH: "年度の途中で参加し、又は参加を終える団体は、参加する月の分を月割により負担する。",
    MidYear.BY_DAY: "年度の途中で参加し、又は参加を終える団体は、その月の分を日割により負担する。",
    MidYear.WHOLE_YEAR: "年度の途中で参加し、又は参加を終える団体も、その年度の全額を負担する。",
    MidYear.NEXT_YEAR: "年度の途中で参加する団体は翌年度から負担し、参加を終える団体は年度末まで負担する。",
}
DIRECTIONS_JA = {Direction.DOWN: "切り捨て", Direction.UP: "切り上げ", Direction.NEAREST: "四捨五入し"}


@dataclass(frozen=True, slots=True)
class Article:
    """One article or numbered item: its name (第3条第2号), the line of the books it leads to, and its sentence."""

    name_ja: str
    item: str | None
    text_ja: str


def articles_of(terms: BurdenTerms) -> list[Article]:
    """All articles in their order."""
    months = f"{terms.effective_from}から{terms.fiscal_year.month(12)}まで"
    first = Article("第1条", None, f"この条件は、{terms.fiscal_year}年度の{months}の費用に適用する。")
    base = list(_base(terms.base)) if terms.base else []
    return [first, *base, *_usage(terms.usage)]


def article_for(terms: BurdenTerms, item: str) -> Article | None:
    """The article that a line of this item rests on."""
    return next((article for article in articles_of(terms) if article.item == item), None)


def _base(base: BaseTerms) -> Iterator[Article]:
    yield Article("第2条", None, f"基本的な経費は、年額{yen(base.annual_amount)}とし、参加団体が負担する。")
    if base.tokyo_amount is not None:
        yield Article("第3条", TOKYO_SHARE, f"東京都は、このうち年額{yen(base.tokyo_amount)}を負担する。")
    else:
        yield Article("第3条", TOKYO_SHARE, f"東京都は、このうち{base.tokyo_share}を負担する。")
    if base.flat_amount:
        yield Article("第4条", FLAT, f"各団体は、定額として年額{yen(base.flat_amount)}を負担する。")
    for number, component in enumerate(base.components, start=1):
        yield Article(f"第5条第{number}号", component.driver, _component(component))
    if base.rounding:
        bearer = TOKYO_JA if base.rounding.bearer == TOKYO else by_code(base.rounding.bearer).name_ja
        rule = f"{yen(base.rounding.unit)}未満を{DIRECTIONS_JA[base.rounding.direction]}、差額は{bearer}が負担する。"
        yield Article("第6条", ROUNDING, f"各団体の負担額は、{rule}")
    else:
        yield Article("第6条", None, "1円未満の端数は、最大剰余法により配分する。")
    yield Article("第7条", None, MID_YEAR_JA[base.mid_year])


def _component(component: BaseComponent) -> str:
    rest = f"残額の{component.share}は、{component.name_ja}"
    if component.base_date:
        rest += f"（{DATES_JA[component.base_date]}）"
    if component.doubling:
        rest += f"（2倍の人口に対し{component.doubling}倍の負担）"
    return f"{rest}により負担する。"


def _usage(prices: tuple[MeterPrice, ...]) -> Iterator[Article]:
    for number, price in enumerate(prices, start=1):
        since = f"（{price.from_month}から）" if price.from_month else ""
        yield Article(f"第8条第{number}号", price.meter, f"{price.label_ja}{since}は、{_price(price)}とする。")


def _price(price: MeterPrice) -> str:
    unit = price.unit_ja
    if is_free(price):
        return "無料"
    parts = [f"月{price.included:,}{unit}までは無料"] if price.included else []
    if price.package_size:
        parts.append(f"{price.package_size:,}{unit}ごとに{yen(price.unit_price or 0)}")
    elif price.unit_price is not None:
        parts.append(f"1{unit}につき{yen(price.unit_price)}")
    else:
        mode = "段階制" if price.tier_mode is TierMode.GRADUATED else "全量制"
        steps = (f"{f'{t.up_to:,}{unit}まで' if t.up_to else 'これを超える分'}{yen(t.unit_price)}" for t in price.tiers)
        parts.append(f"{mode}で1{unit}につき{'、'.join(steps)}")
    parts += [f"月{yen(price.minimum)}以上"] if price.minimum is not None else []
    parts += [f"月{yen(price.maximum)}以下"] if price.maximum is not None else []
    return "、".join(parts)

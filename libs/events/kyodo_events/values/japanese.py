"""Years and days as Japanese authorities write them (元号)."""

from __future__ import annotations

from datetime import date
from typing import Final

_REIWA: Final = date(2019, 5, 1)


def fiscal_year_ja(year: int) -> str:
    """'令和6年度'; the year in which the era changed is 令和元年度."""
    return f"{_year_of('令和', year - 2018) if year >= 2019 else _year_of('平成', year - 1988)}度"


def day_ja(day: date) -> str:
    """'令和6年5月10日'."""
    year = _year_of("令和", day.year - 2018) if day >= _REIWA else _year_of("平成", day.year - 1988)
    return f"{year}{day.month}月{day.day}日"


def month_ja(month: str) -> str:
    """'令和6年4月' of '2024-04'."""
    return day_ja(date(int(month[:4]), int(month[5:7]), 1)).partition("月")[0] + "月"


def _year_of(era: str, year: int) -> str:
    return f"{era}{'元' if year == 1 else year}年"

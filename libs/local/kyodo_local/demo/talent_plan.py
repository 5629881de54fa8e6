"""The sharing of experts as it is played: invented people from obvious placeholders, plausible needs, three villages.

三宅村, 利島村 and 青ヶ島村 share one expert, who works for each of them on days of her own: six half-days a month that
none of them could engage alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from kyodo_events.values.fiscal import Month
from kyodo_local.demo import plan

AOGASHIMA, TOSHIMA, MIYAKE = "134023", "133621", "133817"
SETAGAYA, KUNITACHI, OKUTAMA = "131121", "132152", "133086"

SHARED: Final = {AOGASHIMA: 1, TOSHIMA: 2, MIYAKE: 3}
"""Half-days a month."""

MONTHS: Final = plan.USED_MONTHS
RETURNED: Final = MIYAKE, MONTHS[1]
ADJUSTED: Final = MIYAKE, MONTHS[2], 2
"""One log comes back for a word more; another is set to two half-days, as both sides agree afterwards."""

HALF_DAY_YEN: Final = 26_000
QUALIFIED_UNTIL: Final = "2026-03-31"
CONSENTED_UNTIL: Final = "2024-03-31"


@dataclass(frozen=True, slots=True)
class Expert:
    """One of the experts: what may be asked, and the placeholder that stands for the person."""

    key: str
    personas: Sequence[str]
    areas: Sequence[str]
    half_days: int
    modes: Sequence[str] = ("remote", "on_site")

    @property
    def body(self) -> dict[str, Any]:
        """The registration."""
        return {
            "personas": list(self.personas),
            "half_days_per_month": self.half_days,
            "languages": ["ja"],
            "modes": list(self.modes),
            "areas": list(self.areas),
        }

    @property
    def profile(self) -> dict[str, Any]:
        """Who it is: nobody."""
        return {
            "name_ja": f"見本 {self.key}",
            "email": f"placeholder-{self.key}@example.jp",
            "employer_ja": "株式会社サンプル人材",
            "cv_ja": "見本としての経歴。",
        }


EXPERTS: Final = (
    Expert("one", ("engineer", "project_manager"), ("islands", "tama"), 8),
    Expert("two", ("project_manager",), ("tama",), 6),
    Expert("three", ("service_designer",), ("wards", "tama"), 8),
    Expert("four", ("producer", "project_manager"), ("wards",), 4, ("on_site",)),
    Expert("five", ("engineer",), ("wards",), 12, ("remote",)),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """One municipality's request."""

    municipality: str
    kind: str
    persona: str
    title_ja: str
    need_ja: str
    half_days: int
    urgency: int = 2

    @property
    def body(self) -> dict[str, Any]:
        """The request, for the first half of the fiscal year."""
        return {
            "kind": self.kind,
            "persona": None,
            "title_ja": self.title_ja,
            "need_ja": self.need_ja,
            "reason_ja": "庁内に経験のある職員がいないため。",
            "urgency": self.urgency,
            "half_days_per_month": self.half_days,
            "from_month": str(plan.FISCAL_YEAR.month(1)),
            "until_month": str(plan.FISCAL_YEAR.month(6)),
            "mode": "either",
            "budget_yen": 0,
            "matter": None,
        }

    @property
    def triage(self) -> dict[str, Any]:
        """How the secretariat takes it in."""
        return {"kind": self.kind, "persona": self.persona, "urgency": self.urgency}


_FORMS = "申請様式の多くが紙のまま。どこから電子化すればよいか一緒に考えてほしい。"

WISHES: Final = (
    Wish(AOGASHIMA, "shared_use", "engineer", "申請様式の電子化", _FORMS, 1, urgency=3),
    Wish(TOSHIMA, "shared_use", "engineer", "申請様式の電子化", _FORMS, 2),
    Wish(MIYAKE, "shared_use", "engineer", "申請様式の電子化", _FORMS, 3),
    Wish(SETAGAYA, "hands_on", "service_designer", "窓口の待ち時間", "窓口の動線と案内を見直したい。", 4),
    Wish(OKUTAMA, "hands_on", "project_manager", "システム更新の進め方", "更新の計画と見積の確認を手伝ってほしい。", 2),
    Wish(KUNITACHI, "introduction", "project_manager", "ＤＸ推進の責任者補佐", "推進計画を担う人材を任用したい。", 6),
)
SHARING: Final = WISHES[:3]
"""Those whom one expert serves together; the others are matched in a round, or by an introduction."""

QUESTIONS: Final = {
    AOGASHIMA: "職員が少ない中で、端末の更新はどの順に進めればよいでしょうか。",
    OKUTAMA: "端末の更新計画のひな形はありますか。",
}
MATTER: Final = "device_renewal"


@dataclass(frozen=True)
class Shared:
    """What was arranged: the round's figures, and the expert whom three villages share."""

    round: dict[str, Any]
    expert_id: str


def lines() -> list[dict[str, Any]]:
    """The half-days of the shared assignment, by municipality and month, to September."""
    months = plan.FISCAL_YEAR.months()[:6]
    return [
        {"municipality": code, "month": str(month), "half_days": half_days}
        for code, half_days in SHARED.items()
        for month in months
    ]


def entries(municipality: str, month: Month) -> list[dict[str, Any]]:
    """The half-days worked for one of them: in the month's second week, each on days of its own."""
    monday = next(day for day in (month.first_day + timedelta(days=7 + n) for n in range(7)) if day.weekday() == 0)
    before = sum(half_days for code, half_days in SHARED.items() if code < municipality)
    return [
        {
            "day": _day(monday, number).isoformat(),
            "half": ("am", "pm")[number % 2],
            "activity": "consulting",
            "note_ja": "申請様式の棚卸しと電子化の順序の検討",
        }
        for number in range(before, before + SHARED[municipality])
    ]


def _day(monday: date, number: int) -> date:
    return monday + timedelta(days=number // 2)


def worked(municipality: str) -> int:
    """Half-days that one of them is charged for in the end."""
    code, _, adjusted = ADJUSTED
    total = SHARED[municipality] * len(MONTHS)
    return total - SHARED[municipality] + adjusted if code == municipality else total


def charged() -> int:
    """Yen that the work leads to."""
    return sum(worked(code) for code in SHARED) * HALF_DAY_YEN

"""What people read instead of codes: the services' own names, and the dashboards' where a service has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from kyodo_academy.programmes.model import PROGRAMMES as OF_THE_ACADEMY
from kyodo_cost_ledger.charges.model import BOOKS_JA
from kyodo_cost_ledger.fiscal_years.api import STATUS_JA as YEARS_JA
from kyodo_cost_ledger.fiscal_years.model import YearStatus
from kyodo_cost_ledger.quarantine.letters import FAULTS_JA
from kyodo_cost_ledger.usage.model import REASONS_JA, Outcome
from kyodo_events.contracts.procurement.projects import Stage
from kyodo_procurement.calls.state import CallPhase
from kyodo_procurement.projects.model import ProjectStatus
from kyodo_procurement.savings.values import SavingStatus
from kyodo_procurement.themes.events import Need, ThemeKind
from kyodo_procurement.themes.model import ThemeStatus
from kyodo_supporter_matching.sessions.values import KINDS_JA as SESSIONS_JA
from kyodo_supporter_matching.supporters.parts import STATUS_JA as SUPPORTERS_JA
from kyodo_talent.figures.model import STEPS_JA
from kyodo_talent.requests.model import STATUSES_JA as REQUESTS_JA
from kyodo_talent.requests.values import KINDS_JA as REQUEST_KINDS_JA

Code = TypeVar("Code", bound=str)

Names = Mapping[str, str]
"""What people read, by code."""


def named(names_ja: Mapping[Code, str]) -> dict[str, str]:
    """Both languages side by side; the code is the English."""
    return {str(code): f"{str(code).replace('_', ' ')} ／ {name}" for code, name in names_ja.items()}


BOOKS: Final = named(BOOKS_JA)
MONTHS: Final = {"0": "open ／ 未締め", "1": "closed ／ 締め", "2": "sealed ／ 封印"}
_YEARS: Final = named({YearStatus.OPEN: "未計算"}) | named(YEARS_JA)
YEARS: Final = {str(place): _YEARS[status] for place, status in enumerate(YearStatus)}
OUTCOMES: Final = named(
    {Outcome.CHARGED: "負担計算済み", Outcome.FREE: "無料", Outcome.WAITING: "待ち", Outcome.QUARANTINED: "隔離"}
)
REASONS: Final = named(REASONS_JA) | named(FAULTS_JA) | named({"open": "未処理", "dismissed": "却下済み"})

STAGES: Final = named({stage: stage.label_ja for stage in Stage})
THEMES: Final = named(
    {
        ThemeStatus.DRAFTED: "作成中",
        ThemeStatus.SURVEYING: "調査中",
        ThemeStatus.SURVEYED: "調査済み",
        ThemeStatus.SELECTED: "選定",
        ThemeStatus.SHELVED: "見送り",
        ThemeStatus.MERGED: "統合",
    }
)
THEME_KINDS: Final = named({kind: kind.label_ja for kind in ThemeKind})
ANSWERS: Final = named({Need.NEED: "ニーズあり", Need.INTEREST: "関心あり", Need.NONE: "ニーズなし"})
PROJECTS: Final = named({status: status.label_ja for status in ProjectStatus})
PHASES: Final = named(
    {
        CallPhase.DRAFTED: "作成中",
        CallPhase.COMMITTING: "参加表明",
        CallPhase.TOPPING_UP: "上積み",
        CallPhase.QUOTING: "見積",
        CallPhase.CLOSED: "締切後",
        CallPhase.CANCELLED: "中止",
    }
)
SAVINGS: Final = named({status: status.label_ja for status in SavingStatus})

STEPS: Final = named(STEPS_JA)
REQUESTS: Final = named(REQUEST_KINDS_JA) | named(REQUESTS_JA)
HALF_DAYS: Final = named({"capacity": "提供可能", "held": "仮押さえ", "confirmed": "確定", "worked": "実績"})
SESSIONS: Final = named(SESSIONS_JA)
SUPPORTERS: Final = named(SUPPORTERS_JA)
PROGRAMMES: Final = named({one.code: one.name_ja for one in OF_THE_ACADEMY.values()})

"""Events of themes, from which tests of their rules begin."""

from __future__ import annotations

from datetime import date

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import Decision, ThemeSelected
from kyodo_procurement.themes.events import (
    DemandRegistered,
    DemandWithdrawn,
    Need,
    SurveyAnswer,
    SurveyClosed,
    SurveyOpened,
    ThemeDrafted,
    ThemeKind,
)

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
DEADLINE = date(2022, 12, 23)
IN_TIME = DEADLINE
TOO_LATE = date(2022, 12, 24)
DECISION = Decision(meeting_id="meeting", confirmation=2, text_ja="第4回CIOフォーラム 確認事項2")

NEEDED = SurveyAnswer(need=Need.NEED, firm_quantity=1200, current_unit_price=38)
INTERESTED = SurveyAnswer(need=Need.INTEREST)

drafted = ThemeDrafted(
    name_ja="共同電子申請システム",
    kind=ThemeKind.EXISTING_SHARED_SERVICE,
    group="existing_services",
    stage=Stage.FULL,
    municipality=None,
    proposal_id=None,
)
opened = SurveyOpened(deadline=DEADLINE)
closed = SurveyClosed()
selected = ThemeSelected(
    name_ja=drafted.name_ja, needed_by=(CHIYODA, MUSASHINO), answers=("test:4", "test:3"), decision=DECISION
)


def answered(
    municipality: str, needs: int, interests: int = 0, answered: int | None = None, answer: SurveyAnswer = NEEDED
) -> DemandRegistered:
    """An answer, and how many count with it; all of them in need or interested where no more is said."""
    return DemandRegistered(
        municipality=municipality,
        answer=answer,
        needs=needs,
        interests=interests,
        answered=needs + interests if answered is None else answered,
    )


def withdrawn(municipality: str, needs: int, interests: int = 0) -> DemandWithdrawn:
    """A withdrawal, and how many count after it."""
    return DemandWithdrawn(municipality=municipality, needs=needs, interests=interests, answered=needs + interests)

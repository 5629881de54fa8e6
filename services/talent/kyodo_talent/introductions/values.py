"""How far a case came, why one ends, and what became of an engaged expert later."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """How far a case has come; the last five are its ends, of which only an engagement has follow-ups."""

    LONGLISTED = "longlisted"
    CONSENT_ASKED = "consent_asked"
    CONSENTED = "consented"
    INTRODUCED = "introduced"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    ENGAGED = "engaged"
    DECLINED = "declined"
    NOT_REFERRED = "not_referred"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STAGE_JA[self.value]


_STAGE_JA = {
    "longlisted": "候補",
    "consent_asked": "本人へ照会中",
    "consented": "本人同意済み",
    "introduced": "紹介済み",
    "interviewed": "面談済み",
    "offered": "条件提示済み",
    "engaged": "任用・契約",
    "declined": "辞退",
    "not_referred": "紹介せず",
    "not_selected": "不採用",
    "withdrawn": "取下げ",
}

REFERRED: Final = frozenset({Stage.INTRODUCED, Stage.INTERVIEWED, Stage.OFFERED})
"""The municipality knows who the expert is, and nothing is decided yet."""

BEFORE: Final = frozenset({Stage.LONGLISTED, Stage.CONSENT_ASKED, Stage.CONSENTED})
"""The expert was not introduced yet."""

OPEN: Final = BEFORE | REFERRED


class Reason(StrEnum):
    """Why a case ends without an engagement."""

    SKILLS = "skills"
    CONDITIONS = "conditions"
    NO_TIME = "no_time"
    LOCATION = "location"
    ANOTHER_CANDIDATE = "another_candidate"
    ANOTHER_ENGAGEMENT = "another_engagement"
    NO_CONSENT = "no_consent"
    NO_BUDGET = "no_budget"
    NEED_GONE = "need_gone"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _REASON_JA[self.value]


_REASON_JA = {
    "skills": "スキルが合わない",
    "conditions": "条件が合わない",
    "no_time": "時間が取れない",
    "location": "勤務地が合わない",
    "another_candidate": "別の候補者に決まった",
    "another_engagement": "他の業務に就いた",
    "no_consent": "本人の同意がない",
    "no_budget": "予算がない",
    "need_gone": "需要がなくなった",
    "other": "その他",
}

FITTING: Final = {
    Stage.NOT_REFERRED: frozenset({Reason.SKILLS, Reason.NO_TIME, Reason.NO_CONSENT, Reason.NEED_GONE, Reason.OTHER}),
    Stage.NOT_SELECTED: frozenset(
        {Reason.SKILLS, Reason.CONDITIONS, Reason.ANOTHER_CANDIDATE, Reason.NO_BUDGET, Reason.NEED_GONE, Reason.OTHER}
    ),
    Stage.DECLINED: frozenset(
        {Reason.CONDITIONS, Reason.NO_TIME, Reason.LOCATION, Reason.ANOTHER_ENGAGEMENT, Reason.OTHER}
    ),
    Stage.WITHDRAWN: frozenset({Reason.NEED_GONE, Reason.NO_BUDGET, Reason.OTHER}),
}
"""The reasons of each end."""


class Outcome(StrEnum):
    """How an engagement goes, at a follow-up."""

    GOES_WELL = "goes_well"
    NEEDS_ATTENTION = "needs_attention"
    ENDED = "ended"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"goes_well": "順調", "needs_attention": "要支援", "ended": "終了"}[self.value]


FOLLOW_UPS: Final = (3, 6, 12)
"""Months after the engagement began, at which the secretariat asks how it goes."""

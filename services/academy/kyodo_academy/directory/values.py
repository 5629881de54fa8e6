"""What officials can be asked."""

from __future__ import annotations

from enum import StrEnum


class Help(StrEnum):
    """For what an official may be turned to."""

    ADVICE = "advice"
    EXPERIENCE = "experience"
    DOCUMENTS = "documents"
    LECTURE = "lecture"
    VISIT = "visit"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return HELP_JA[self]


HELP_JA = {
    Help.ADVICE: "相談",
    Help.EXPERIENCE: "導入・運用の経験談",
    Help.DOCUMENTS: "仕様書・規程などの提供",
    Help.LECTURE: "研修の講師",
    Help.VISIT: "視察の受入れ",
}

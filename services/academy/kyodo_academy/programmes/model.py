"""The three programmes by which the academy trains officials, with their plan for fiscal year 2023.

Source: 4th forum of Tokyo's and the municipalities' CIOs, 14 February 2023, Bureau of Digital Services, Tokyo
Metropolitan Government; figures and names as presented there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyodo_events.values.fiscal import FiscalYear

PLANNED_FOR = FiscalYear(2023)


class ProgrammeCode(StrEnum):
    """To which programme a course belongs."""

    CORE_TALENT_STUDY = "core_talent_study"
    CUSTOMISED_TRAINING = "customised_training"
    SHARED_TRAINING = "shared_training"


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme; `people` and `sessions` are those planned for the year, None where no figure was given."""

    code: ProgrammeCode
    name_ja: str
    name_en: str
    people: int
    sessions: int | None


_PLAN = (
    Programme(ProgrammeCode.CORE_TALENT_STUDY, "コア人材育成に向けた勉強会", "Study group for core talent", 60, 12),
    Programme(
        ProgrammeCode.CUSTOMISED_TRAINING,
        "区市町村の状況に応じカスタマイズした研修会",
        "Training customised to a municipality's situation",
        1200,
        33,
    ),
    Programme(
        ProgrammeCode.SHARED_TRAINING,
        "都と区市町村の共通研修",
        "Training shared by Tokyo and the municipalities",
        220,
        None,
    ),
)
PROGRAMMES = {programme.code: programme for programme in _PLAN}

"""The programmes, for everybody to see."""

from __future__ import annotations

from pydantic import Field

from kyodo_academy.programmes.model import PLANNED_FOR, PROGRAMMES, ProgrammeCode
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.identity.policies import public
from kyodo_platform.resources import Answer, Page
from kyodo_platform.routing import Router

router = Router(prefix="/v1/programmes", tags=["programmes"])


class ProgrammeOut(Answer):
    """One programme and its plan."""

    code: ProgrammeCode
    name_ja: str = Field(title="研修名")
    name_en: str
    fiscal_year: FiscalYear = Field(default=PLANNED_FOR, title="年度")
    people: int = Field(title="人数", description="People planned for the fiscal year.")
    sessions: int | None = Field(title="回数", description="Sessions planned for the fiscal year, where given.")


@router.get("", allow=public)
async def list_programmes() -> Page[ProgrammeOut]:
    """The academy's programmes with their plan for the fiscal year."""
    return Page(items=[ProgrammeOut.of(programme) for programme in PROGRAMMES.values()])

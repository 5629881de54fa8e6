"""What procurement publishes: selected themes, projects and their participants, burden terms, metered usage."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.burden_terms import BurdenTerms, MeterCode
from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode

THEMES = Topic("kyodo.procurement.themes.v1")
PROJECTS = Topic("kyodo.procurement.projects.v1")
TERMS = Topic("kyodo.procurement.burden-terms.v1")
USAGE = Topic("kyodo.procurement.usage.v1")

Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]


class Stage(StrEnum):
    """How far a project has come."""

    RESEARCH = "research"  # 調査・研究
    TRIAL = "trial"  # 試行導入
    FULL = "full"  # 本格導入


class ThemeSelected(Event, type="kyodo.procurement.theme-selected", topic=THEMES):
    """Tokyo's secretariat took a theme up; the municipalities whose live answers prove the need are named."""

    name_ja: str
    needed_by: tuple[MunicipalityCode, ...]
    decision: str


class ProjectStarted(Event, type="kyodo.procurement.project-started", topic=PROJECTS):
    """A selected theme is worked on as a project (協働事業)."""

    name_ja: str
    theme_id: str
    stage: Stage


class ParticipantJoined(Event, type="kyodo.procurement.participant-joined", topic=PROJECTS):
    """A municipality takes part in the project from a month on. The stream is the project."""

    municipality: MunicipalityCode
    from_month: Month


class ParticipantLeft(Event, type="kyodo.procurement.participant-left", topic=PROJECTS):
    """A municipality's participation ends with a month, that month included. The stream is the project."""

    municipality: MunicipalityCode
    last_month: Month


class BurdenTermsEnteredIntoForce(
    Event, type="kyodo.procurement.burden-terms-entered-into-force", topic=TERMS, key="project_id"
):
    """Every participant consented; the terms are carried whole, with the hash each of them consented to.

    The stream is the terms' own id. Keyed by project, so that versions of one project arrive in order.
    """

    project_id: str
    terms_version: Annotated[int, Field(ge=1, description="Counts the terms of this project, from 1.")]
    terms: BurdenTerms
    terms_hash: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the canonical JSON of the terms.")
    ]
    consented_by: tuple[MunicipalityCode, ...]


class ServiceUsed(Event, type="kyodo.procurement.service-used", topic=USAGE, key="municipality"):
    """A municipality used a shared service; one event a metered record, in a stream of its own."""

    project_id: str
    meter: MeterCode
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: date
    record: Annotated[str, Field(description="The operator's own identification of the record, unique in the project.")]

"""What happens to guidelines, consultations and projects by region."""

from __future__ import annotations

from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_supporter_matching.regional_projects.values import Guideline, ProjectPlan, Result

PREFIX = "kyodo.supporter-matching"


class GuidelineRegistered(
    Event, type=f"{PREFIX}.guideline-registered", words="ガイドライン「{guideline.title_ja}」を登録した"
):
    """Tokyo put a guideline document on the list."""

    guideline: Guideline


class GuidelineRenewed(Event, type=f"{PREFIX}.guideline-renewed", words="ガイドラインを{guideline.edition}に改めた"):
    """Another edition takes the place of the one before."""

    guideline: Guideline


class RegionalConsultationAsked(Event, type=f"{PREFIX}.regional-consultation-asked", words="{municipality}が相談した"):
    """A municipality asked Tokyo about a project that it has in mind."""

    municipality: MunicipalityCode
    subject_ja: str
    question_ja: str


class RegionalConsultationAnswered(
    Event, type=f"{PREFIX}.regional-consultation-answered", words="第{number}の回答をした"
):
    """Tokyo answered; answers are numbered from 1."""

    municipality: MunicipalityCode
    number: int
    answer_ja: str


class RegionalConsultationClosed(Event, type=f"{PREFIX}.regional-consultation-closed", words="相談を終えた"):
    """The consultation came to its outcome."""

    municipality: MunicipalityCode
    outcome_ja: str


class RegionalProjectProposed(
    Event, type=f"{PREFIX}.regional-project-proposed", words="{municipality}が事業を提案した"
):
    """A municipality asks Tokyo to support its project."""

    municipality: MunicipalityCode
    plan: ProjectPlan


class RegionalProjectRevised(Event, type=f"{PREFIX}.regional-project-revised", words="{municipality}が計画を改めた"):
    """The plan changed before Tokyo decided on it."""

    municipality: MunicipalityCode
    plan: ProjectPlan


class RegionalProjectSupported(Event, type=f"{PREFIX}.regional-project-supported", words="東京都が支援を決定した"):
    """Tokyo supports the project."""

    municipality: MunicipalityCode


class RegionalProjectStarted(Event, type=f"{PREFIX}.regional-project-started", words="{municipality}が事業を開始した"):
    """The project is running."""

    municipality: MunicipalityCode


class RegionalProjectCompleted(
    Event, type=f"{PREFIX}.regional-project-completed", words="{municipality}が事業を完了した"
):
    """The project came to its end."""

    municipality: MunicipalityCode


class RegionalProjectStopped(Event, type=f"{PREFIX}.regional-project-stopped", words="事業を中止した"):
    """The project is given up, or not supported."""

    municipality: MunicipalityCode
    reason_ja: str


class RegionalResultReported(
    Event,
    type=f"{PREFIX}.regional-result-reported",
    words="{municipality}が{fiscal_year}年度の実績を報告した",
):
    """A municipality reported half a fiscal year's results, or corrected them."""

    municipality: MunicipalityCode
    fiscal_year: FiscalYear
    half: int
    result: Result

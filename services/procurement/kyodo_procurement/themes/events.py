"""What happens to a theme, and the values its events are made of."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.event import Event, JsonObject, registry
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Price
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Day, Text
from kyodo_events.values.value import Value


class ThemeKind(StrEnum):
    """The four kinds of joint work (協働の4類型)."""

    JOINT_PROCUREMENT = "joint_procurement"
    TALENT_SHARING = "talent_sharing"
    EXISTING_SHARED_SERVICE = "existing_shared_service"
    MUNICIPAL_PROPOSAL = "municipal_proposal"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _KINDS_JA[self]


_KINDS_JA = {
    ThemeKind.JOINT_PROCUREMENT: "共同調達",
    ThemeKind.TALENT_SHARING: "人材シェアリング",
    ThemeKind.EXISTING_SHARED_SERVICE: "共同電子申請等の既存サービス",
    ThemeKind.MUNICIPAL_PROPOSAL: "区市町村から提案される事項",
}


class Need(StrEnum):
    """What a municipality says to a theme."""

    NEED = "need"
    INTEREST = "interest"
    NONE = "none"


class SurveyAnswer(Value):
    """A municipality's answer: whether it needs the theme, how much and when, and what it pays today.

    Quantities are in the theme's own unit, the price in whole yen for one of them. Optional quantity is what may
    come on top of the firm one. The budget year is the one from which the municipality could pay.
    """

    need: Need
    firm_quantity: Quantity | None = None
    optional_quantity: Quantity | None = None
    current_unit_price: Price | None = None
    current_contract_ends: Day | None = None
    budget_year: FiscalYear | None = None
    wanted_stage: Stage | None = None
    remarks: Text = ""


class ThemeDrafted(
    Event,
    type="kyodo.procurement.theme-drafted",
    version=2,
    words="テーマ「{name_ja}」（{kind}、{stage}）を起案した",
):
    """A theme was put up for the survey: by a municipality, or by the secretariat where none is named.

    One that came of a municipality's proposal names the proposal, and as municipality the proposal's lead.
    """

    name_ja: str
    kind: ThemeKind
    group: str
    stage: Stage
    municipality: MunicipalityCode | None
    proposal_id: str | None


@registry.upcasts(ThemeDrafted, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """In version 1 the secretariat alone drafted themes."""
    return {**data, "municipality": None, "proposal_id": None}


class SurveyOpened(
    Event, type="kyodo.procurement.survey-opened", words="回答期限を{deadline}としてニーズ調査を開始した"
):
    """All 62 municipalities are asked, until the end of the deadline's day in Tokyo."""

    deadline: date


class SurveyReopened(
    Event,
    type="kyodo.procurement.survey-reopened",
    words="回答期限を{deadline}としてニーズ調査を再開した。理由：{reason}",
):
    """All are asked again, until the end of another day; the answers given before still count."""

    deadline: date
    reason: str


class CountedEvent(Event):
    """The answers that count from then on: needs, interests, and answers of any kind.

    The last two are None where the event was stored before they were counted.
    """

    needs: int
    interests: int | None
    answered: int | None


class DemandRegistered(
    CountedEvent,
    type="kyodo.procurement.demand-registered",
    version=2,
    words="{municipality}がニーズ調査に回答した",
):
    """A municipality answered, or revised its answer."""

    municipality: MunicipalityCode
    answer: SurveyAnswer


@registry.upcasts(DemandRegistered, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """Version 1 asked for less, and counted the needs alone."""
    asked_since = dict.fromkeys(("optional_quantity", "current_contract_ends", "budget_year", "wanted_stage"))
    return {**data, "answer": {**asked_since, **data["answer"]}, "interests": None, "answered": None}


class DemandWithdrawn(
    CountedEvent,
    type="kyodo.procurement.demand-withdrawn",
    version=2,
    words="{municipality}が回答を取り下げた",
):
    """A municipality took its answer back."""

    municipality: MunicipalityCode


@registry.upcasts(DemandWithdrawn, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """Version 1 counted the needs alone."""
    return {**data, "interests": None, "answered": None}


class SurveyClosed(Event, type="kyodo.procurement.survey-closed", words="ニーズ調査を締め切った"):
    """No more answers are taken."""


class ThemeTakenUpAgain(
    Event, type="kyodo.procurement.theme-taken-up-again", words="見送りを取り消した。理由：{reason}"
):
    """The secretariat ended the shelving, to select the theme."""

    reason: str


class NeedFlagCleared(
    Event,
    type="kyodo.procurement.need-flag-cleared",
    words="ニーズの減少を確認し、選定を維持した。理由：{reason}",
):
    """The secretariat keeps the theme selected, although fewer than two municipalities need it now."""

    reason: str


class ThemeMerged(
    Event,
    type="kyodo.procurement.theme-merged",
    words="テーマ「{into_name_ja}」に統合した。理由：{reason}",
):
    """The theme goes on as part of another one."""

    into: str
    into_name_ja: str
    reason: str


class ThemeAbsorbed(Event, type="kyodo.procurement.theme-absorbed", words="テーマ「{name_ja}」を統合した"):
    """Another theme goes on as part of this one; `merged_from` names all that do."""

    theme_id: str
    name_ja: str
    merged_from: tuple[str, ...]

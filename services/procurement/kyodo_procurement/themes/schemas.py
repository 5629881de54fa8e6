"""What is asked and answered about themes over HTTP."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import Decision, DecisionReference
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.themes.events import Need, ThemeKind
from kyodo_procurement.themes.model import ThemeStatus


class ThemeIn(Body):
    """A theme to be put up for the survey."""

    name_ja: Line
    kind: ThemeKind
    group: Code
    stage: Stage = Field(description="The stage that is wanted.")


class SurveyIn(Body):
    """How long the survey runs."""

    deadline: Day = Field(description="Last day on which answers are taken, Tokyo time.")


class ReasonIn(Body):
    """Why something is done; everybody may read it."""

    reason: Line


class ReopeningIn(SurveyIn, ReasonIn):
    """How long a survey runs again, and why."""


class SelectionIn(Body):
    """What the selection rests on."""

    decision: DecisionReference


class ReselectionIn(SelectionIn, ReasonIn):
    """What the selection of a shelved theme rests on, and why it is taken up again."""


class MergingIn(ReasonIn):
    """Which theme takes this one in, and why."""

    into: Id


class ThemeOut(Resource):
    """A theme as everybody may see it."""

    id: str
    name_ja: str = Field(title="テーマ")
    kind: ThemeKind = Field(title="類型")
    group: str = Field(title="区分")
    stage: Stage = Field(title="希望段階")
    status: ThemeStatus = Field(title="状態")
    drafted_by: str = Field(title="起案団体", description="A municipality's code, or tokyo.")
    proposal_id: str | None = Field(title="元の提案", description="The proposal that it came of.")
    deadline: date | None = Field(title="回答期限", description="Last day on which answers are taken.")
    needs: int = Field(title="ニーズ団体数", description="Municipalities with a live need.")
    interests: int | None = Field(
        title="関心団体数", description="Municipalities that are interested; null where that was not counted."
    )
    answered: int | None = Field(
        title="回答団体数", description="Municipalities of the 62 with a live answer; null where that was not counted."
    )
    decision: Decision | None = Field(title="選定の根拠")
    selected_for: list[str] = Field(title="選定時のニーズ団体", description="Whose needs the selection named.")
    flagged: bool = Field(title="要確認", description="Selected, while fewer than two municipalities need it by now.")
    merged_into: str | None = Field(title="統合先")
    merged_from: list[str] = Field(title="統合元")


class AnswerRow(Answer):
    """A municipality's live answer."""

    id: str = Field(title="回答番号", description="By which a selection names the answers that prove the need.")
    theme_id: str
    municipality: str = Field(title="団体コード")
    need: Need = Field(title="ニーズ")
    firm_quantity: int | None = Field(title="確定数量")
    optional_quantity: int | None = Field(title="追加見込数量")
    current_unit_price: int | None = Field(title="現在の単価（円）")
    current_contract_ends: date | None = Field(title="現契約の終了日")
    budget_year: int | None = Field(title="予算年度")
    wanted_stage: Stage | None = Field(title="希望段階")
    remarks: str = Field(title="備考")
    answered_at: datetime = Field(title="回答日時")

"""What people send to an evaluation and get from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.contracts.procurement.calls import Criterion
from kyodo_events.values.money import Ratio
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.evaluations.scoring import Standing
from kyodo_procurement.evaluations.values import LotStatus, Score, Subject, Tender
from kyodo_procurement.quotations.values import QuotationKind

Objecting = Annotated[Text, Field(min_length=1)]
LotInPath = Annotated[int, Field(ge=1, le=99, examples=[1])]
ObjectionNumber = Annotated[int, Field(ge=1, le=200, examples=[1])]


class EvaluationIn(Body):
    """The call whose opened quotations are to be compared."""

    call_id: Id


class ScorersIn(Body):
    """Who scores, beside those who do already."""

    scorers: Annotated[list[Subject], Field(min_length=1, max_length=20)]


class ReleaseIn(Body):
    """Who scores no longer, and why."""

    scorer: Subject
    reason: Line


class ConflictIn(Body):
    """The suppliers with whom you have a conflict of interest; an empty list declares that there is none."""

    suppliers: Annotated[list[Subject], Field(max_length=100, description="Subjects of suppliers, as in `tenders`.")]


class ScoresIn(Body):
    """Your points by criterion, for all criteria or some; the price is not scored by people."""

    scores: Annotated[dict[Code, Score], Field(min_length=1, max_length=20)]


class AwardProposalIn(Body):
    """Which quotation is to get the lot; the reason, where it does not stand alone at the top."""

    quotation_id: Id
    reason: Line | None = None


class ReasonIn(Body):
    """Why."""

    reason: Line


class ObjectionIn(Body):
    """What a supplier objects to."""

    text: Objecting


class AnswerIn(Body):
    """The answer to an objection; upholding it takes the proposal back."""

    answer: Objecting
    upheld: bool


class EvaluationOut(Resource):
    """What is compared, by which criteria, and who scores."""

    call_id: str = Field(title="調達ID")
    criteria: list[Criterion] = Field(title="評価基準")
    standstill_days: int = Field(title="異議申立期間（日）")
    tenders: list[Tender] = Field(title="評価対象", description="Costs are yen for all firm quantities of a lot.")
    scorers: list[str] = Field(title="評価者")
    undecided: int = Field(title="未決定ロット数", description="Lots neither awarded nor failed.")


class LotRow(Answer):
    """How far a lot is. Public."""

    call_id: str = Field(title="調達ID")
    lot: int = Field(title="ロット")
    status: LotStatus = Field(title="状態")
    quotation_id: str | None = Field(title="見積ID")
    supplier_ja: str | None = Field(title="事業者名")
    corporate_number: str | None = Field(title="法人番号")
    total: Ratio | None = Field(title="総合評価点", description="Points, 0 to 100, exact.")
    reason: str | None = Field(title="理由")
    standstill_until: date | None = Field(title="異議申立期限")
    awarded_on: date | None = Field(title="落札決定日")
    amount: int | None = Field(title="確定数量の総額（円）", description="Yen for all firm quantities, once awarded.")


class ScoreRow(Answer):
    """Points that one scorer gave one quotation by one criterion."""

    quotation_id: str = Field(title="見積ID")
    scorer: str = Field(title="評価者")
    criterion: str = Field(title="評価基準")
    score: int = Field(title="評価点")
    given_at: datetime = Field(title="記録日時")


class ConflictRow(Answer):
    """What a scorer declared."""

    scorer: str = Field(title="評価者")
    suppliers: list[str] = Field(title="利益相反のある事業者")
    declared_at: datetime = Field(title="申告日時")


class ObjectionRow(Answer):
    """A supplier's objection and its answer."""

    number: int = Field(title="番号")
    lot: int = Field(title="ロット")
    supplier: str = Field(title="申立者")
    text: str = Field(title="内容")
    raised_at: datetime = Field(title="申立日時")
    answer: str | None = Field(title="回答")
    upheld: bool | None = Field(title="認容")
    answered_at: datetime | None = Field(title="回答日時")


class ContractRow(Answer):
    """What one municipality's contract says of one item. Public after the award."""

    municipality: str = Field(title="団体コード")
    call_id: str = Field(title="調達ID")
    lot: int = Field(title="ロット")
    item: str = Field(title="品目")
    supplier_ja: str = Field(title="事業者名")
    corporate_number: str = Field(title="法人番号")
    quotation_id: str = Field(title="見積ID")
    firm: int = Field(title="確定数量")
    optional: int = Field(title="任意数量")
    firm_amount: int = Field(title="確定数量の金額（円）")
    optional_unit_price: int = Field(title="任意数量の単価（円）")
    awarded_on: date = Field(title="落札決定日")


class MatrixRow(Answer):
    """One quotation in one lot: its joint cost, its points by criterion, its total and rank."""

    lot: int
    quotation_id: str
    kind: QuotationKind
    supplier_ja: str
    cost: int = Field(description="Yen for all firm quantities of the lot.")
    points: dict[str, Ratio] = Field(
        description="Means of what scorers gave, by criterion; `price` is 100 for the lowest cost of the lot, otherwise"
        " 100 × lowest ÷ own, rounded down."
    )
    total: Ratio | None = Field(description="Sum of weight × points ÷ 100; null while points are missing.")
    rank: int | None = Field(description="From 1; quotations of the same total share it.")
    sharing: int = Field(description="How many quotations share the rank: more than one is a tie.")

    @classmethod
    def at(cls, lot: int, standing: Standing) -> Self:
        """How a quotation stands in a lot."""
        tender = standing.tender
        return cls(
            lot=lot,
            quotation_id=tender.quotation_id,
            kind=tender.kind,
            supplier_ja=tender.supplier.name_ja,
            cost=standing.cost,
            points=dict(standing.points),
            total=standing.total,
            rank=standing.rank,
            sharing=standing.sharing,
        )


class MatrixOut(Answer):
    """All lots' quotations with their points, each lot's best first."""

    criteria: list[Criterion]
    missing: dict[int, int] = Field(description="Points still to be given before a lot can be proposed, by lot.")
    rows: list[MatrixRow]

"""What an explanation says, in the words of the statement."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from kyodo_cost_ledger.base.basis import Basis
from kyodo_cost_ledger.charges.model import Book, Reason
from kyodo_cost_ledger.corrections.schemas import CorrectionRow
from kyodo_cost_ledger.explanations.model import BaseExplanation
from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.projects.articles import article_for
from kyodo_cost_ledger.projects.model import TermsVersion
from kyodo_cost_ledger.usage.model import Outcome, Rating, UsageCell
from kyodo_cost_ledger.usage.model import Reason as WaitingReason
from kyodo_events.values.fiscal import Month
from kyodo_platform.resources import MAX_PAGE, Answer


class TermsProof(Answer):
    """The terms that were applied, and the event that brought them into force."""

    terms_id: str
    terms_version: int
    terms_hash: str
    event_id: UUID

    @classmethod
    def of(cls, version: TermsVersion) -> TermsProof:
        return cls(
            terms_id=version.terms_id,
            terms_version=version.version,
            terms_hash=version.terms_hash,
            event_id=version.event_id,
        )


class QuotaOut(Answer):
    """A share of a pool by largest remainder."""

    quota: str = Field(description="Exact quota in yen: pool × weight ÷ sum of weights, as a fraction.")
    whole: int = Field(description="Its whole yen.")
    remainder: str = Field(description="What is left of it, as a fraction of a yen.")
    residual: int = Field(description="1 where it got one of the yen that were left.")
    tie_break: str | None = Field(description="SHA-256 by which it was ranked, where equal remainders had to be.")
    amount: int = Field(description="`whole` + `residual`.")


class RoundingOut(Answer):
    """How rounding moved the amount (端数調整)."""

    unit: int = Field(description="Yen.")
    direction: str = Field(description="down, up or nearest.")
    bearer: str = Field(description="Who bears what rounding leaves.")
    before: int = Field(description="The party's yen before rounding.")
    moves_of_others: dict[str, int] = Field(description="Of the bearer: its amount is their sum with a minus.")
    amount: int = Field(description="What rounding adds.")


class CumulativeShareOut(Answer):
    """The split of what fell due since the segment began."""

    until: Month | None = Field(description="The month it runs to; null before the segment's first.")
    pool: int
    tokyo: int = Field(description="Tokyo's own part of the pool.")
    flat: int = Field(description="What all flat amounts (定額割) come to.")
    mixture: int = Field(description="`pool` − `tokyo` − `flat`: what the components split.")
    component: QuotaOut | None = Field(description="The component's part of the mixture; null where there is none.")
    share: QuotaOut | None
    rounding: RoundingOut | None
    amount: int


class BasisOut(Answer):
    """The figure that the line rests on."""

    label_ja: str
    figure: str = Field(description="Exact; by days it may be a fraction.")
    total: str = Field(description="The sum of all participants'.")
    unit_ja: str
    reference: str = Field(description="Its day or span; empty where it has none.")
    source_ja: str

    @classmethod
    def of(cls, basis: Basis) -> BasisOut:
        """With the figures as text."""
        fields = {name: getattr(basis, name) for name in cls.model_fields}
        return cls.model_validate(fields | {"figure": str(basis.figure), "total": str(basis.total)})


class ArticleOut(Answer):
    """The article of the burden terms."""

    name_ja: str
    text_ja: str


class BaseExplanationOut(Answer):
    """amount = until_this_month.amount − until_month_before.amount."""

    terms: TermsProof
    article: ArticleOut | None
    annual_amount: int
    tokyo_share: str
    tokyo_amount: int | None
    flat_amount: int
    first_month: Month = Field(description="First month of the segment: same terms, same participants.")
    last_month: Month
    pool_id: str = Field(description="Names the pool in the tie-breaking hash, with the item: `pool_id`/`item`.")
    component_share: str | None
    basis: BasisOut | None
    weights: dict[str, str] = Field(description="What each participant weighs, exact.")
    until_this_month: CumulativeShareOut
    until_month_before: CumulativeShareOut

    @classmethod
    def of(cls, found: BaseExplanation) -> BaseExplanationOut:
        segment = found.segment
        return cls(
            terms=TermsProof.of(segment.version),
            article=ArticleOut.model_validate(found.article) if found.article else None,
            annual_amount=segment.base.annual_amount,
            tokyo_share=str(segment.base.tokyo_share),
            tokyo_amount=segment.base.tokyo_amount,
            flat_amount=segment.base.flat_amount,
            first_month=segment.first,
            last_month=segment.last,
            pool_id=segment.pool_id,
            component_share=found.component_share,
            basis=BasisOut.of(found.basis) if found.basis else None,
            weights=found.weights,
            until_this_month=CumulativeShareOut.model_validate(found.until_this_month),
            until_month_before=CumulativeShareOut.model_validate(found.until_month_before),
        )


class UsageRecordOut(Answer):
    """One metered record, or a correction or cancellation of one."""

    event_id: UUID
    record: str
    used_on: date
    quantity: int = Field(description="Of a correction or cancellation, the difference: it may be negative.")
    source: str = Field(description="The service that published its event.")
    topic: str | None = Field(description="Where the event stood in Kafka; null for what came before that was kept.")
    partition: int | None
    offset: int | None


class PricedUnitsOut(Answer):
    """Some of the units and what each of them costs."""

    units: int
    unit_price: int
    amount: int


class UsageExplanationOut(Answer):
    """amount = sum of the steps' units × unit_price, held between minimum and maximum."""

    terms: TermsProof | None
    article: ArticleOut | None
    outcome: Outcome
    reason: WaitingReason | None
    quantity: int
    included: int = Field(description="Units a month that are free.")
    billable: int | None = Field(description="`quantity` less what is included.")
    steps: list[PricedUnitsOut]
    minimum: int | None
    maximum: int | None
    unit_ja: str | None
    records: int = Field(description="Number of records behind the quantity, corrections among them.")
    first_records: list[UsageRecordOut] = Field(description=f"The first {MAX_PAGE} of them, in order of time.")

    @classmethod
    def explaining(
        cls, cell: UsageCell, rating: Rating, version: TermsVersion | None, records: list[UsageRecordOut]
    ) -> UsageExplanationOut:
        price = version.terms.price_of(cell.meter, cell.month) if version else None
        article = article_for(version.terms, cell.meter) if version else None
        return cls(
            terms=TermsProof.of(version) if version else None,
            article=ArticleOut.model_validate(article) if article else None,
            outcome=rating.outcome,
            reason=rating.reason,
            quantity=cell.quantity,
            included=price.included if price else 0,
            billable=rating.priced.billable if rating.priced else None,
            steps=[PricedUnitsOut.model_validate(step) for step in rating.priced.steps] if rating.priced else [],
            minimum=price.minimum if price else None,
            maximum=price.maximum if price else None,
            unit_ja=price.unit_ja if price else None,
            records=cell.records,
            first_records=records,
        )


class PostingOut(Answer):
    """One entry of the journal that changed this charge."""

    posting_id: UUID
    posted_at: datetime
    period: str = Field(description="The accounting period: a month, or a year's settlement period.")
    amount: int
    reason: Reason
    cause_event_id: UUID
    corrects: UUID | None = Field(description="The posting that it corrects, where it came late or was decided.")


class Explanation(PartyRow):
    """Why a municipality bears this amount.

    A line to which no terms and no usage lead, but a correction, or facts that have changed since, has neither `base`
    nor `usage`: no article is behind it, and its corrections and postings say all.
    """

    project_id: str
    book: Book
    item: str
    month: Month
    amount: int = Field(description="What terms and usage come to, in whole yen.")
    corrected: int = Field(default=0, description="What corrections of the secretariat add that were not reversed.")
    posted: int = Field(description="What the journal says; `amount` + `corrected`, while no dispute holds it back.")
    base: BaseExplanationOut | None = None
    usage: UsageExplanationOut | None = None
    corrections: list[CorrectionRow] = Field(default_factory=list, description="Reversed ones among them.")
    postings: list[PostingOut] = Field(description=f"The newest {MAX_PAGE} entries, newest first.")

"""What an explanation says, in the words of the statement."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from kyodo_cost_ledger.charges.model import Book, Reason
from kyodo_cost_ledger.explanations.model import BaseExplanation
from kyodo_cost_ledger.parties import PartyRow
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


class CumulativeShareOut(Answer):
    """The split of what fell due since the segment began."""

    until: Month | None = Field(description="The month it runs to; null before the segment's first.")
    pool: int
    tokyo: int = Field(description="Tokyo's own share of the pool.")
    municipalities: int
    component: QuotaOut
    share: QuotaOut


class BaseExplanationOut(Answer):
    """amount = until_this_month.share.amount − until_month_before.share.amount."""

    terms: TermsProof
    annual_amount: int
    tokyo_share: str
    first_month: Month = Field(description="First month of the segment: same terms, same participants.")
    last_month: Month
    pool_id: str = Field(description="Names the pool in the tie-breaking hash.")
    component_share: str
    weights: dict[str, int] = Field(description="What each participant weighs: 1, or residents of the 2020 census.")
    until_this_month: CumulativeShareOut
    until_month_before: CumulativeShareOut

    @classmethod
    def of(cls, found: BaseExplanation) -> BaseExplanationOut:
        segment = found.segment
        return cls(
            terms=TermsProof.of(segment.version),
            annual_amount=segment.base.annual_amount,
            tokyo_share=str(segment.base.tokyo_share),
            first_month=segment.first,
            last_month=segment.last,
            pool_id=segment.pool_id,
            component_share=found.component_share,
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


class UsageExplanationOut(Answer):
    """amount = quantity × unit_price."""

    terms: TermsProof | None
    outcome: Outcome
    reason: WaitingReason | None
    quantity: int
    unit_price: int | None
    unit_ja: str | None
    records: int = Field(description="Number of records behind the quantity, corrections among them.")
    first_records: list[UsageRecordOut] = Field(description=f"The first {MAX_PAGE} of them, in order of time.")

    @classmethod
    def explaining(
        cls, cell: UsageCell, rating: Rating, version: TermsVersion | None, records: list[UsageRecordOut]
    ) -> UsageExplanationOut:
        price = version.prices.get(cell.meter) if version else None
        return cls(
            terms=TermsProof.of(version) if version else None,
            outcome=rating.outcome,
            reason=rating.reason,
            quantity=cell.quantity,
            unit_price=rating.unit_price,
            unit_ja=price.unit_ja if price else None,
            records=cell.records,
            first_records=records,
        )


class PostingOut(Answer):
    """One entry of the journal that changed this charge."""

    posting_id: UUID
    posted_at: datetime
    period: Month
    amount: int
    reason: Reason
    cause_event_id: UUID


class Explanation(PartyRow):
    """Why a municipality bears this amount."""

    project_id: str
    book: Book
    item: str
    month: Month
    amount: int = Field(description="What the facts say, in whole yen.")
    posted: int = Field(description="What the journal says; equal to `amount`.")
    base: BaseExplanationOut | None = None
    usage: UsageExplanationOut | None = None
    postings: list[PostingOut] = Field(description=f"The newest {MAX_PAGE} entries, newest first.")

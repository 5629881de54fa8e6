"""A joint call (共同調達の公告): drafted, published, committed to, asked about; what it becomes is the evaluation's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.calls import (
    CallAmended,
    CallCancelled,
    Criterion,
    Item,
    JointCallPublished,
    Lot,
    TierMode,
)
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.quantities import MAX_QUANTITY
from kyodo_procurement.calls.events import (
    CallDrafted,
    CallRevised,
    CommitmentRegistered,
    CommitmentWithdrawn,
    QuestionAnswered,
    QuestionAsked,
)
from kyodo_procurement.calls.plan import CallPlan, Commitment, ItemTotal
from kyodo_procurement.calls.pricing import expected_prices, reached_tier
from kyodo_procurement.calls.refusals import (
    AlreadyAnswered,
    CallNotDraft,
    CallNotOpen,
    CommitmentsEnded,
    DatesPassed,
    DeadlineNotLater,
    JointQuantityTooLarge,
    NotAParticipant,
    QuestionsEnded,
    QuotationsEnded,
    TopUpOnlyAdds,
    UnknownItem,
)
from kyodo_procurement.calls.state import Amendment, CallPhase, CallStatus, Question, phase_on
from kyodo_procurement.projects.model import Project

NEVER = date.max  # stands in an empty call, before its draft names a day


@dataclass(frozen=True)
class Call(Aggregate, category="call"):
    """The call with every municipality's live commitment. `today` is always the day in Tokyo.

    A deadline is the end of its day. Buyers and items are in the order of their codes and of the lots.
    """

    status: CallStatus = CallStatus.DRAFTED
    project_id: str = ""
    title_ja: str = ""
    mode: TierMode = TierMode.ALL_UNITS
    lots: tuple[Lot, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    commitments_until: date = NEVER
    top_up_until: date = NEVER
    questions_until: date = NEVER
    quotations_until: date = NEVER
    standstill_days: int = 0
    commitments: Mapping[str, Mapping[str, Commitment]] = field(default_factory=dict)
    questions: Mapping[int, Question] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    cancelled_because: str | None = None

    @property
    def items(self) -> Mapping[str, Item]:
        """All items by code."""
        return {item.code: item for lot in self.lots for item in lot.items}

    @property
    def buyers(self) -> tuple[str, ...]:
        """The municipalities with a commitment."""
        return tuple(sorted(self.commitments))

    def firm(self, item_code: str) -> int:
        """Units of an item to which all municipalities together are committed."""
        return sum(own[item_code].firm for own in self.commitments.values() if item_code in own)

    def optional(self, item_code: str) -> int:
        """Further units of an item that all municipalities together may buy."""
        return sum(own[item_code].optional for own in self.commitments.values() if item_code in own)

    def phase(self, today: date) -> CallPhase:
        """What may be done on this day."""
        return phase_on(today, self.status, self.commitments_until, self.top_up_until, self.quotations_until)

    # decisions of the secretariat

    def draft(self, project: Project, plan: CallPlan) -> Events:
        """A joint call is prepared for an active project."""
        project.require_active()
        yield CallDrafted(project_id=project.id, plan=plan)

    def revise(self, plan: CallPlan) -> Events:
        """The draft becomes another one."""
        require(self.status is CallStatus.DRAFTED, CallNotDraft(status=self.status))
        if plan != self._plan():
            yield CallRevised(plan=plan)

    def publish(self, project: Project, today: date) -> Events:
        """The draft is fixed for good, while there is still time to commit and to ask."""
        require(self.status is CallStatus.DRAFTED, CallNotDraft(status=self.status))
        project.require_active()
        first_days = {"commitments_until": self.commitments_until, "questions_until": self.questions_until}
        require(today <= min(first_days.values()), DatesPassed(**first_days, today=today))
        yield JointCallPublished(project_id=self.project_id, **dict(self._plan()))

    def amend(self, quotations_until: date, questions_until: date | None, reason: str, today: date) -> Events:
        """Quotations, and questions too where a day is named, are taken longer; never after the day has passed."""
        self._require_quotations_open(today)
        asked = questions_until or self.questions_until
        if (asked, quotations_until) == (self.questions_until, self.quotations_until):
            return
        later = self.quotations_until < quotations_until and self.questions_until <= asked <= quotations_until
        reopens = asked != self.questions_until and today > self.questions_until
        require(
            later and not reopens,
            DeadlineNotLater(questions_until=self.questions_until, quotations_until=self.quotations_until),
        )
        yield CallAmended(
            number=len(self.amendments) + 1, questions_until=asked, quotations_until=quotations_until, reason=reason
        )

    def cancel(self, reason: str, today: date) -> Events:
        """Nothing comes of the call; as quotations are opened after their deadline only, none was read by then."""
        if self.status is CallStatus.CANCELLED:
            return
        require(
            self.status is CallStatus.DRAFTED or today <= self.quotations_until,
            QuotationsEnded(quotations_until=self.quotations_until),
        )
        yield CallCancelled(reason=reason)

    # questions

    def ask(self, asker: str, text: str, today: date) -> Events:
        """A supplier asks; `asker` is the subject of its token."""
        self._require_published()
        require(today <= self.questions_until, QuestionsEnded(questions_until=self.questions_until))
        yield QuestionAsked(number=len(self.questions) + 1, asker=asker, text=text)

    def answer(self, number: int, answer: str, text: str | None, today: date) -> Events:
        """The secretariat answers in time, rewording the question where it tells who asked. Raises NotFound."""
        self._require_quotations_open(today)
        question = self.questions.get(number)
        if question is None:
            raise NotFound(what="question", id=number)
        published = Question(text or question.text, answer)
        if question != published:
            require(question.answer is None, AlreadyAnswered(number=number))
            yield QuestionAnswered(number=number, text=published.text, answer=answer)

    # commitments

    def commit(self, municipality: str, commitments: tuple[Commitment, ...], project: Project, today: date) -> Events:
        """A participant commits to exactly these quantities, in place of all that it had committed to.

        In the top-up window no item's firm total falls, and so no tier that was reached is lost.
        """
        self._require_published()
        require(today <= self.top_up_until, CommitmentsEnded(until=self.top_up_until))
        month = Month.containing(today)
        takes_part = municipality in project.taking_part_from(month)
        require(takes_part, NotAParticipant(municipality=municipality, month=month))
        for commitment in commitments:
            require(commitment.item in self.items, UnknownItem(item=commitment.item))
        own = {commitment.item: commitment for commitment in commitments}
        if own == self.commitments.get(municipality):
            return
        after = replace(self, commitments={**self.commitments, municipality: own})
        touched = self._touched(municipality, own)
        for code in touched:
            would_be = after.firm(code) + after.optional(code)
            require(would_be <= MAX_QUANTITY, JointQuantityTooLarge(item=code, would_be=would_be))
            if today > self.commitments_until:
                self._require_no_fall(code, after.firm(code))
        yield CommitmentRegistered(
            municipality=municipality,
            commitments=commitments,
            totals=after._totals(touched),
            buyers=len(after.commitments),
        )

    def withdraw(self, municipality: str, today: date) -> Events:
        """A municipality buys nothing after all, until commitments end."""
        self._require_published()
        if municipality not in self.commitments:
            return
        require(today <= self.commitments_until, CommitmentsEnded(until=self.commitments_until))
        others = {buyer: own for buyer, own in self.commitments.items() if buyer != municipality}
        after = replace(self, commitments=others)
        touched = self._touched(municipality, {})
        yield CommitmentWithdrawn(municipality=municipality, totals=after._totals(touched), buyers=len(others))

    # what events did

    @evolve
    def drafted(self, event: CallDrafted) -> Self:
        return replace(self, project_id=event.project_id, **dict(event.plan))

    @evolve
    def revised(self, event: CallRevised) -> Self:
        return replace(self, **dict(event.plan))

    @evolve
    def published(self, event: JointCallPublished) -> Self:
        return replace(self, status=CallStatus.PUBLISHED, **dict(event))

    @evolve
    def amended(self, event: CallAmended) -> Self:
        amendment = Amendment(**dict(event))
        return replace(
            self,
            questions_until=event.questions_until,
            quotations_until=event.quotations_until,
            amendments=(*self.amendments, amendment),
        )

    @evolve
    def cancelled(self, event: CallCancelled) -> Self:
        return replace(self, status=CallStatus.CANCELLED, cancelled_because=event.reason)

    @evolve
    def asked(self, event: QuestionAsked) -> Self:
        return replace(self, questions={**self.questions, event.number: Question(event.text)})

    @evolve
    def answered(self, event: QuestionAnswered) -> Self:
        return replace(self, questions={**self.questions, event.number: Question(event.text, event.answer)})

    @evolve
    def committed(self, event: CommitmentRegistered) -> Self:
        own = {commitment.item: commitment for commitment in event.commitments}
        return replace(self, commitments={**self.commitments, event.municipality: own})

    @evolve
    def withdrawn(self, event: CommitmentWithdrawn) -> Self:
        others = {buyer: own for buyer, own in self.commitments.items() if buyer != event.municipality}
        return replace(self, commitments=others)

    # in short

    def _plan(self) -> CallPlan:
        return CallPlan(**{name: getattr(self, name) for name in CallPlan.model_fields})

    def _touched(self, municipality: str, own: Mapping[str, Commitment]) -> tuple[str, ...]:
        """The items in which a municipality's commitment becomes another one, in the order of the lots."""
        before = self.commitments.get(municipality, {})
        return tuple(code for code in self.items if before.get(code) != own.get(code))

    def _totals(self, codes: tuple[str, ...]) -> tuple[ItemTotal, ...]:
        return tuple(ItemTotal(item=code, firm=self.firm(code), optional=self.optional(code)) for code in codes)

    def _require_published(self) -> None:
        require(self.status is CallStatus.PUBLISHED, CallNotOpen(status=self.status))

    def _require_quotations_open(self, today: date) -> None:
        self._require_published()
        require(today <= self.quotations_until, QuotationsEnded(quotations_until=self.quotations_until))

    def _require_no_fall(self, code: str, would_be: int) -> None:
        prices, total = expected_prices(self.items[code].tiers), self.firm(code)
        tiers = {"tier": reached_tier(prices, total), "would_reach": reached_tier(prices, would_be)}
        require(would_be >= total, TopUpOnlyAdds(item=code, total=total, would_be=would_be, **tiers))

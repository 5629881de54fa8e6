"""Joint calls: what may happen to a call, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.contracts.procurement.calls import CallAmended, Criterion, Lot, TierMode
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.calls.events import CallDrafted, CallRevised, QuestionAnswered
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import (
    AlreadyAnswered,
    CallNotDraft,
    CallNotOpen,
    DatesPassed,
    DeadlineNotLater,
    QuestionsEnded,
    QuotationsEnded,
)
from kyodo_procurement.calls.state import Amendment, CallPhase, CallStatus
from kyodo_procurement.projects.model import ProjectStatus
from kyodo_procurement.projects.refusals import ProjectNotActive
from tests.support.procurement.sample_calls import (
    A_DAY,
    ASK,
    CHIYODA,
    COMMIT,
    PROJECT,
    PUBLISHED,
    QUOTE,
    TOP_UP,
    answered,
    asked,
    cancelled,
    changed,
    commit,
    dock,
    drafted,
    pc,
    plan,
    project,
    published,
    suspended,
    the_published,
    units,
)

# drafting and publishing


def test_a_call_is_drafted_for_an_active_project() -> None:
    call = given(Call).when(lambda call: call.draft(project, plan)).then(drafted)
    assert (call.status, call.lots, call.phase(PUBLISHED)) == (CallStatus.DRAFTED, plan.lots, CallPhase.DRAFTED)


def test_a_suspended_project_gets_no_call() -> None:
    refusal = ProjectNotActive(status=ProjectStatus.SUSPENDED)
    given(Call).when(lambda call: call.draft(suspended, plan)).refuses(refusal)
    given(Call).that(drafted).when(lambda call: call.publish(suspended, PUBLISHED)).refuses(refusal)


def test_a_draft_is_revised_whole_and_the_same_plan_changes_nothing() -> None:
    other = changed(title_ja="端末の共同調達", mode=TierMode.GRADUATED)
    call = given(Call).that(drafted).when(lambda call: call.revise(other)).then(CallRevised(plan=other))
    assert (call.title_ja, call.mode, call.criteria) == (other.title_ja, TierMode.GRADUATED, plan.criteria)
    given(Call).that(drafted).when(lambda call: call.revise(plan)).then()


def test_a_draft_is_published_while_there_is_time_to_commit_and_to_ask() -> None:
    call = given(Call).that(drafted).when(lambda call: call.publish(project, COMMIT)).then(published)
    assert (call.status, call.criteria, call.project_id) == (CallStatus.PUBLISHED, plan.criteria, PROJECT)
    late = DatesPassed(commitments_until=COMMIT, questions_until=ASK, today=COMMIT + A_DAY)
    given(Call).that(drafted).when(lambda call: call.publish(project, COMMIT + A_DAY)).refuses(late)
    short = changed(questions_until=PUBLISHED)
    given(Call).that(CallDrafted(project_id=PROJECT, plan=short)).when(
        lambda call: call.publish(project, PUBLISHED + A_DAY)
    ).refuses(DatesPassed(commitments_until=COMMIT, questions_until=PUBLISHED, today=PUBLISHED + A_DAY))


@pytest.mark.parametrize(("end", "status"), [(published, "published"), (cancelled, "cancelled")])
def test_only_a_draft_is_revised_and_published(end: Event, status: str) -> None:
    call = given(Call).that(drafted, end)
    call.when(lambda call: call.revise(changed(standstill_days=1))).refuses(CallNotDraft(status=CallStatus(status)))
    call.when(lambda call: call.publish(project, PUBLISHED)).refuses(CallNotDraft(status=CallStatus(status)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"commitments_until": TOP_UP + A_DAY},
        {"top_up_until": QUOTE + A_DAY},
        {"questions_until": QUOTE + A_DAY},
        {"criteria": (Criterion(code="price", name_ja="価格", weight=99),)},
        {"criteria": (Criterion(code="price", name_ja="価格", weight=50),) * 2},
        {"lots": (plan.lots[0], plan.lots[0].model_copy(update={"items": (dock,)}))},
        {"lots": (plan.lots[0], Lot(number=2, name_ja="再掲", items=(pc,)))},
        {"lots": ()},
        {"criteria": ()},
        {"standstill_days": -1},
    ],
)
def test_a_plan_that_contradicts_itself_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(**wrong)


@given_any(st.lists(st.integers(1, 100), min_size=1, max_size=20))
def test_weights_always_sum_to_100(weights: list[int]) -> None:
    criteria = tuple(Criterion(code=f"c{n}", name_ja="基準", weight=weight) for n, weight in enumerate(weights))
    if sum(weights) == 100:
        assert changed(criteria=criteria).criteria == criteria
    else:
        with pytest.raises(ValidationError):
            changed(criteria=criteria)


# phases, amendments, cancellation


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (PUBLISHED, "committing"),
        (COMMIT, "committing"),
        (COMMIT + A_DAY, "topping_up"),
        (TOP_UP, "topping_up"),
        (TOP_UP + A_DAY, "quoting"),
        (QUOTE, "quoting"),
        (QUOTE + A_DAY, "closed"),
    ],
)
def test_the_phase_follows_from_the_dates(today: date, phase: str) -> None:
    call = Call(id="test").fold([drafted, published])
    assert call.phase(today) is CallPhase(phase)
    assert call.fold([cancelled]).phase(today) is CallPhase.CANCELLED


def test_an_amendment_takes_quotations_longer_and_is_numbered() -> None:
    first = CallAmended(number=1, questions_until=ASK, quotations_until=QUOTE + A_DAY, reason="質問多数")
    second = CallAmended(number=2, questions_until=QUOTE, quotations_until=QUOTE + 2 * A_DAY, reason="仕様の補足")
    the_published().when(lambda call: call.amend(QUOTE + A_DAY, None, "質問多数", QUOTE)).then(first)
    call = the_published(first).when(lambda call: call.amend(QUOTE + 2 * A_DAY, QUOTE, "仕様の補足", ASK)).then(second)
    assert (call.questions_until, call.quotations_until) == (QUOTE, QUOTE + 2 * A_DAY)
    assert call.amendments == (Amendment(**dict(first)), Amendment(**dict(second)))
    the_published(first).when(lambda call: call.amend(QUOTE + A_DAY, None, "質問多数", QUOTE)).then()


@pytest.mark.parametrize(
    ("quotations", "questions", "today"),
    [
        (QUOTE - A_DAY, None, ASK),  # earlier
        (QUOTE, ASK + A_DAY, ASK),  # questions alone
        (QUOTE + A_DAY, ASK - A_DAY, ASK),  # questions earlier
        (QUOTE + A_DAY, QUOTE + 2 * A_DAY, ASK),  # questions after quotations
        (QUOTE + A_DAY, ASK + A_DAY, ASK + A_DAY),  # questions had ended
    ],
)
def test_an_amendment_never_brings_a_deadline_forward_or_a_passed_one_back(
    quotations: date, questions: date | None, today: date
) -> None:
    the_published().when(lambda call: call.amend(quotations, questions, "理由", today)).refuses(
        DeadlineNotLater(questions_until=ASK, quotations_until=QUOTE)
    )


def test_a_deadline_that_has_passed_is_not_extended() -> None:
    the_published().when(lambda call: call.amend(QUOTE + 9 * A_DAY, None, "理由", QUOTE + A_DAY)).refuses(
        QuotationsEnded(quotations_until=QUOTE)
    )


def test_a_call_is_cancelled_until_quotations_end_and_once() -> None:
    call = the_published().when(lambda call: call.cancel("予算の見直し", QUOTE)).then(cancelled)
    assert (call.status, call.cancelled_because) == (CallStatus.CANCELLED, "予算の見直し")
    given(Call).that(drafted).when(lambda call: call.cancel("予算の見直し", QUOTE + A_DAY)).then(cancelled)
    the_published(cancelled).when(lambda call: call.cancel("別の理由", QUOTE)).then()
    the_published().when(lambda call: call.cancel("予算の見直し", QUOTE + A_DAY)).refuses(
        QuotationsEnded(quotations_until=QUOTE)
    )


@pytest.mark.parametrize(("end", "status"), [((), "drafted"), ((published, cancelled), "cancelled")])
def test_nothing_but_a_published_call_is_amended_asked_about_or_committed_to(
    end: tuple[Event, ...], status: str
) -> None:
    call, refusal = given(Call).that(drafted, *end), CallNotOpen(status=CallStatus(status))
    call.when(lambda call: call.amend(QUOTE + A_DAY, None, "理由", PUBLISHED)).refuses(refusal)
    call.when(lambda call: call.ask("supplier-7", "質問", PUBLISHED)).refuses(refusal)
    call.when(lambda call: call.answer(1, "回答", None, PUBLISHED)).refuses(refusal)
    call.when(commit(CHIYODA, units(firm=1))).refuses(refusal)
    call.when(lambda call: call.withdraw(CHIYODA, PUBLISHED)).refuses(refusal)


# questions


def test_a_question_is_numbered_and_answered_in_other_words() -> None:
    the_published().when(lambda call: call.ask(asked.asker, asked.text, ASK)).then(asked)
    reworded = the_published(asked).when(lambda call: call.answer(1, "対象外である", "既存機は対象か", QUOTE))
    call = reworded.then(answered)
    assert (call.questions[1].text, call.questions[1].answer) == ("既存機は対象か", "対象外である")
    the_published(asked).when(lambda call: call.answer(1, "対象外である", None, QUOTE)).then(
        QuestionAnswered(number=1, text=asked.text, answer="対象外である")
    )


def test_questions_and_answers_have_their_time() -> None:
    the_published().when(lambda call: call.ask("supplier-7", "質問", ASK + A_DAY)).refuses(
        QuestionsEnded(questions_until=ASK)
    )
    the_published(asked).when(lambda call: call.answer(1, "回答", None, QUOTE + A_DAY)).refuses(
        QuotationsEnded(quotations_until=QUOTE)
    )


def test_a_question_is_answered_once() -> None:
    call = the_published(asked, answered)
    call.when(lambda call: call.answer(1, "対象である", None, QUOTE)).refuses(AlreadyAnswered(number=1))
    call.when(lambda call: call.answer(1, "対象外である", None, QUOTE)).then()
    call.when(lambda call: call.answer(2, "回答", None, QUOTE)).refuses(NotFound(what="question", id=2))


def test_nobody_reads_in_the_history_who_asked() -> None:
    for event in (asked, answered):
        assert asked.asker not in event.in_words()
        assert "株式会社サンプル" not in event.in_words()

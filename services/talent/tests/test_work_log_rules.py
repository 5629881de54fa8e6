"""The rules of work logs: where work is the assignment's, who approves, how an approved log changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.talent import WorkLogAdjusted, WorkLogApproved
from kyodo_events.contracts.talent_assignments import AssignmentLine
from kyodo_events.errors import NotFound, Refused
from kyodo_events.values.fiscal import Month
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.state import AssignmentStatus, Pause
from kyodo_talent.work_logs.events import HalfDaysBooked, WorkLogAdjustmentProposed, WorkLogReturned, WorkLogSubmitted
from kyodo_talent.work_logs.model import WorkedMonth, WorkLog, log_id, needs_approver
from kyodo_talent.work_logs.refusals import (
    ApproverNeeded,
    HalfDayTaken,
    HalfDayTwice,
    LogAtAnotherStep,
    LogOutsideAssignment,
    NoAdjustmentProposed,
    NothingLogged,
)
from kyodo_talent.work_logs.values import Activity, Entry, Half, LogStatus, Side

ASSIGNMENT, EXPERT, PROJECT = (f"0193f1a0-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
TOSHIMA, MIYAKE = "133621", "133817"
JUNE, TODAY = Month("2024-06"), date(2024, 7, 1)
assignment = Assignment(
    id=ASSIGNMENT,
    expert_id=EXPERT,
    project_id=PROJECT,
    from_day=date(2024, 6, 10),
    until_day=date(2024, 8, 31),
    lines=tuple(AssignmentLine(municipality=TOSHIMA, month=month, half_days=2) for month in (JUNE, JUNE.next())),
    status=AssignmentStatus.ACTIVE,
    was_started=True,
)


def worked(day: int, half: Half = Half.AM, month: int = 6) -> Entry:
    return Entry(day=date(2024, month, day), half=half, activity=Activity.CONSULTING)


def log(*entries: Entry, status: LogStatus = LogStatus.SUBMITTED, planned: int = 2, **changes: Any) -> WorkLog:
    return WorkLog(
        id=log_id(ASSIGNMENT, TOSHIMA, JUNE),
        version=1,
        project_id=PROJECT,
        expert_id=EXPERT,
        municipality=TOSHIMA,
        month=JUNE,
        planned=planned,
        entries=entries or (worked(10), worked(11)),
        status=status,
        **{"half_days": 2, **changes},
    )


@pytest.mark.parametrize(
    ("changed", "municipality", "month", "entries"),
    [
        ({}, TOSHIMA, JUNE, [worked(9)]),  # before the window
        ({}, TOSHIMA, JUNE, [worked(1, month=7)]),  # of another month
        ({}, MIYAKE, JUNE, [worked(10)]),  # no line
        ({}, TOSHIMA, Month("2024-08"), [worked(1, month=8)]),  # no line in this month
        ({"was_started": False}, TOSHIMA, JUNE, [worked(10)]),
        ({"pauses": (Pause(date(2024, 6, 10), date(2024, 6, 12)),)}, TOSHIMA, JUNE, [worked(11)]),
        ({"freed_from": JUNE}, TOSHIMA, JUNE, [worked(10)]),  # ended before
        ({}, TOSHIMA, JUNE.next(), [worked(2, month=7)]),  # tomorrow
    ],
)
def test_what_is_not_the_assignments_work_is_refused(
    changed: dict[str, Any], municipality: str, month: Month, entries: list[Entry]
) -> None:
    with pytest.raises(LogOutsideAssignment):
        list(WorkLog(id="log").write(replace(assignment, **changed), municipality, month, entries, TODAY))


def test_a_half_day_stands_in_a_log_once() -> None:
    with pytest.raises(HalfDayTwice):
        list(WorkLog(id="log").write(assignment, TOSHIMA, JUNE, [worked(10), worked(10)], TODAY))
    assert list(WorkLog(id="log").write(assignment, TOSHIMA, JUNE, [worked(10), worked(10, Half.PM)], TODAY))


def test_writing_the_same_again_changes_nothing() -> None:
    entries = [worked(10), worked(11)]
    (written,) = WorkLog(id="log").write(assignment, TOSHIMA, JUNE, entries, TODAY)
    again = WorkLog(id="log").fold([written])
    assert list(again.write(assignment, TOSHIMA, JUNE, entries, TODAY)) == []


def test_nobody_works_in_two_places_at_a_time() -> None:
    month = WorkedMonth(id="month").fold(
        [HalfDaysBooked(log_id=EXPERT, halves=((date(2024, 6, 10), Half.AM), (date(2024, 6, 11), Half.AM)))]
    )
    with pytest.raises(HalfDayTaken):
        list(month.book(PROJECT, [worked(10)]))
    (booked,) = month.book(PROJECT, [worked(10, Half.PM)])
    assert list(month.fold([booked]).book(PROJECT, [worked(10, Half.PM)])) == []
    (freed,) = month.book(EXPERT, [worked(11)])
    assert list(month.fold([freed]).book(PROJECT, [worked(10)]))


@given_any(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(1, 6), unique=True)), max_size=12))
def test_a_half_day_belongs_to_one_log_whatever_is_written(writes: list[tuple[str, list[int]]]) -> None:
    names = {name: f"0193f1a0-0000-7000-8000-00000000000{name}" for name in "abc"}
    month, kept = WorkedMonth(id="month"), dict[str, set[int]]()
    for name, days in writes:
        clash = any(set(days) & others for other, others in kept.items() if other != name)
        try:
            events = list(month.book(names[name], [worked(day) for day in days]))
        except HalfDayTaken:
            assert clash
            continue
        assert not clash
        month, kept[name] = month.fold(events), set(days)
    assert len(month.taken) == sum(map(len, kept.values()))


def test_submitted_returned_submitted_and_approved() -> None:
    draft = log(status=LogStatus.DRAFT)
    assert list(draft.submit(EXPERT)) == [WorkLogSubmitted(municipality=TOSHIMA)]
    assert list(log().return_(TOSHIMA, "内容を補う")) == [WorkLogReturned(municipality=TOSHIMA, reason_ja="内容を補う")]
    assert list(log(status=LogStatus.RETURNED).submit(EXPERT))
    approved = WorkLogApproved(
        project_id=PROJECT, municipality=TOSHIMA, pseudonym=f"expert-{EXPERT}", month=JUNE, half_days=2
    )
    assert list(log().approve(TOSHIMA, by_approver=False)) == [approved]
    after = log().fold([approved])
    assert list(after.approve(TOSHIMA, by_approver=False)) == [], "approving again charges nothing"
    with pytest.raises(LogAtAnotherStep):
        list(after.write(assignment, TOSHIMA, JUNE, [worked(10)], TODAY))


def test_an_empty_log_is_not_submitted() -> None:
    with pytest.raises(NothingLogged):
        list(replace(log(status=LogStatus.DRAFT), entries=()).submit(EXPERT))


@pytest.mark.parametrize(
    ("half_days", "planned", "needed"),
    [(10, 10, False), (11, 10, False), (12, 10, True), (2, 1, True), (22, 20, False)],
)
def test_more_than_ten_percent_above_the_plan_needs_the_approver(half_days: int, planned: int, needed: bool) -> None:
    assert needs_approver(half_days, planned) is needed
    many = tuple(worked(10 + place // 2, list(Half)[place % 2]) for place in range(half_days))
    submitted = log(*many, planned=planned)
    if needed:
        with pytest.raises(ApproverNeeded):
            list(submitted.approve(TOSHIMA, by_approver=False))
    assert list(submitted.approve(TOSHIMA, by_approver=True))


def test_an_adjustment_takes_both_sides() -> None:
    approved = log(status=LogStatus.LOCKED)
    (proposed,) = approved.propose(Side.EXPERT, EXPERT, 1, "午後は別の業務")
    assert proposed == WorkLogAdjustmentProposed(
        municipality=TOSHIMA, by=Side.EXPERT, half_days=1, reason_ja="午後は別の業務"
    )
    waiting = approved.fold([proposed])
    assert waiting.half_days == 2, "nothing has changed yet"
    for side, party, half_days in ((Side.EXPERT, EXPERT, 1), (Side.MUNICIPALITY, TOSHIMA, 2)):
        with pytest.raises(NoAdjustmentProposed):
            list(waiting.agree(side, party, half_days))
    (adjusted,) = waiting.agree(Side.MUNICIPALITY, TOSHIMA, 1)
    assert adjusted == WorkLogAdjusted(
        project_id=PROJECT,
        municipality=TOSHIMA,
        month=JUNE,
        half_days_before=2,
        half_days=1,
        reason="午後は別の業務",
    )
    after = waiting.fold([adjusted])
    assert (after.half_days, after.status, after.proposed) == (1, LogStatus.ADJUSTED, None)
    with pytest.raises(NoAdjustmentProposed):
        list(after.agree(Side.MUNICIPALITY, TOSHIMA, 1))


def test_standing_by_the_figure_drops_the_proposal() -> None:
    waiting = log(status=LogStatus.APPROVED, proposed=(Side.EXPERT, 5, "追加の対応"))
    (dropped,) = waiting.propose(Side.MUNICIPALITY, TOSHIMA, 2, "合意しない")
    assert waiting.fold([dropped]).proposed is None


def test_more_than_planned_needs_the_approver_in_an_adjustment_too() -> None:
    waiting = log(status=LogStatus.APPROVED, proposed=(Side.EXPERT, 5, "追加の対応"))
    with pytest.raises(ApproverNeeded):
        list(waiting.agree(Side.MUNICIPALITY, TOSHIMA, 5))
    assert list(waiting.agree(Side.MUNICIPALITY, TOSHIMA, 5, by_approver=True))


@given_any(
    st.lists(
        st.tuples(st.sampled_from(["expert", "officer", "approver"]), st.booleans(), st.integers(0, 4)), max_size=20
    )
)
def test_adjustments_chain_from_the_approved_figure(steps: list[tuple[str, bool, int]]) -> None:
    """What the ledger is told comes to the log's figure: each adjustment begins where the one before ended."""
    state, told = log(status=LogStatus.APPROVED), 2
    for who, agrees, half_days in steps:
        side, party = (Side.EXPERT, EXPERT) if who == "expert" else (Side.MUNICIPALITY, TOSHIMA)
        try:
            if agrees:
                events = list(state.agree(side, party, half_days, by_approver=who == "approver"))
            else:
                events = list(state.propose(side, party, half_days, "見本", by_approver=who == "approver"))
        except Refused:
            continue
        for event in events:
            if isinstance(event, WorkLogAdjusted):
                assert event.half_days_before == told
                told = event.half_days
        state = state.fold(events)
    assert state.half_days == told


def test_for_everybody_else_there_is_no_such_log() -> None:
    steps: tuple[Callable[[], Events], ...] = (
        lambda: log().approve(MIYAKE, by_approver=True),
        lambda: log().return_(MIYAKE, "x"),
        lambda: log(status=LogStatus.DRAFT).submit(PROJECT),
        lambda: log(status=LogStatus.LOCKED).propose(Side.EXPERT, PROJECT, 1, "x"),
    )
    for step in steps:
        with pytest.raises(NotFound):
            list(step())


def test_locked_it_changes_by_adjustment_only() -> None:
    (locked,) = log(status=LogStatus.APPROVED).lock()
    after = log(status=LogStatus.APPROVED).fold([locked])
    assert list(after.lock()) == []
    with pytest.raises(LogAtAnotherStep):
        list(after.return_(TOSHIMA, "x"))
    with pytest.raises(LogAtAnotherStep):
        list(log().lock())


def test_days_far_apart_are_each_a_day_of_the_month() -> None:
    days = [date(2024, 6, 10) + timedelta(days=number) for number in (0, 20)]
    entries = [Entry(day=day, half=Half.PM, activity=Activity.MEETING) for day in days]
    (written,) = WorkLog(id="log").write(assignment, TOSHIMA, JUNE, entries, TODAY)
    assert written.planned == 2  # type: ignore[attr-defined]

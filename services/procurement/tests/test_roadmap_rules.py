"""The roadmap: what may happen to a step, and who follows an item."""

from __future__ import annotations

import pytest

from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear
from kyodo_procurement.roadmap.model import (
    NoSuchStep,
    RoadmapItem,
    RoadmapItemAdded,
    RoadmapItemFollowed,
    RoadmapItemUnfollowed,
    RoadmapStepDone,
    RoadmapStepPlanned,
    RoadmapStepRevised,
    RoadmapStepStarted,
    Step,
    StepIsDone,
    StepNotOpen,
    StepStands,
    StepState,
)

CHIYODA = "131016"
FY2023, FY2024 = FiscalYear(2023), FiscalYear(2024)

added = RoadmapItemAdded(name_ja="クラウドの共同利用")
planned = RoadmapStepPlanned(fiscal_year=FY2023, text_ja="検討開始")
started = RoadmapStepStarted(fiscal_year=FY2023)
done = RoadmapStepDone(fiscal_year=FY2023)
revised = RoadmapStepRevised(fiscal_year=FY2023, text_ja="方針決定", before_ja="検討開始", reason="予算の成立")
followed = RoadmapItemFollowed(municipality=CHIYODA)

PAST: dict[StepState, list[Event]] = {
    StepState.PLANNED: [added, planned],
    StepState.STARTED: [added, planned, started],
    StepState.REVISED: [added, planned, revised],
    StepState.DONE: [added, planned, started, done],
}


def test_an_item_is_added_with_its_steps_in_the_order_of_the_years() -> None:
    later = RoadmapStepPlanned(fiscal_year=FY2024, text_ja="今後検討")
    steps = {FY2024: "今後検討", FY2023: "検討開始"}
    item = given(RoadmapItem).when(lambda item: item.add("クラウドの共同利用", steps)).then(added, planned, later)
    assert item.steps == {FY2023: Step("検討開始"), FY2024: Step("今後検討")}


def test_a_year_is_planned_once() -> None:
    given(RoadmapItem).that(added).when(lambda item: item.plan(FY2023, "検討開始")).then(planned)
    item = given(RoadmapItem).that(added, planned)
    item.when(lambda item: item.plan(FY2023, "検討開始")).then()
    item.when(lambda item: item.plan(FY2023, "別の内容")).refuses(
        StepStands(fiscal_year=FY2023, state=StepState.PLANNED)
    )


@pytest.mark.parametrize("state", [StepState.PLANNED, StepState.REVISED])
def test_a_step_is_started(state: StepState) -> None:
    item = given(RoadmapItem).that(*PAST[state]).when(lambda item: item.start(FY2023)).then(started)
    assert item.steps[FY2023].state is StepState.STARTED


def test_a_started_step_is_done() -> None:
    item = given(RoadmapItem).that(*PAST[StepState.STARTED]).when(lambda item: item.finish(FY2023)).then(done)
    assert item.steps[FY2023].state is StepState.DONE


def test_starting_and_finishing_again_changes_nothing() -> None:
    given(RoadmapItem).that(*PAST[StepState.STARTED]).when(lambda item: item.start(FY2023)).then()
    given(RoadmapItem).that(*PAST[StepState.DONE]).when(lambda item: item.finish(FY2023)).then()


@pytest.mark.parametrize("state", [StepState.PLANNED, StepState.REVISED])
def test_only_a_started_step_is_done(state: StepState) -> None:
    given(RoadmapItem).that(*PAST[state]).when(lambda item: item.finish(FY2023)).refuses(
        StepNotOpen(fiscal_year=FY2023, state=state)
    )


def test_what_is_done_is_neither_started_nor_revised() -> None:
    item = given(RoadmapItem).that(*PAST[StepState.DONE])
    item.when(lambda item: item.start(FY2023)).refuses(StepNotOpen(fiscal_year=FY2023, state=StepState.DONE))
    item.when(lambda item: item.revise(FY2023, "方針決定", "予算")).refuses(StepIsDone(fiscal_year=FY2023))


@pytest.mark.parametrize("state", [StepState.PLANNED, StepState.STARTED])
def test_a_revision_keeps_what_was_said_before(state: StepState) -> None:
    item = (
        given(RoadmapItem)
        .that(*PAST[state])
        .when(lambda item: item.revise(FY2023, "方針決定", "予算の成立"))
        .then(revised)
    )
    assert item.steps[FY2023] == Step("方針決定", StepState.REVISED, reason="予算の成立", before_ja="検討開始")
    given(RoadmapItem).that(*PAST[state], revised).when(lambda item: item.revise(FY2023, "方針決定", "別")).then()


def test_a_year_without_a_step_is_refused() -> None:
    item = given(RoadmapItem).that(added, planned)
    refusal = NoSuchStep(fiscal_year=FY2024)
    item.when(lambda item: item.start(FY2024)).refuses(refusal)
    item.when(lambda item: item.finish(FY2024)).refuses(refusal)
    item.when(lambda item: item.revise(FY2024, "方針決定", "予算")).refuses(refusal)


def test_a_municipality_follows_and_stops() -> None:
    item = given(RoadmapItem).that(added).when(lambda item: item.follow(CHIYODA)).then(followed)
    assert item.followers == {CHIYODA}
    given(RoadmapItem).that(added, followed).when(lambda item: item.follow(CHIYODA)).then()
    given(RoadmapItem).that(added, followed).when(lambda item: item.unfollow(CHIYODA)).then(
        RoadmapItemUnfollowed(municipality=CHIYODA)
    )
    given(RoadmapItem).that(added).when(lambda item: item.unfollow(CHIYODA)).then()


def test_a_year_reads_as_a_year() -> None:
    assert planned.in_words() == "2023年度の予定を「検討開始」とした"
    assert revised.in_words() == "2023年度の予定「検討開始」を「方針決定」に見直した：予算の成立"
    assert followed.in_words() == "千代田区がこの項目に沿って取り組むとした"

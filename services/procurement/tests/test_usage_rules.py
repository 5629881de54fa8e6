"""Usage records, their conflicts and their months: what may happen, and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.services import Aggregation
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.errors import Refused
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.meter_months.model import AlreadyClosed, Figure, MeterMonth, MeterMonthClosed, MonthNotOver
from kyodo_procurement.subscriptions.model import ActivePeriod
from kyodo_procurement.subscriptions.views import Coverage
from kyodo_procurement.usage.facts import Metered
from kyodo_procurement.usage.model import (
    MeterRead,
    MeterReadCancelled,
    MeterReadCorrected,
    UsageContent,
    UsageRecord,
    content_of,
    figure_record,
    place_of,
    stream_of,
)
from kyodo_procurement.usage.refusals import (
    ConflictIsNoCorrection,
    MeterNotOffered,
    MonthIsClosed,
    NotSubscribed,
    RecordIdReserved,
    RecordIsCancelled,
    UniqueKeyMissing,
    UniqueKeyUnexpected,
    UsedInTheFuture,
)
from kyodo_procurement.usage.reports import Reported
from kyodo_procurement.usage_conflicts.model import (
    AlreadyResolved,
    Choice,
    ConflictStatus,
    UsageConflict,
    UsageConflictReported,
    UsageConflictResolved,
    conflict_id,
)

OFFERING, PROJECT = "0193f1a0-0000-7000-8000-000000000005", "0193f1a0-0000-7000-8000-000000000002"
CHIYODA, MUSASHINO = "131016", "132039"
DAY, TODAY = date(2024, 4, 10), date(2024, 6, 15)
APRIL = Month("2024-04")
WHY = "集計の誤り"
CONFLICT = "0193f1a0-0000-5000-8000-000000000009"
KEY = {"project_id": PROJECT, "municipality": CHIYODA, "used_on": DAY, "record": "r1"}

used = ServiceUsed(**KEY, meter="applications", quantity=3)
read = MeterRead(**KEY, meter="seats", aggregation=Aggregation.MAX, quantity=3, unique_key=None)
corrected = ServiceUseCorrected(**KEY, meter="applications", quantity_before=3, quantity=5, reason=WHY)
cancelled = ServiceUseCancelled(**KEY, meter="applications", quantity_before=3, reason=WHY)
reread = MeterReadCorrected(municipality=CHIYODA, quantity_before=3, quantity=5, reason=WHY)
unread = MeterReadCancelled(municipality=CHIYODA, quantity_before=3, reason=WHY)
closed = MonthIsClosed(month="2024-04", figure="seats:2024-04:131016")

content = content_of(used)
reported = UsageConflictReported(
    offering_id=OFFERING,
    record="r1",
    record_id="0193f1a0-0000-7000-8000-000000000007",
    municipality=CHIYODA,
    first=content,
    second=content.model_copy(update={"quantity": 5}),
)


# records


def test_a_record_is_corrected_as_often_as_needed() -> None:
    record = given(UsageRecord).that(used).when(lambda r: r.correct(5, WHY, month_closed=True)).then(corrected)
    assert (record.quantity, record.version) == (5, 2)
    again = ServiceUseCorrected(**KEY, meter="applications", quantity_before=5, quantity=2, reason=WHY)
    given(UsageRecord).that(used, corrected).when(lambda r: r.correct(2, WHY, month_closed=False)).then(again)


def test_a_correction_to_what_stands_changes_nothing() -> None:
    given(UsageRecord).that(used).when(lambda r: r.correct(3, WHY, month_closed=False)).then()


def test_a_record_is_cancelled_once_and_then_stays_as_it_is() -> None:
    given(UsageRecord).that(used).when(lambda r: r.cancel(WHY, month_closed=False)).then(cancelled)
    gone, refusal = given(UsageRecord).that(used, cancelled), RecordIsCancelled(record="r1")
    gone.when(lambda r: r.cancel(WHY, month_closed=False)).refuses(refusal)
    gone.when(lambda r: r.correct(3, WHY, month_closed=False)).refuses(refusal)


def test_a_reading_changes_until_its_month_is_closed() -> None:
    reading = given(UsageRecord).that(read)
    reading.when(lambda r: r.correct(5, WHY, month_closed=False)).then(reread)
    reading.when(lambda r: r.cancel(WHY, month_closed=False)).then(unread)
    reading.when(lambda r: r.correct(5, WHY, month_closed=True)).refuses(closed)
    reading.when(lambda r: r.cancel(WHY, month_closed=True)).refuses(closed)
    gone = given(UsageRecord).that(read, unread)
    gone.when(lambda r: r.correct(5, WHY, month_closed=False)).refuses(RecordIsCancelled(record="r1"))


def test_the_second_report_is_taken_as_a_correction_that_names_the_conflict() -> None:
    other = content.model_copy(update={"quantity": 5})
    expected = corrected.model_copy(update={"conflict_id": CONFLICT})
    given(UsageRecord).that(used).when(lambda r: r.take_over(other, WHY, CONFLICT, month_closed=False)).then(expected)


@pytest.mark.parametrize(
    "change", [{"meter": "pages"}, {"municipality": MUSASHINO}, {"used_on": date(2024, 4, 11)}, {"unique_key": "k"}]
)
def test_what_differs_in_more_than_the_quantity_is_no_correction(change: dict[str, object]) -> None:
    other = content.model_copy(update=change)
    taken = given(UsageRecord).that(used).when(lambda r: r.take_over(other, WHY, CONFLICT, month_closed=False))
    taken.refuses(ConflictIsNoCorrection())


def test_a_stream_tells_its_offering_and_its_record() -> None:
    for record in ("r1", "2024/04:a.1", "seats:2024-04:131016"):
        assert place_of(stream_of(OFFERING, record)) == (OFFERING, record)


# conflicts


@pytest.mark.parametrize(
    ("choice", "status"), [(Choice.FIRST, ConflictStatus.FIRST_KEPT), (Choice.SECOND, ConflictStatus.SECOND_TAKEN)]
)
def test_a_conflict_is_resolved_once(choice: Choice, status: ConflictStatus) -> None:
    resolved = UsageConflictResolved(municipality=CHIYODA, status=status, reason=WHY)
    given(UsageConflict).that(reported).when(lambda c: c.resolve(choice, WHY)).then(resolved)
    done = given(UsageConflict).that(reported, resolved)
    done.when(lambda c: c.resolve(choice, WHY)).then()
    other = Choice.SECOND if choice is Choice.FIRST else Choice.FIRST
    done.when(lambda c: c.resolve(other, WHY)).refuses(AlreadyResolved(status=status))
    done.when(lambda c: c.resolve(choice, "別の理由")).refuses(AlreadyResolved(status=status))


def test_the_same_contradiction_is_the_same_conflict() -> None:
    first = conflict_id(OFFERING, "r1", content)
    assert first == conflict_id(OFFERING, "r1", UsageContent(**dict(content)))
    assert first != conflict_id(OFFERING, "r1", content.model_copy(update={"quantity": 4}))
    assert first != conflict_id(OFFERING, "r2", content)
    assert first != conflict_id(PROJECT, "r1", content)


# months


def test_a_month_is_closed_after_its_last_day_and_once() -> None:
    event = MeterMonthClosed(offering_id=OFFERING, month=APRIL, figures=2)
    open_ = given(MeterMonth)
    open_.when(lambda m: m.close(OFFERING, APRIL, 2, date(2024, 5, 1))).then(event)
    too_early = MonthNotOver(month=APRIL, last_day=date(2024, 4, 30))
    open_.when(lambda m: m.close(OFFERING, APRIL, 2, date(2024, 4, 30))).refuses(too_early)
    again = given(MeterMonth).that(event).when(lambda m: m.close(OFFERING, APRIL, 2, TODAY))
    again.refuses(AlreadyClosed(month=APRIL))


def test_a_figure_is_published_as_a_record_of_the_last_day() -> None:
    stream, event = Figure(CHIYODA, "seats", 7).published(OFFERING, PROJECT, APRIL)
    assert stream == f"{OFFERING}:seats:2024-04:131016"
    assert event == ServiceUsed(
        project_id=PROJECT,
        meter="seats",
        municipality=CHIYODA,
        quantity=7,
        used_on=date(2024, 4, 30),
        record="seats:2024-04:131016",
    )


# what a reported record is judged to be

OFFERED = Metered(
    PROJECT,
    "operator@tokyo",
    {
        "applications": Aggregation.SUM,
        "seats": Aggregation.MAX,
        "users": Aggregation.UNIQUE,
        "storage": Aggregation.LATEST,
    },
    Coverage({CHIYODA: (ActivePeriod(date(2024, 4, 1), date(2024, 5, 31)),)}),
)
REPORT = Reported(OFFERING, "r1", "applications", CHIYODA, 3, DAY, None)


def test_use_of_a_summed_meter_counts_at_once_and_other_meters_are_read() -> None:
    assert OFFERED.judge(REPORT, set(), TODAY) == used
    assert OFFERED.judge(REPORT._replace(meter="seats"), set(), TODAY) == read
    unique = OFFERED.judge(REPORT._replace(meter="users", unique_key="k"), {"2024-05"}, TODAY)
    assert isinstance(unique, MeterRead)
    assert (unique.aggregation, unique.unique_key) == (Aggregation.UNIQUE, "k")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"meter": "pages"}, MeterNotOffered(meter="pages")),
        ({"used_on": TODAY + timedelta(days=1)}, UsedInTheFuture(used_on=date(2024, 6, 16), today=TODAY)),
        ({"used_on": date(2024, 3, 31)}, NotSubscribed(municipality=CHIYODA, used_on=date(2024, 3, 31))),
        ({"used_on": date(2024, 6, 1)}, NotSubscribed(municipality=CHIYODA, used_on=date(2024, 6, 1))),
        ({"municipality": MUSASHINO}, NotSubscribed(municipality=MUSASHINO, used_on=DAY)),
        ({"unique_key": "k"}, UniqueKeyUnexpected(meter="applications")),
        ({"meter": "seats", "unique_key": "k"}, UniqueKeyUnexpected(meter="seats")),
        ({"meter": "users"}, UniqueKeyMissing(meter="users")),
        ({"record": "seats:2024-04:131016"}, RecordIdReserved(record="seats:2024-04:131016")),
    ],
)
def test_a_record_that_cannot_be_is_refused(change: dict[str, object], refusal: Refused) -> None:
    with pytest.raises(type(refusal)) as refused:
        OFFERED.judge(REPORT._replace(**change), set(), TODAY)  # type: ignore[arg-type]  # the fields by name
    assert refused.value == refusal


def test_a_late_reading_is_refused_with_the_figure_to_correct() -> None:
    with pytest.raises(MonthIsClosed) as refused:
        OFFERED.judge(REPORT._replace(meter="seats"), {"2024-04"}, TODAY)
    assert refused.value == closed


def test_a_figure_that_no_reading_led_to_is_reported_by_its_own_id_once_the_month_is_closed() -> None:
    own = figure_record("seats", APRIL, CHIYODA)
    figure = REPORT._replace(meter="seats", record=own)
    assert isinstance(OFFERED.judge(figure, {"2024-04"}, TODAY), ServiceUsed)
    for wrong, months in (
        (figure, set()),  # not closed yet
        (figure._replace(record="seats:2024-05:131016"), {"2024-04", "2024-05"}),
        (figure._replace(record="storage:2024-04:131016"), {"2024-04"}),
        (figure._replace(meter="applications", record="applications:2024-04:131016"), {"2024-04"}),
    ):
        with pytest.raises(RecordIdReserved):
            OFFERED.judge(wrong, months, TODAY)


@given_any(quantities=st.lists(st.integers(1, 10**9), min_size=1, max_size=20), cancelled_at_last=st.booleans())
def test_every_correction_says_the_difference_to_what_stood(quantities: list[int], cancelled_at_last: bool) -> None:
    """What a consumer adds up from the events is always what the record says: it needs to know no record."""
    state, total = UsageRecord(id="s").fold([used]), used.quantity
    for quantity in quantities:
        for event in list(state.correct(quantity, WHY, month_closed=False)):
            assert isinstance(event, ServiceUseCorrected)
            total += event.quantity - event.quantity_before
            state = state.fold([event])
    assert total == state.quantity == quantities[-1]
    if cancelled_at_last:
        (gone,) = state.cancel(WHY, month_closed=False)
        assert isinstance(gone, ServiceUseCancelled)
        assert total - gone.quantity_before == 0

"""Offerings: what may happen to a shared service, and when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.services import (
    Aggregation,
    Meter,
    OfferingMeterAdded,
    OfferingPlanChanged,
    OfferingPublished,
    OfferingWithdrawn,
    PlanVersion,
    UnitPrice,
)
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.catalogue import model
from kyodo_procurement.catalogue.model import (
    DuplicateMeter,
    LastDayPassed,
    MeterFixed,
    NotPublishable,
    NotTheOperator,
    Offering,
    OfferingDraft,
    OfferingDrafted,
    OfferingIsWithdrawn,
    OfferingNotPublished,
    OfferingOperatorChanged,
    OfferingStatus,
    PlanVersionFixed,
    TooManyMeters,
    TooManyPlanVersions,
    UnknownMeter,
)

TODAY, TOMORROW = date(2026, 4, 1), date(2026, 4, 2)

APPLICATIONS = Meter(meter="applications", label_ja="申請件数", unit_ja="件", aggregation=Aggregation.SUM)
SEATS = Meter(meter="seats", label_ja="利用者数", unit_ja="人", aggregation=Aggregation.MAX)
DRAFT = OfferingDraft(
    project_id="0193f1a0-0000-7000-8000-000000000002",
    code="e_application",
    name_ja="共同電子申請",
    operator="operator@sample",
    operator_ja="株式会社サンプル",
    meters=(APPLICATIONS,),
)


def plan(day: date, unit_price: int = 30, code: str = "basic", meter: str = "applications") -> PlanVersion:
    prices = (UnitPrice(meter=meter, unit_price=unit_price),)
    return PlanVersion(plan=code, from_day=day, name_ja="基本プラン", prices=prices)


drafted = OfferingDrafted(draft=DRAFT)
planned = OfferingPlanChanged(version=plan(date(2024, 4, 1)))
published = OfferingPublished(
    project_id=DRAFT.project_id,
    code=DRAFT.code,
    name_ja=DRAFT.name_ja,
    description_ja="",
    operator_ja=DRAFT.operator_ja,
    meters=(APPLICATIONS,),
    plans=(planned.version,),
)
withdrawn = OfferingWithdrawn(reason="後継サービスへの移行", last_day=TODAY)


def test_an_offering_is_drafted_with_its_meters() -> None:
    offering = given(Offering).when(lambda offering: offering.draft(DRAFT)).then(drafted)
    assert (offering.status, offering.meters) == (OfferingStatus.DRAFTED, {"applications": APPLICATIONS})
    assert (offering.project_id, offering.operator) == (DRAFT.project_id, "operator@sample")


def test_a_meter_is_named_once() -> None:
    twice = DRAFT.model_copy(update={"meters": (APPLICATIONS, SEATS, APPLICATIONS)})
    given(Offering).when(lambda offering: offering.draft(twice)).refuses(DuplicateMeter(meter="applications"))


def test_a_meter_is_added_before_and_after_the_publication() -> None:
    for past in ([drafted], [drafted, planned, published]):
        offering = (
            given(Offering)
            .that(*past)
            .when(lambda offering: offering.add_meter(SEATS))
            .then(OfferingMeterAdded(meter=SEATS))
        )
        assert list(offering.meters) == ["applications", "seats"]


def test_a_meter_never_changes() -> None:
    offering = given(Offering).that(drafted)
    offering.when(lambda offering: offering.add_meter(APPLICATIONS)).then()
    for other in ({"label_ja": "件数"}, {"unit_ja": "回"}, {"aggregation": Aggregation.UNIQUE}):
        changed = APPLICATIONS.model_copy(update=other)
        offering.when(lambda offering, changed=changed: offering.add_meter(changed)).refuses(  # type: ignore[misc]
            MeterFixed(meter="applications")
        )


def test_meters_and_plan_versions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MAX_METERS", 1)
    monkeypatch.setattr(model, "MAX_PLAN_VERSIONS", 1)
    offering = given(Offering).that(drafted, planned)
    offering.when(lambda offering: offering.add_meter(SEATS)).refuses(TooManyMeters())
    offering.when(lambda offering: offering.set_plan(plan(TODAY))).refuses(TooManyPlanVersions())


def test_a_later_version_of_a_plan_leaves_the_earlier_one_as_it_is() -> None:
    later = plan(date(2025, 4, 1), unit_price=40)
    offering = (
        given(Offering)
        .that(drafted, planned, published)
        .when(lambda offering: offering.set_plan(later))
        .then(OfferingPlanChanged(version=later))
    )
    assert offering.plan_on("basic", date(2024, 3, 31)) is None
    assert offering.plan_on("basic", date(2024, 4, 1)) == planned.version
    assert offering.plan_on("basic", date(2025, 3, 31)) == planned.version
    assert offering.plan_on("basic", date(2025, 4, 1)) == later
    assert offering.plan_on("premium", date(2025, 4, 1)) is None


def test_the_same_version_again_changes_nothing() -> None:
    given(Offering).that(drafted, planned).when(lambda offering: offering.set_plan(planned.version)).then()


@pytest.mark.parametrize("day", [date(2024, 4, 1), date(2024, 3, 31)])
def test_a_version_that_is_not_later_is_refused(day: date) -> None:
    other = plan(day, unit_price=99)
    given(Offering).that(drafted, planned).when(lambda offering: offering.set_plan(other)).refuses(
        PlanVersionFixed(plan="basic", latest=date(2024, 4, 1), from_day=day)
    )


def test_another_plan_may_begin_earlier() -> None:
    other = plan(date(2023, 4, 1), code="premium")
    given(Offering).that(drafted, planned).when(lambda offering: offering.set_plan(other)).then(
        OfferingPlanChanged(version=other)
    )


def test_a_price_is_for_a_meter_that_the_offering_has() -> None:
    offering = given(Offering).that(drafted)
    offering.when(lambda offering: offering.set_plan(plan(TODAY, meter="seats"))).refuses(UnknownMeter(meter="seats"))
    price = UnitPrice(meter="applications", unit_price=1)
    twice = plan(TODAY).model_copy(update={"prices": (price, price)})
    offering.when(lambda offering: offering.set_plan(twice)).refuses(DuplicateMeter(meter="applications"))


def test_an_offering_is_published_whole() -> None:
    offering = given(Offering).that(drafted, planned).when(lambda offering: offering.publish()).then(published)
    assert offering.status is OfferingStatus.PUBLISHED


@pytest.mark.parametrize(
    ("past", "status", "plans"),
    [
        ([drafted], OfferingStatus.DRAFTED, 0),
        ([drafted, planned, published], OfferingStatus.PUBLISHED, 1),
        ([drafted, planned, published, withdrawn], OfferingStatus.WITHDRAWN, 1),
    ],
)
def test_an_offering_is_published_once_and_with_a_plan(past: list[Event], status: OfferingStatus, plans: int) -> None:
    given(Offering).that(*past).when(lambda offering: offering.publish()).refuses(
        NotPublishable(status=status, plans=plans)
    )


def test_an_offering_is_withdrawn_with_its_last_day() -> None:
    offering = (
        given(Offering)
        .that(drafted, planned, published)
        .when(lambda offering: offering.withdraw(withdrawn.reason, TODAY, TODAY))
        .then(withdrawn)
    )
    assert (offering.status, offering.reason, offering.last_day) == (
        OfferingStatus.WITHDRAWN,
        "後継サービスへの移行",
        TODAY,
    )


def test_the_last_day_is_not_over() -> None:
    given(Offering).that(drafted, planned, published).when(
        lambda offering: offering.withdraw("移行", TODAY, TOMORROW)
    ).refuses(LastDayPassed(last_day=TODAY, today=TOMORROW))


def test_only_what_is_published_is_withdrawn() -> None:
    given(Offering).that(drafted, planned).when(lambda offering: offering.withdraw("移行", TODAY, TODAY)).refuses(
        OfferingNotPublished(status=OfferingStatus.DRAFTED)
    )
    gone = given(Offering).that(drafted, planned, published, withdrawn)
    gone.when(lambda offering: offering.withdraw(withdrawn.reason, TODAY, TOMORROW)).then()
    gone.when(lambda offering: offering.withdraw("別の理由", TODAY, TODAY)).refuses(
        OfferingNotPublished(status=OfferingStatus.WITHDRAWN)
    )


def test_what_is_withdrawn_gets_no_new_meters_and_plans() -> None:
    gone = given(Offering).that(drafted, planned, published, withdrawn)
    refusal = OfferingIsWithdrawn(reason=withdrawn.reason)
    gone.when(lambda offering: offering.add_meter(SEATS)).refuses(refusal)
    gone.when(lambda offering: offering.set_plan(plan(TODAY))).refuses(refusal)
    gone.when(lambda offering: offering.set_plan(planned.version)).then()


def opens(past: list[Event], today: date) -> bool:
    try:
        given(Offering).that(*past).state.expect_open(today)
    except OfferingNotPublished:
        return False
    return True


def test_subscriptions_are_taken_from_the_publication_to_the_last_day() -> None:
    assert not opens([drafted, planned], TODAY)
    assert opens([drafted, planned, published], TOMORROW)
    assert opens([drafted, planned, published, withdrawn], TODAY)
    assert not opens([drafted, planned, published, withdrawn], TOMORROW)


def test_another_operator_takes_over() -> None:
    changed = OfferingOperatorChanged(operator="operator@other", operator_ja="サンプル合同会社")
    offering = (
        given(Offering)
        .that(drafted, planned, published)
        .when(lambda offering: offering.change_operator("operator@other", "サンプル合同会社"))
        .then(changed)
    )
    offering.expect_operator("operator@other")
    with pytest.raises(NotTheOperator):
        offering.expect_operator("operator@sample")
    given(Offering).that(drafted).when(
        lambda offering: offering.change_operator("operator@sample", "株式会社サンプル")
    ).then()


days = st.dates(date(2024, 1, 1), date(2024, 1, 20))
versions = st.lists(st.tuples(st.sampled_from(["basic", "premium"]), days, st.integers(0, 3)), max_size=15)


@given_any(versions)
def test_a_plan_that_was_set_never_changes(steps: list[tuple[str, date, int]]) -> None:
    """Whatever versions are tried, what held on a day before the newest one's first day holds there for ever."""
    offering = given(Offering).that(drafted).state
    for code, day, price in steps:
        before = offering
        try:
            offering = offering.fold(list(offering.set_plan(plan(day, price, code))))
        except PlanVersionFixed:
            continue
        assert offering.plan_on(code, day) == plan(day, price, code)
        for known in before.plans:
            assert offering.plan_on(known.plan, known.from_day) == known

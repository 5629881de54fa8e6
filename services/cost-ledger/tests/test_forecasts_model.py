"""What a forecast rests on: booked months stand, then plan, last year, run-rate, in this order."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.forecasts.model import Metered, ProjectYear, RestsOn, expected, forecast
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO

CHIYODA, CHUO = "131016", "131024"
YEAR = FiscalYear(2024)
MONTHS = YEAR.months()
BEFORE = "2024-03"


def project(leaves: str | None = None, first: str = "2024-04", **options: object) -> Project:
    changes = [ParticipationChange(n, code, True, Month("2023-04")) for n, code in enumerate((CHIYODA, CHUO), start=1)]
    if leaves:
        changes.append(ParticipationChange(9, CHIYODA, False, Month(leaves)))
    text = terms(1_200_001, tokyo="1/2", effective_from=first, **options)  # type: ignore[arg-type]
    return Project(PROJECT, True, tuple(changes), (TermsVersion(1, text, "id", "hash", UUID(int=1)),))


def over(through: str, **options: object) -> ProjectYear:
    return ProjectYear(project(**options), YEAR, Month(through))  # type: ignore[arg-type]


def quantities(of: ProjectYear, metered: Metered) -> list[tuple[str, int, RestsOn]]:
    return [(str(month), quantity, rests_on) for month, quantity, rests_on in expected(of, metered)]


def same_months_of_last_year(*figures: int) -> dict[Month, int]:
    return dict(zip(YEAR.previous().months(), figures, strict=False))


def test_a_plan_comes_before_last_year_and_last_year_before_the_rate() -> None:
    used, last = {MONTHS[0]: 60}, same_months_of_last_year(*range(1, 13))
    of = over("2025-01")
    assert quantities(of, Metered(used, last, planned=range(100, 112))) == [
        ("2025-02", 110, RestsOn.PLAN),
        ("2025-03", 111, RestsOn.PLAN),
    ]
    assert quantities(of, Metered(used, last)) == [
        ("2025-02", 11, RestsOn.LAST_YEAR),
        ("2025-03", 12, RestsOn.LAST_YEAR),
    ]
    assert quantities(of, Metered(used, {})) == [("2025-02", 6, RestsOn.RUN_RATE), ("2025-03", 6, RestsOn.RUN_RATE)]
    assert quantities(of, Metered(used, same_months_of_last_year(0, 0))) == quantities(of, Metered(used, {}))
    assert quantities(over(BEFORE), Metered({}, {})) == []


def test_the_months_of_last_year_that_are_not_over_go_on_at_its_rate() -> None:
    """A forecast of a year that is two months away, as estimates are made."""
    last = same_months_of_last_year(15)
    found = quantities(over("2024-01"), Metered({}, last))
    assert found == [
        ("2024-04", 15, RestsOn.LAST_YEAR),
        ("2025-02", 1, RestsOn.RUN_RATE),
        ("2025-03", 2, RestsOn.RUN_RATE),
    ]
    assert [quantity for _, quantity, _ in quantities(over("2024-01"), Metered({}, {Month("2024-02"): 9}))] == [9]
    assert quantities(over("2023-03"), Metered({}, {})) == []


def test_a_correction_of_base_cost_to_come_is_part_of_it() -> None:
    of = over("2024-06")
    terms_say = forecast(of, CHIYODA, {}, {})
    first = terms_say.months[0]
    corrected = {(first.book, first.item, first.month): first.amount - 7, ("base", "flat", MONTHS[9]): 5}
    assert forecast(of, CHIYODA, corrected, {}).total == terms_say.total - 7 + 5


def test_what_was_used_already_in_a_month_to_come_is_the_least() -> None:
    of = over("2025-01")
    found = quantities(of, Metered({Month("2025-02"): 500}, {}, planned=[10] * 12))
    assert found == [("2025-02", 500, RestsOn.BOOKED), ("2025-03", 10, RestsOn.PLAN)]


def test_who_leaves_is_expected_to_use_nothing_more() -> None:
    of = over("2024-04", leaves="2024-06")
    found = forecast(of, CHIYODA, {}, {"applications": Metered({}, {}, planned=[10] * 12)})
    assert {m.month for m in found.months} == {"2024-05"}
    assert found.complete


def test_what_has_no_price_yet_is_said() -> None:
    plan = {"applications": Metered({}, {}, planned=[10] * 12)}
    assert forecast(over("2024-04"), CHIYODA, {}, plan).complete
    assert not forecast(over("2024-04"), CHIYODA, {}, {"seats": plan["applications"]}).complete
    assert not forecast(over("2024-04", first="2024-07"), CHIYODA, {}, {}).complete
    assert not forecast(ProjectYear(project(), YEAR.next(), Month("2025-03")), CHIYODA, {}, {}).complete


def test_it_is_whole_however_far_the_year_is() -> None:
    """Base cost does not change from being expected to being booked."""
    of_year = {key: yen for key, yen in base_charges(project()).items() if key[0] in (CHIYODA, TOKYO)}
    for through in [BEFORE, *map(str, MONTHS)]:
        of = over(through)
        for party in (CHIYODA, TOKYO):
            booked = {("base", item, month): yen for (bearer, item, month), yen in of_year.items() if bearer == party}
            found = forecast(of, party, booked, {})
            assert found.total == sum(booked.values())
            assert found.booked == sum(yen for (_, _, month), yen in booked.items() if month <= through)


@given(st.integers(1, 11), st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 1_000)))
def test_the_rate_goes_on_exactly(through: int, used: dict[Month, int]) -> None:
    of = over(str(MONTHS[through - 1]))
    known = sum(quantity for month, quantity in used.items() if month <= MONTHS[through - 1])
    rate_alone = {month: quantity for month, quantity in used.items() if month <= MONTHS[through - 1]}
    to_come = sum(quantity for _, quantity, _ in quantities(of, Metered(rate_alone, {})))
    assert known + to_come == known * 12 // through


@given(st.integers(0, 12), st.lists(st.integers(0, 500), min_size=12, max_size=12))
def test_a_plan_that_comes_true_is_what_is_charged(through: int, plan: list[int]) -> None:
    facts = project()
    cells = [UsageCell(CHIYODA, PROJECT, "applications", m, q, 1) for m, q in zip(MONTHS, plan, strict=True)]
    charged = {("usage", "applications", cell.month): rate(facts, cell).amount for cell in cells}
    of = ProjectYear(facts, YEAR, MONTHS[through - 1] if through else Month(BEFORE))
    metered = Metered({cell.month: cell.quantity for cell in cells if cell.month not in of.to_come}, {}, plan)
    found = forecast(of, CHIYODA, charged, {"applications": metered})
    assert sum(m.amount for m in found.months if m.book == "usage") == sum(charged.values())

"""Who takes part in a month, and which terms are in force for it."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import terms
from kyodo_events.values.fiscal import Month

A = "131016"


def _changes(*changes: tuple[bool, str]) -> list[ParticipationChange]:
    return [ParticipationChange(n, A, part, Month(month)) for n, (part, month) in enumerate(changes, start=1)]


def test_nobody_takes_part_before_the_first_month() -> None:
    project = Project("p", True, tuple(_changes((True, "2024-07"))))
    assert [project.takes_part(A, Month(m)) for m in ("2024-06", "2024-07", "2030-01")] == [False, True, True]


def test_who_left_may_come_back_whatever_the_order_of_arrival() -> None:
    changes = _changes((True, "2024-04"), (False, "2024-07"), (True, "2025-01"))
    for arrived in permutations(changes):
        project = Project("p", True, arrived)
        months = ("2024-04", "2024-06", "2024-07", "2024-12", "2025-01")
        assert [project.takes_part(A, Month(m)) for m in months] == [True, True, False, False, True]


def test_a_later_decision_about_the_same_months_counts() -> None:
    withdrawn_before_it_began = Project("p", True, tuple(_changes((True, "2024-10"), (False, "2024-09"))))
    assert not withdrawn_before_it_began.takes_part(A, Month("2024-10"))


def test_the_newest_terms_of_the_fiscal_year_count_from_their_first_month_on() -> None:
    def version(number: int, year: int, month: str) -> TermsVersion:
        return TermsVersion(number, terms(year=year, effective_from=month), "t", "0" * 64, UUID(int=number))

    project = Project(
        "p", True, (), (version(3, 2025, "2025-04"), version(1, 2024, "2024-04"), version(2, 2024, "2024-10"))
    )

    def in_force(month: str) -> int | None:
        found = project.terms_in_force(Month(month))
        return found.version if found else None

    assert [in_force(m) for m in ("2024-03", "2024-04", "2024-09", "2024-10", "2025-03")] == [None, 1, 1, 2, 2]
    assert [in_force(m) for m in ("2025-04", "2026-03", "2026-04")] == [3, 3, None]

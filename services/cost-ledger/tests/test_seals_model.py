"""Sealing a period: its order, its hash, and how a broken chain is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kyodo_cost_ledger.periods import model
from kyodo_cost_ledger.periods.model import Break, Link, Seal, Sealable, first_break, seal_of
from kyodo_cost_ledger.periods.refusals import PeriodAlreadySealed, PeriodStillOpen, SealOutOfOrder
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.cost_ledger.periods import PeriodSealed
from kyodo_events.testing import given
from tests.support.plants_of_books import seal_without_the_seal_before

A, B, C = (digit * 64 for digit in "abc")
FIRST = Sealable("2024-04", sealed=False, closed=True, last=None, previous=None, first="2024-04", statements=(A, B))


def chain() -> list[Link]:
    """Three periods, sealed as they should be."""
    links: list[Link] = []
    for period, hashes in (("2025-02", (A, B)), ("2025-03", (C,)), ("2025-03s", ())):
        previous = links[-1].seal if links else None
        links.append(Link(period, previous, hashes, seal_of(previous, period, hashes), hashes))
    return links


def test_a_seal_covers_the_seal_before_it_and_all_statements() -> None:
    sealed = content_hash({"previous_seal": C, "period": "2024-05", "statements": [A, B]})
    books = replace(FIRST, period="2024-05", last="2024-04", previous=C)
    expected = PeriodSealed(period="2024-05", previous_seal=C, statements=(A, B), seal=sealed)
    given(Seal, "2024-05").when(lambda seal: seal.put(books)).then(expected)


def test_the_first_closed_month_begins_the_chain() -> None:
    given(Seal).when(lambda seal: seal.put(replace(FIRST, period="2024-05"))).refuses(
        SealOutOfOrder(period="2024-05", due="2024-04")
    )


def test_an_open_period_is_not_sealed() -> None:
    refusal = PeriodStillOpen(period="2024-04")
    given(Seal).when(lambda seal: seal.put(replace(FIRST, closed=False))).refuses(refusal)


def test_a_period_is_sealed_once() -> None:
    refusal = PeriodAlreadySealed(period="2024-04")
    given(Seal).when(lambda seal: seal.put(replace(FIRST, sealed=True))).refuses(refusal)


@pytest.mark.parametrize(("last", "due"), [("2024-12", "2025-01"), ("2025-03", "2025-03s"), ("2025-03s", "2025-04")])
def test_periods_are_sealed_without_a_gap(last: str, due: str) -> None:
    books = replace(FIRST, period="2026-01", last=last, previous=A)
    given(Seal).when(lambda seal: seal.put(books)).refuses(SealOutOfOrder(period="2026-01", due=due))


def test_an_untouched_chain_is_intact() -> None:
    assert first_break(chain()) is None
    assert first_break([]) is None


@pytest.mark.parametrize("place", [0, 1])
def test_a_changed_statement_breaks_the_chain_where_it_was_changed(place: int) -> None:
    links = chain()
    links[place] = replace(links[place], live=("d" * 64,))
    found = first_break(links)
    assert found == Break(links[place].period, "the statements of the books are not those that were sealed")


def test_a_seal_made_anew_breaks_the_chain_at_the_next() -> None:
    links = chain()
    forged = ("d" * 64,)
    links[0] = replace(links[0], statements=forged, live=forged, seal=seal_of(None, "2025-02", forged))
    assert first_break(links) == Break("2025-03", "it does not name the seal before it")


def forged() -> list[Link]:
    """Somebody rewrote the first of two periods, sealed it anew, and made the second one name that seal."""
    other = ("d" * 64,)
    first = Link("2025-01", None, (A,), model.seal_of(None, "2025-01", (A,)), (A,))
    second = Link("2025-02", first.seal, (B,), model.seal_of(first.seal, "2025-02", (B,)), (B,))
    first = replace(first, statements=other, live=other, seal=model.seal_of(None, "2025-01", other))
    return [first, replace(second, previous=first.seal)]


def test_a_forger_must_rewrite_every_later_seal() -> None:
    assert first_break(forged()) == Break("2025-02", "the seal is not that of its own contents")


def test_seals_that_do_not_cover_the_one_before_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    seal_without_the_seal_before(monkeypatch)
    assert first_break(forged()) is None, "then the check above fails"


def test_a_removed_seal_breaks_the_chain() -> None:
    first, _, last = chain()
    found = first_break([first, last])
    assert found
    assert found.period == "2025-03s"


def test_a_seal_that_is_not_its_own_breaks_the_chain() -> None:
    links = chain()
    links[-1] = replace(links[-1], seal=A)
    assert first_break(links) == Break("2025-03s", "the seal is not that of its own contents")

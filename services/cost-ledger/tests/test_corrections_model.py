"""A manual correction: what it adds to which cells, and when it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kyodo_cost_ledger.charges.model import Book, Cell
from kyodo_cost_ledger.corrections.model import Correction, Proposed, Standing
from kyodo_cost_ledger.corrections.refusals import (
    CorrectionAlreadyReversed,
    CorrectionExceedsLine,
    CorrectsNothing,
    CounterpartNeeded,
    CounterpartNotTaken,
    LineInDispute,
    NoSuchLine,
    OwnCounterpart,
)
from kyodo_events.contracts.cost_ledger.corrections import CorrectionMade, CorrectionReversed, LineId
from kyodo_events.errors import Refused
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month

A, B = "131016", "131024"
LINE = LineId(project_id="p", book=Book.BASE, item="equal", month=Month("2024-04"))
MINE, THEIRS = Cell("p", "base", "equal", "2024-04", A), Cell("p", "base", "equal", "2024-04", B)
TOKYOS = Cell("p", "base", "tokyo_share", "2024-04", "tokyo")
STANDING = Standing({MINE: 1000, THEIRS: 400})
WANTED = Proposed(A, LINE, -300, B, "誤り")
USED = replace(WANTED, line=LINE.model_copy(update={"book": Book.USAGE, "item": "applications"}), counterpart=None)

MADE = CorrectionMade(municipality=A, line=LINE, amount=-300, counterpart=B, reason_ja="誤り", dispute_id=None)


def test_the_counterpart_bears_the_other_side() -> None:
    after = given(Correction).when(lambda c: c.make(WANTED, STANDING)).then(MADE)
    assert after.adds == {MINE: -300, THEIRS: 300}


def test_tokyo_bears_it_in_its_own_share_also_where_it_had_none() -> None:
    wanted = replace(WANTED, counterpart="tokyo")
    after = (
        given(Correction)
        .when(lambda c: c.make(wanted, Standing({MINE: 1000})))
        .then(MADE.model_copy(update={"counterpart": "tokyo"}))
    )
    assert after.adds == {MINE: -300, TOKYOS: 300}


def test_usage_has_one_side() -> None:
    assert USED.sides == {Cell("p", "usage", "applications", "2024-04", A): -300}


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (replace(WANTED, amount=0), CorrectsNothing()),
        (replace(WANTED, counterpart=None), CounterpartNeeded()),
        (replace(USED, counterpart=B), CounterpartNotTaken()),
        (replace(WANTED, counterpart=A), OwnCounterpart(party=A)),
        (USED, NoSuchLine(line="p/usage/applications/2024-04", party=A)),
        (replace(WANTED, counterpart="132039"), NoSuchLine(line="p/base/equal/2024-04", party="132039")),
        (
            replace(WANTED, amount=-1001),
            CorrectionExceedsLine(line="p/base/equal/2024-04", party=A, borne=1000, amount=-1001),
        ),
        (
            replace(WANTED, amount=401),
            CorrectionExceedsLine(line="p/base/equal/2024-04", party=B, borne=400, amount=-401),
        ),
    ],
)
def test_what_makes_no_sense_is_refused(wanted: Proposed, refusal: Refused) -> None:
    given(Correction).when(lambda c: c.make(wanted, STANDING)).refuses(refusal)


def test_a_line_in_dispute_is_corrected_by_the_resolution_of_its_dispute_only() -> None:
    frozen = replace(STANDING, frozen=frozenset({MINE}))
    refusal = LineInDispute(line="p/base/equal/2024-04", party=A)
    given(Correction).when(lambda c: c.make(WANTED, frozen)).refuses(refusal)
    given(Correction).that(MADE).when(lambda c: c.reverse("誤り", frozen)).refuses(refusal)
    resolving = replace(WANTED, dispute_id="d")
    given(Correction).when(lambda c: c.make(resolving, frozen)).then(MADE.model_copy(update={"dispute_id": "d"}))
    others = replace(STANDING, frozen=frozenset({MINE, THEIRS}))
    refusal = LineInDispute(line="p/base/equal/2024-04", party=B)
    given(Correction).when(lambda c: c.make(resolving, others)).refuses(refusal)


def test_a_correction_is_reversed_once() -> None:
    back = CorrectionReversed(municipality=A, reason_ja="誤り")
    given(Correction).that(MADE).when(lambda c: c.reverse("誤り", STANDING)).then(back)
    given(Correction).that(MADE, back).when(lambda c: c.reverse("誤り", STANDING)).refuses(CorrectionAlreadyReversed())


def test_a_reversal_leaves_nobody_with_less_than_nothing() -> None:
    spent = replace(STANDING, borne={MINE: 700, THEIRS: 299})
    refusal = CorrectionExceedsLine(line="p/base/equal/2024-04", party=B, borne=299, amount=-300)
    given(Correction).that(MADE).when(lambda c: c.reverse("誤り", spent)).refuses(refusal)

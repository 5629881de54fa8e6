"""The outcome of a month's sessions: how many of those who answered still use what they learnt.

Pure: counts in, rows out, of which nothing is shown that tells about few (see small_counts).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kyodo_events.values.small_counts import hidden_in
from kyodo_supporter_matching.follow_ups.model import Answer
from kyodo_supporter_matching.sessions.values import SessionKind

Answers = Mapping[Answer, int]


@dataclass(frozen=True)
class Outcome:
    """The answers of one cell: a municipality's, of one kind of session or of all; None where they are hidden."""

    municipality: str | None
    kind: SessionKind | None
    answers: Answers | None


def outcomes(counts: Mapping[str, Mapping[SessionKind, Answers]]) -> list[Outcome]:
    """For each municipality its kinds and their total, as far as they are shown."""
    rows: list[Outcome] = []
    for municipality, by_kind in counts.items():
        hidden = hidden_in({kind: sum(answers.values()) for kind, answers in by_kind.items()})
        rows += [
            Outcome(municipality, kind, None if kind in hidden.cells else by_kind[kind])
            for kind in SessionKind
            if kind in by_kind
        ]
        rows.append(Outcome(municipality, None, None if hidden.total else summed(by_kind.values())))
    return rows


def of_tokyo(rows: Sequence[Outcome]) -> list[Outcome]:
    """The sums over municipalities of what is shown.

    A sum over everything would tell what is hidden to whoever takes the shown ones from it.
    """
    kinds = [kind for kind in SessionKind if any(row.kind is kind for row in rows)]
    return [
        Outcome(None, kind, summed(row.answers for row in rows if row.kind is kind and row.answers is not None))
        for kind in [*kinds, None]
    ]


def summed(some: Iterable[Answers]) -> Answers:
    """The answers together."""
    total: Counter[Answer] = Counter()
    for answers in some:
        total.update(answers)
    return {answer: total[answer] for answer in Answer}

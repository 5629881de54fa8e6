"""Where a question is found in a text as it was written, although it was compared letter by letter, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kyodo_academy.search.folding import LONG, runs_of
from kyodo_academy.search.question import Word

AROUND = 40  # characters before the first mark
SNIPPET = 160

Sought = Sequence[re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked where it is what was asked for."""

    text: str
    found: bool


def sought(words: Iterable[Word], *, with_slips: bool) -> Sought:
    """What finds the words of a question among folded letters, also where they overlap. Letters need no escape."""
    each = (word.spellings(with_slips=with_slips) for word in words)
    return [re.compile(f"(?=({'|'.join(spelling.pattern for spelling in spellings)}))") for spellings in each]


def marks(text: str, wanted: Sought) -> list[tuple[int, int]]:
    """The places of all that is sought in a text, in order; those that meet are one."""
    found = []
    for run in runs_of(text):
        for word in wanted:
            for place in word.finditer(run.folded):
                first, last = run.letters[place.start(1)], run.letters[place.end(1) - 1]
                found.append((first.start, _with_long_mark(text, last.end)))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, wanted: Sought) -> list[Piece]:
    """The whole text in pieces."""
    return _pieces(text, 0, len(text), marks(text, wanted))


def snippet(text: str, wanted: Sought) -> list[Piece]:
    """The part of a text around the first place that was asked for, in pieces; its beginning where there is none."""
    found = marks(text, wanted)
    start = max(0, found[0][0] - AROUND) if found else 0
    end = min(len(text), max(start + SNIPPET, found[0][1] if found else 0))
    return _pieces(text, start, end, found)


def _pieces(text: str, start: int, end: int, found: Sequence[tuple[int, int]]) -> list[Piece]:
    within = [(max(a, start), min(b, end)) for a, b in found if a < end and b > start]
    borders = sorted({start, end, *(border for mark in within for border in mark)})
    opened = {a for a, _ in within}
    return [Piece(text[a:b], found=a in opened) for a, b in pairwise(borders)]


def _with_long_mark(text: str, end: int) -> int:
    """A ー at the end of a word was left out of the comparison; it is marked with the word."""
    return end + 1 if text[end : end + 1] in (LONG, "ｰ") else end

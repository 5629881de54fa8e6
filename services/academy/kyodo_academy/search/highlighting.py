"""Where a question is found in a text as it was written, although it was compared letter by letter, folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kyodo_academy.search.folding import LONG, runs_of

AROUND = 40  # characters before the first mark
SNIPPET = 160


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked where it is what was asked for."""

    text: str
    found: bool


def marks(text: str, spellings: Iterable[str]) -> list[tuple[int, int]]:
    """The places of all folded spellings in a text, in order; those that meet are one."""
    wanted = list(spellings)
    found = []
    for run in runs_of(text):
        folded = run.folded
        for word in wanted:
            place = folded.find(word)
            while place >= 0:
                last = place + len(word) - 1
                found.append((run.letters[place].start, _with_long_mark(text, run.letters[last].end)))
                place = folded.find(word, place + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, spellings: Iterable[str]) -> list[Piece]:
    """The whole text in pieces."""
    return _pieces(text, 0, len(text), marks(text, spellings))


def snippet(text: str, spellings: Iterable[str]) -> list[Piece]:
    """The part of a text around the first place that was asked for, in pieces; its beginning where there is none."""
    found = marks(text, spellings)
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

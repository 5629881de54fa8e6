"""Texts as PostgreSQL indexes them: every pair of neighbouring letters at its place, in the notation of a `tsvector`.

Japanese writes no spaces, so a word is found as the pairs that it is made of, in a row. The vectors are written here
and not by `to_tsvector`, whose parser would cut pairs again by rules of its own, which depend on the server's locale.

PostgreSQL drops without a word what is beyond 16,383 places, and beyond 255 places of one pair: a long text is cut into
chunks before either happens. Chunks overlap by more than the longest question, so nothing is lost at a border.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kyodo_academy.search.folding import LONG, Run, runs_of

LETTERS = 1_000  # a chunk
OVERLAP = 128
PLACES_OF_ONE = 250
_GAP = 5  # between runs: no question reaches across, be it one with a letter too many

TITLE, TAG, TEXT = "A", "B", ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a document: its pairs, and which characters of the document's text it covers."""

    words: str
    start: int
    end: int


@dataclass(slots=True)
class _Places:
    """The pairs of a chunk so far."""

    next: int = 1
    of: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, lexemes: Iterable[str], weight: str) -> None:
        for lexeme in lexemes:
            self.of[lexeme].append(f"{self.next}{weight}")
        self.next += 1

    def full_for(self, lexemes: Iterable[str]) -> bool:
        return any(len(self.of.get(lexeme, ())) >= PLACES_OF_ONE for lexeme in lexemes)

    @property
    def vector(self) -> str:
        return " ".join(f"'{lexeme}':{','.join(places)}" for lexeme, places in self.of.items())


def lexemes_at(run: Run, place: int) -> list[str]:
    """What stands at a letter: its pair with the next one, the last letter alone; and the pair with a ー left out."""
    letter = run.letters[place].letter
    following = run.letters[place + 1].letter if place + 1 < len(run.letters) else ""
    return [letter + following, *([letter + LONG] if place in run.lengthened else [])]


def chunks(title: str, tags: Sequence[str], text: str) -> Iterator[Chunk]:
    """A document in chunks, the title and the tags in the first one."""
    places = _Places()
    for words, weight in [(title, TITLE), *((tag, TAG) for tag in tags)]:
        _add_bounded(places, words, weight)
    start, end, used = 0, 0, 0
    for run in runs_of(text):
        place = 0
        while place < len(run.letters):
            lexemes = lexemes_at(run, place)
            if used >= LETTERS or places.full_for(lexemes):
                yield Chunk(places.vector, start, end)
                place = max(0, place - OVERLAP)
                places, used, start = _Places(), 0, run.letters[place].start
                continue
            places.add(lexemes, TEXT)
            end, used, place = run.letters[place].end, used + 1, place + 1
        places.next += _GAP
    if places.of:
        yield Chunk(places.vector, start, end)


def _add_bounded(places: _Places, words: str, weight: str) -> None:
    for run in runs_of(words):
        for place in range(len(run.letters)):
            lexemes = lexemes_at(run, place)
            if not places.full_for(lexemes):
                places.add(lexemes, weight)
        places.next += _GAP

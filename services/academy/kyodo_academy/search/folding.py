"""How a text is read for search, so that all spellings of it are one: pure functions from texts to letters.

Widths, cases and the two kana are one (ｶﾞｲﾄﾞ, ガイド, がいど), whatever is neither letter nor digit is left out, and a
sentence ends a run of letters. The long mark ー stays within a word (ビル is no ビール) and goes at its end, where
spellings differ (サーバー, サーバ). Whether it goes depends on the folded letter that follows, never on the kana it was
written in: otherwise a variant of a text would fold to something else than the text.

Each letter knows the characters that it was made of: what is found among letters is marked in the text as written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONG = "ー"
_DASHES = frozenset("-‐‑‒–—―−─")
"""What stands for ー where somebody types サ-バ: dashes between two kana."""
PARAGRAPH = "\u2029"
_ENDS = frozenset(f"。｡！!？?{PARAGRAPH}")
_KANA = frozenset(map(chr, [*range(0x30A1, 0x30FB), 0x30FD, 0x30FE]))
_TO_KATAKANA = {kana: kana + 0x60 for kana in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_SOUND_MARKS = {"゛": "\u3099", "゜": "\u309a"}  # written apart, as by some converters of half-width kana


class Letter(NamedTuple):
    """A folded letter or digit, and where the characters stand that it was made of."""

    letter: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that belong together: a sentence of a text, or a word of a question.

    `lengthened` are the places of letters after which a ー was left out.
    """

    letters: list[Letter]
    lengthened: frozenset[int]

    @property
    def folded(self) -> str:
        """The letters alone."""
        return "".join(letter.letter for letter in self.letters)


def runs_of(text: str) -> Iterator[Run]:
    """The runs of letters of a text, one a sentence."""
    letters: list[Letter] = []
    for letter in _letters(text):
        if letter.letter:
            letters.append(letter)
        elif letters:
            yield _without_final_marks(letters)
            letters = []
    if letters:
        yield _without_final_marks(letters)


def fold(text: str) -> str:
    """All letters of a text."""
    return "".join(run.folded for run in runs_of(text))


def _letters(text: str) -> Iterator[Letter]:
    """The letters of a text; an empty one where a sentence ends."""
    start, length = 0, len(text)
    before = ""
    while start < length:
        cluster = _cluster_at(text, start)
        end = start + len(cluster)
        if cluster in _ENDS:
            yield Letter("", start, end)
        elif cluster in _DASHES and before in _KANA and end < length and _folded(_cluster_at(text, end))[:1] in _KANA:
            yield Letter(LONG, start, end)
        else:
            for letter in _folded(cluster):
                yield Letter(letter, start, end)
        before = _folded(cluster)[-1:]
        start = end


def _cluster_at(text: str, start: int) -> str:
    end = start + 1
    while end < len(text) and _composes(text[end]):
        end += 1
    return text[start:end]


@lru_cache(maxsize=20_000)
def _composes(character: str) -> bool:
    """Whether a character belongs to the one before it, as a sound mark or an accent does."""
    return character in "ﾞﾟ゛゜" or unicodedata.combining(character) != 0


@lru_cache(maxsize=50_000)
def _folded(cluster: str) -> str:
    """What a character, with the marks that belong to it, is among letters: nothing for a separator."""
    marked = "".join(_SOUND_MARKS.get(character, character) for character in cluster)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", marked).casefold()).translate(_TO_KATAKANA)
    return "".join(letter for letter in folded if letter.isalnum())


def _without_final_marks(letters: list[Letter]) -> Run:
    """The letters without each ー that no kana follows directly, and of several in a row without all but one."""
    kept: list[Letter] = []
    lengthened: set[int] = set()
    for place, letter in enumerate(letters):
        if letter.letter != LONG:
            kept.append(letter)
            continue
        after = letters[place + 1] if place + 1 < len(letters) else None
        following = after.letter if after and after.start <= letter.end else ""
        if following == LONG:
            continue
        if following in _KANA:
            kept.append(letter)
        elif kept:
            lengthened.add(len(kept) - 1)
    return Run(kept, frozenset(lengthened))

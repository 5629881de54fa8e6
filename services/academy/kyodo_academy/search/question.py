"""What somebody asks for, as conditions on vectors of pairs, in PostgreSQL's own notation of a `tsquery`.

A word is its pairs in a row, at neighbouring places. A single letter is the beginning of a pair. A word may be asked
for in three ways: as it is; by its synonyms; and with one letter changed, missing, too many, or two in the wrong order.

The third way is taken only where the first two find nothing. It names each of the words that are one slip away, by the
letters that stay and their places. Asking for all pairs but two or three instead would find the pairs anywhere in the
text, and in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kyodo_academy.search.bigrams import OVERLAP, lexemes_at
from kyodo_academy.search.folding import LONG, Run, runs_of
from kyodo_academy.search.synonyms import synonyms_of
from kyodo_events.errors import Refused, require

LETTERS = 100
WORDS = 8
SHORTEST_WITH_SLIP = 3  # of two letters one is left: everything would be found

if LETTERS >= OVERLAP:
    raise ValueError("a question longer than the overlap of two chunks is lost between them")

SHORT = 2  # letters before a final ー that is part of the word: キー, スキー, but サーバ(ー)


class QuestionIsEmpty(Refused):
    status, type = 422, "question-is-empty"
    title = "There is nothing to search for"
    detail = "'{q}' holds neither a letter nor a digit."
    remedy = "Give at least one word."


class QuestionIsTooLong(Refused):
    status, type = 422, "question-is-too-long"
    title = "This is too much to search for at once"
    detail = "It is {words} words of {letters} letters; at most {most_words} words of {most_letters} letters are taken."
    remedy = "Leave out what matters least, or search for the rest afterwards."


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a word may stand in a text.

    `pairs` is the condition that PostgreSQL's index answers by itself: all of its pairs, wherever. `row` is what is
    meant: the pairs in a row. `pattern` finds it among folded letters.
    """

    pairs: str
    row: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: as it is, by its synonyms, and with a slip."""

    exact: Spelling
    synonyms: Sequence[Spelling]
    slips: Sequence[Spelling]

    def spellings(self, *, with_slips: bool) -> list[Spelling]:
        """All ways in which it may stand in a text, the exact one first."""
        return [self.exact, *self.synonyms, *(self.slips if with_slips else ())]


def words_of(q: str) -> list[Word]:
    """The words of a question, all of which are to be found. Raises QuestionIsEmpty and QuestionIsTooLong."""
    runs = list({run.folded: run for part in q.split() for run in runs_of(part) if run.letters}.values())
    letters = sum(len(run.letters) for run in runs)
    require(bool(runs), QuestionIsEmpty(q=q))
    require(
        len(runs) <= WORDS and letters <= LETTERS,
        QuestionIsTooLong(words=len(runs), letters=letters, most_words=WORDS, most_letters=LETTERS),
    )
    return [_word(run) for run in runs]


def _word(run: Run) -> Word:
    folded = run.folded
    slips = _slips(folded) if len(folded) >= SHORTEST_WITH_SLIP else ()
    return Word(
        exact=_exact(run),
        synonyms=[_spelling([(0, other)]) for other in synonyms_of(folded)],
        slips=list(dict.fromkeys(_spelling(parts) for parts in slips)),
    )


def _exact(run: Run) -> Spelling:
    """The word as it is; with the ー at its end only where the word is short."""
    last = len(run.letters) - 1
    if last not in run.lengthened or last >= SHORT:
        return _spelling([(0, run.folded)])
    pairs = [lexemes_at(run, place)[0] for place in range(last)] + [run.letters[last].letter + LONG]
    return Spelling(" & ".join(map(_quoted, pairs)), " <-> ".join(map(_quoted, pairs)), run.folded)


def _slips(word: str) -> Iterator[list[tuple[int, str]]]:
    """The parts of every word that is one slip away, each with the place at which it stands."""
    for place in range(len(word)):
        another = [(0, word[:place]), (place + 1, word[place + 1 :])]
        yield [(start, part) for start, part in another if part]  # another letter here
        yield [(0, word[:place] + word[place + 1 :])]  # a letter too many here
        if place:
            yield [(0, word[:place]), (place + 1, word[place:])]  # a letter missing before this one
            yield [(0, word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :])]  # in the wrong order


def _spelling(parts: Sequence[tuple[int, str]]) -> Spelling:
    """Parts of a word at their places: pairs that are neighbours, a single letter as the beginning of whatever pair."""
    placed = [
        (start + place, part[place : place + 2])
        for start, part in parts
        for place in range(max(len(part) - 1, min(len(part), 1)))
    ]
    row, before = _quoted(placed[0][1]), placed[0][0]
    for place, lexeme in placed[1:]:
        row, before = f"{row} <{place - before}> {_quoted(lexeme)}", place
    pattern, end = "", parts[0][0]
    for start, part in parts:
        pattern, end = pattern + "." * (start - end) + part, start + len(part)
    return Spelling(" & ".join(map(_quoted, dict.fromkeys(lexeme for _, lexeme in placed))), row, pattern)


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'" if len(lexeme) > 1 else f"'{lexeme}':*"

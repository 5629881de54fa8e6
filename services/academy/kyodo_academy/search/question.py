"""What somebody asks for, as conditions on vectors of pairs, in PostgreSQL's own notation of a `tsquery`.

A word is its pairs in a row, at neighbouring places. A single letter is the beginning of a pair. A word may be asked
for in three ways: as it is; by its synonyms; and with one letter changed, missing, too many, or two in the wrong order.

The third way is taken only where the first two find nothing. It names each of the words that are one slip away, by the
letters that stay and their places. Asking for all pairs but two or three instead would find the pairs anywhere in the
text, and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kyodo_academy.search.bigrams import OVERLAP, TAG, TITLE, lexemes_at
from kyodo_academy.search.folding import LONG, Run, runs_of
from kyodo_academy.search.synonyms import synonyms_of
from kyodo_events.errors import Refused, require

LETTERS = 100
WORDS = 8
SHORTEST_WITH_SLIP = 3  # of two letters one is left: everything would be found

if LETTERS >= OVERLAP:
    raise ValueError("a question longer than the overlap of two chunks is lost between them")

ANY = ""  # weight
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
class Word:
    """One word of a question, and the conditions under which a document holds it, from narrow to wide.

    `wide` takes its synonyms too, `with_slip` forgives a slip besides. `spellings` are its synonyms and itself, folded.
    """

    folded: str
    in_title: str
    in_tag: str
    exact: str
    wide: str
    with_slip: str
    spellings: tuple[str, ...]


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
    folded, others = run.folded, synonyms_of(run.folded)
    in_title, in_tag, exact = (_exact(run, weight) for weight in (TITLE, TAG, ANY))
    wide = [exact, *(_row([(0, other)]) for other in others)]
    slips = [_row(parts) for parts in _slips(folded)] if len(folded) >= SHORTEST_WITH_SLIP else []
    return Word(folded, in_title, in_tag, exact, _either(wide), _either([*wide, *slips]), (folded, *others))


def _exact(run: Run, weight: str) -> str:
    """The word as it is, in a title, in a tag or anywhere; with the ー at its end only where the word is short."""
    last = len(run.letters) - 1
    if last not in run.lengthened or last >= SHORT:
        return _row([(0, run.folded)], weight)
    pairs = [*(lexemes_at(run, place)[0] for place in range(last)), run.letters[last].letter + LONG]
    return " <-> ".join(_condition(pair, weight) for pair in pairs)


def _either(conditions: Iterable[str]) -> str:
    return " | ".join(f"({condition})" for condition in dict.fromkeys(conditions))


def _slips(word: str) -> Iterator[list[tuple[int, str]]]:
    """The parts of every word that is one slip away, each with the place at which it stands."""
    for place in range(len(word)):
        yield [(0, word[:place]), (place + 1, word[place + 1 :])]  # another letter here
        yield [(0, word[:place] + word[place + 1 :])]  # a letter too many here
        if place:
            yield [(0, word[:place]), (place + 1, word[place:])]  # a letter missing before this one
            yield [(0, word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :])]  # in the wrong order


def _row(parts: Sequence[tuple[int, str]], weight: str = ANY) -> str:
    """Parts of a word at their places: pairs that are neighbours, a single letter as the beginning of whatever pair."""
    placed = [
        (start + place, part[place : place + 2])
        for start, part in parts
        for place in range(max(len(part) - 1, min(len(part), 1)))
    ]
    row, before = _condition(placed[0][1], weight), placed[0][0]
    for place, lexeme in placed[1:]:
        row, before = f"{row} <{place - before}> {_condition(lexeme, weight)}", place
    return row


def _condition(lexeme: str, weight: str) -> str:
    marks = ("" if len(lexeme) > 1 else "*") + weight
    return f"'{lexeme}':{marks}" if marks else f"'{lexeme}'"

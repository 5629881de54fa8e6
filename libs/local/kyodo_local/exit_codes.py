"""What a `kyodo` command's exit code says; docs/operations.md has the same table."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Every exit code of every command, with its meaning as `words`."""

    FINE = 0, "done, and nothing was found that wants a person"
    FOUND = 1, "done, and something was found: a difference, an error, a service that is not ready"
    CANNOT = 2, "not done: wrong usage, a refusal, or something without which no answer can be given"
    CONFIGURATION = 78, "not begun: a setting is missing or malformed, or what it names does not answer as it must"

    words: str

    def __new__(cls, code: int, words: str) -> Exit:
        """A code with its meaning."""
        member = int.__new__(cls, code)
        member._value_, member.words = code, words
        return member

"""What supporters said of sessions, summed up: pure, from the sums of the rows to what is shown of them.

A row stands for one municipality and a quarter, and is not broken down any further: two or three supporters help at
a session, and whoever broke the sums down by venue or kind would soon read what one of them said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from kyodo_events.values.small_counts import is_few, shown
from kyodo_supporter_matching.feedback.values import SessionTag


@dataclass(frozen=True)
class Said:
    """Sums of one municipality, or of several. Supporters are counted once in a municipality and a quarter."""

    ratings: int
    supporters: int
    session_sum: int
    venue_sum: int
    ratings_of_host: int
    supporters_on_host: int
    host_sum: int
    tags: Mapping[SessionTag, int]

    @property
    def is_hidden(self) -> bool:
        """Whether too few supporters stand behind it."""
        return is_few(self.supporters)

    @property
    def as_shown(self) -> Self:
        """The same without what few said: of the host, or by a tag. A tag of nobody is shown."""
        few = is_few(self.supporters_on_host)
        return type(self)(
            **{
                **vars(self),
                **({"ratings_of_host": 0, "supporters_on_host": 0, "host_sum": 0} if few else {}),
                "tags": {tag: count for tag, number in self.tags.items() if (count := shown(number)) is not None},
            }
        )

    @classmethod
    def together(cls, rows: Iterable[Self]) -> Self:
        """Sums over municipalities, of what is shown of each: anything else would tell what is not."""
        some = [row.as_shown for row in rows if not row.is_hidden]
        counts = {name: sum(getattr(row, name) for row in some) for name in _NUMBERS}
        return cls(**counts, tags={tag: sum(row.tags.get(tag, 0) for row in some) for tag in SessionTag})


_NUMBERS = (
    "ratings",
    "supporters",
    "session_sum",
    "venue_sum",
    "ratings_of_host",
    "supporters_on_host",
    "host_sum",
)


def mean(total: int, number: int) -> float | None:
    """The mean of scores to two places."""
    return round(total / number, 2) if number else None

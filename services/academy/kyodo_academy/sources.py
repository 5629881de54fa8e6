"""Where something was learnt, and in which country: what precedents and visits have in common."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value

JAPAN: Final = "JP"

Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2", examples=["JP", "KR"])]
Address = Annotated[
    str, Field(pattern=r'^https://[^\s\x00-\x1f<>"\\]{3,400}$', examples=["https://www.example.jp/report"])
]


class Source(Value):
    """A document, page or talk that says so."""

    title_ja: Line
    url: Address | None = None


Sources = Annotated[tuple[Source, ...], Field(min_length=1, max_length=20)]

"""Documents of meetings: texts kept whole, files named by their hash and where they lie."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Field

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal")]
"""The hash that tells whether a document is still the one that was meant."""

Link = Annotated[
    str,
    Field(
        max_length=500,
        pattern=r"^https://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[!-~]*)?$",
        examples=["https://www.example.jp/forum/1.pdf"],
    ),
]
"""Where a document lies: an https address of at most 500 characters."""

Minutes = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
"""The text of minutes (議事録), of at most 20,000 characters."""

Number = Annotated[int, Field(ge=1, le=1000, examples=[1])]
"""The number of something inside what its path names, from 1."""


def text_hash(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()

"""Sealed texts: personal data as events and read models hold it (promise G8)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Sealed = Annotated[
    str,
    Field(
        pattern="^v1\\.[A-Za-z0-9_-]{86,12000}$",
        description="Personal data, encrypted with the key of the person whom it is about; unreadable for good once"
        " that key is erased.",
    ),
]
"""`v1.` and base64url without padding of nonce and ciphertext; made and opened by `kyodo_platform.personal` alone."""

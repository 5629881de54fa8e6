"""The secret of a session's follow-up: on the handout of whoever came, and nowhere else."""

from __future__ import annotations

import hashlib
import secrets
from typing import Annotated

from pydantic import Field

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Token = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$")]
"""What the link and the QR code of the handout carry: 256 random bits."""


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token. Plain SHA-256 does: there is nothing to guess where all 256 bits are random."""
    return hashlib.sha256(token.encode()).hexdigest()

"""Mail addresses as they are compared: people write them large and small, and Japanese keyboards in full width."""

from __future__ import annotations

import unicodedata


def folded_mail(address: str) -> str:
    """The address without what makes no other address of it."""
    return unicodedata.normalize("NFKC", address).strip().casefold()

"""Cursors: where a page ended, sealed so that a caller can neither read meaning into one nor make one up."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import SecretStr

from kyodo_events.errors import Refused

_SEAL_BYTES = 16  # HMAC-SHA256 cut to 128 bits: short in a URL, and still not to be guessed


class BadCursor(Refused):
    """The cursor is damaged, invented, or from another list."""

    status, type = 400, "bad-cursor"
    title = "The cursor is not valid here"
    detail = "The cursor was not issued for this list and these filters."
    remedy = "Take 'next' from the answer before, unchanged and with the same filters, or start without one."


class Cursors:
    """Seals and opens cursors with one secret; all processes of a service share it."""

    def __init__(self, secret: SecretStr | str) -> None:
        text = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
        self._secret = text.encode()

    def seal(self, values: Sequence[Any], *, of: str) -> str:
        """A cursor for the key values of a page's last row, such as `(created_at, id)`.

        `of` names the list and its filters: a cursor opens only for the same text. Values are what JSON
        knows, besides dates, times and UUIDs.
        """
        body = orjson.dumps(list(values))
        return urlsafe_b64encode(self._seal(body, of) + body).rstrip(b"=").decode()

    def open(self, cursor: str, *, of: str) -> list[Any]:
        """The key values of a sealed cursor; dates, times and UUIDs come back as text.

        Raises BadCursor.
        """
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (binascii.Error, UnicodeEncodeError) as error:
            raise BadCursor from error
        seal, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(body, of)):
            raise BadCursor
        values: list[Any] = orjson.loads(body)
        return values

    def _seal(self, body: bytes, of: str) -> bytes:
        # The list's name is hashed first so that no name and body run into one another.
        message = hashlib.sha256(of.encode("utf-8", "surrogatepass")).digest() + body
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_SEAL_BYTES]

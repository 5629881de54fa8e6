"""Signatures by Standard Webhooks 1.0 (https://www.standardwebhooks.com), and how secrets are kept.

A secret is sealed with a key that is derived from the setting `cursor_secret`, which every service has: a copy of the
database alone signs nothing. It stands in no event, log or stored answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from kyodo_platform.personal.cipher import KEY_BYTES, KeyRing

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32  # Standard Webhooks asks for 24 to 64


def new_secret() -> bytes:
    """A fresh secret."""
    return os.urandom(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """The secret as it is handed out."""
    return PREFIX + base64.b64encode(secret).decode()


def signed(secrets: Sequence[bytes], id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message; while a secret is being exchanged, both sign."""
    message = f"{id_}.{timestamp}.".encode() + body
    digests = [base64.b64encode(hmac.new(secret, message, hashlib.sha256).digest()).decode() for secret in secrets]
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{digest}" for digest in digests),
    }


def ring_of(cursor_secret: SecretStr) -> KeyRing:
    """The key that seals secrets."""
    derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"kyodo webhook secrets v1")
    return KeyRing.of(derive.derive(cursor_secret.get_secret_value().encode()).hex())

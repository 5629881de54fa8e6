"""How personal data is encrypted: AES-256-GCM under a person's key, and that key under the installation's.

A ciphertext is bound to its person and field by the associated data: moved elsewhere, it does not open. Texts are
filled up to multiples of a block, so that their length does not tell a name.
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1."
NONCE_BYTES, KEY_BYTES, BLOCK = 12, 32, 64
NAME_BYTES = 4  # of a wrapping key, in front of what it wrapped


class NoWrappingKey(LookupError):
    """A person's key was wrapped by a key that the setting `personal_keys` no longer holds."""


def new_key() -> bytes:
    """A fresh key for a person."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, person: str, field: str, text: str) -> str:
    """The text as a sealed one. Raises ValueError for a text with a NUL, which fills up what is sealed."""
    if "\x00" in text:
        raise ValueError("a text with a NUL cannot be sealed")
    plain = text.encode()
    return VERSION + _text(_encrypt(key, plain + bytes(-len(plain) % BLOCK or BLOCK), _bound(person, field)))


def unseal(key: bytes, person: str, field: str, sealed: str) -> str:
    """The text. Raises cryptography's InvalidTag where key, person or field are not those it was sealed for."""
    given = sealed.removeprefix(VERSION)
    return (
        _decrypt(key, urlsafe_b64decode(given + "=" * (-len(given) % 4)), _bound(person, field)).rstrip(b"\0").decode()
    )


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The installation's wrapping keys by name; new ones are wrapped by the first, the others only unwrap."""

    keys: dict[bytes, bytes]

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting: keys of 64 hexadecimal digits, separated by commas. Raises ValueError."""
        keys = [bytes.fromhex(text.strip()) for text in setting.split(",")]
        if any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("each of the personal keys is 64 hexadecimal digits; several are separated by commas")
        return cls({hashlib.sha256(key).digest()[:NAME_BYTES]: key for key in keys})

    @property
    def newest(self) -> bytes:
        """The name of the key that wraps."""
        return next(iter(self.keys))

    def wrap(self, person: str, key: bytes) -> bytes:
        """A person's key as it is stored."""
        return self.newest + _encrypt(self.keys[self.newest], key, person.encode())

    def wrapped(self, wrapped: bytes) -> bool:
        """Whether what is stored was wrapped by one of these keys."""
        return bytes(wrapped[:NAME_BYTES]) in self.keys

    def unwrap(self, person: str, wrapped: bytes) -> bytes:
        """A person's key from what is stored. Raises NoWrappingKey."""
        name = bytes(wrapped[:NAME_BYTES])
        if not self.wrapped(wrapped):
            raise NoWrappingKey(f"no key named {name.hex()} is in the setting personal_keys; put the earlier key back")
        return _decrypt(self.keys[name], bytes(wrapped[NAME_BYTES:]), person.encode())


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, given: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(given[:NONCE_BYTES], given[NONCE_BYTES:], bound)


def _bound(person: str, field: str) -> bytes:
    return f"{person}/{field}".encode()


def _text(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()

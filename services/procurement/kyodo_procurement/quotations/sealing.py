"""Sealing: how a quotation is encrypted so that it takes two people to read it, and no secret lies on the server.

- An opener's X25519 private key is derived by scrypt from a code that the opener keeps and a random salt. The server
  stores the salt and the public key; the private key and the code are forgotten at once.
- A quotation gets a fresh AES-256-GCM key. That key is wrapped once for each pair of openers, under a key that
  HKDF-SHA256 makes of two shared secrets: those of one ephemeral X25519 key with both public keys. Whoever has one
  of the two private keys lacks the other secret.
- All is bound to the call, the quotation and the pair as associated data: a ciphertext that is moved elsewhere does not
  open.

What it does not hide: that somebody handed in something, when, and roughly how much text. A code that is easy to guess
can be guessed by whoever reads the database, at about 50 ms a guess and core.
"""

from __future__ import annotations

import os
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kyodo_events.canonical import canonical_json
from kyodo_procurement.quotations.values import Bid, Opener, Sealed, Wrap

SALT_BYTES = 16
NONCE_BYTES = 12  # of AES-GCM
BLOCK = 1024  # quotations are filled up to multiples of this, so that their length does not tell their figures
SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # about 50 ms and 16 MiB
PURPOSE = b"kyodo quotation seal 1"


class CannotOpen(Exception):
    """The two keys are not those of a pair it was sealed for, or the sealed text is not what was stored."""


def new_salt() -> str:
    """A random salt for a new opener."""
    return _text(os.urandom(SALT_BYTES))


def private_key(code: str, salt: str) -> str:
    """The private key that a code and a salt stand for. Takes about 50 ms of a core: call it in a thread.

    The code is taken in Unicode's form NFKC, because keyboards differ in how they write the same Japanese.
    """
    kdf = Scrypt(salt=b64decode(salt), length=32, **SCRYPT)
    return _text(kdf.derive(unicodedata.normalize("NFKC", code).encode()))


def public_key(private: str) -> str:
    """The public half of a private key."""
    return _text(_private(private).public_key().public_bytes_raw())


def seal(bid: Bid, *, call_id: str, quotation_id: str, openers: Sequence[Opener]) -> Sealed:
    """Encrypt a quotation for every pair of these openers. Raises ValueError for fewer than two."""
    if len(openers) < 2:
        raise ValueError("a quotation is sealed for two openers or more")
    plain = canonical_json(bid)
    key, ephemeral, nonce = AESGCM.generate_key(256), X25519PrivateKey.generate(), os.urandom(NONCE_BYTES)
    filled = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)  # with blanks, which JSON readers skip
    secrets = {opener.subject: ephemeral.exchange(_public(opener.public_key)) for opener in openers}
    wraps = []
    for first, second in combinations(sorted(secrets), 2):
        wrap_nonce, bound = os.urandom(NONCE_BYTES), _bound(call_id, quotation_id, first, second)
        locked = AESGCM(_pair_key(secrets[first], secrets[second], bound)).encrypt(wrap_nonce, key, bound)
        wraps.append(Wrap(first=first, second=second, nonce=_text(wrap_nonce), key=_text(locked)))
    return Sealed(
        ephemeral_key=_text(ephemeral.public_key().public_bytes_raw()),
        nonce=_text(nonce),
        ciphertext=_text(AESGCM(key).encrypt(nonce, filled, _bound(call_id, quotation_id))),
        wraps=tuple(wraps),
    )


def open_sealed(sealed: Sealed, *, call_id: str, quotation_id: str, private_keys: dict[str, str]) -> Bid:
    """Decrypt a quotation with the private keys of two openers, by their subjects. Raises CannotOpen."""
    first, second = sorted(private_keys)
    wrap = next((wrap for wrap in sealed.wraps if (wrap.first, wrap.second) == (first, second)), None)
    if wrap is None:
        raise CannotOpen("it was not sealed for this pair")
    ephemeral, bound = _public(sealed.ephemeral_key), _bound(call_id, quotation_id, first, second)
    one, other = (_private(private_keys[subject]).exchange(ephemeral) for subject in (first, second))
    try:
        key = AESGCM(_pair_key(one, other, bound)).decrypt(b64decode(wrap.nonce), b64decode(wrap.key), bound)
        plain = AESGCM(key).decrypt(
            b64decode(sealed.nonce), b64decode(sealed.ciphertext), _bound(call_id, quotation_id)
        )
    except InvalidTag as error:
        raise CannotOpen("keys and sealed text do not belong together") from error
    return Bid.model_validate_json(plain)


def _pair_key(one: bytes, other: bytes, bound: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE + bound).derive(one + other)


def _bound(*parts: str) -> bytes:
    return canonical_json(list(parts))


def _private(key: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(b64decode(key))


def _public(key: str) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(b64decode(key))


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()

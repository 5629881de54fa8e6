"""Ballots: secrets by which those who attended answer without a name.

A ballot is computed from the learner and a key of the questionnaire, so that each learner has one and the same, and
nothing of its being handed out is kept. An answer's stream is named after its ballot, so that a second one changes the
first. While answers are taken the key lies sealed; with the closing it is erased, and with it the last way by which
anybody could compute whose an answer is.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import NAMESPACE_URL, uuid5

_HALF: Final = 16


def key_of(session_id: str) -> str:
    """Under what the key of a session's ballots is kept."""
    return str(uuid5(NAMESPACE_URL, f"kyodo/questionnaire/{session_id}"))


def ballot_of(secret: str, learner_id: str) -> str:
    """The ballot of a learner: half of it tells learners apart, the other half proves that it was made here."""
    who = _mac(secret, f"who/{learner_id}".encode())
    return urlsafe_b64encode(who + _mac(secret, b"ballot/" + who)).rstrip(b"=").decode()


def is_ballot(secret: str, ballot: str) -> bool:
    """Whether a ballot was made from this secret, for whomever."""
    raw = urlsafe_b64decode(ballot + "=")
    return hmac.compare_digest(_mac(secret, b"ballot/" + raw[:_HALF]), raw[_HALF:])


def answer_id(ballot: str) -> str:
    """The stream of the answer that came with a ballot. It does not tell the ballot."""
    return str(uuid5(NAMESPACE_URL, f"kyodo/questionnaire-answer/{hashlib.sha256(ballot.encode()).hexdigest()}"))


def _mac(secret: str, what: bytes) -> bytes:
    return hmac.new(secret.encode(), what, hashlib.sha256).digest()[:_HALF]

"""Refusals: what a command answers when it may not happen, in words for the person who asked.

A refusal is a class with a stable `type`; the platform turns it into an RFC 9457 problem and declares it in
OpenAPI from the same class, so that neither can drift from what the code really raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class Refused(Exception):
    """Base of every refusal. Nothing was written when one is raised.

    Subclasses say what is wrong (`title`), where (`detail`, a format template over the facts given) and what
    to do (`remedy`). `type` is part of the public interface: clients branch on it, so it never changes.
    """

    status: ClassVar[int] = 409
    type: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"
    detail: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    places: Sequence[tuple[str, str]] = ()
    """Where in the body, as JSON pointers, and what is wrong there; for refusals that name places."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.explanation())

    def explanation(self) -> str:
        """The detail with its facts filled in; the title where a refusal has no more to say."""
        return self.detail.format(**self.facts) if self.detail else self.title

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Refused) and self.facts == other.facts

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted(self.facts))))


class Unauthenticated(Refused):
    status, type = 401, "unauthenticated"
    title = "No valid access token"
    detail = "{reason}"
    remedy = "Send 'Authorization: Bearer <token>' with a token of the configured issuer."


class Forbidden(Refused):
    status, type = 403, "forbidden"
    title = "Your role does not allow this"
    detail = "This needs {needed}."
    remedy = "Ask somebody who holds that role, or have it granted to you."


class NotFound(Refused):
    status, type = 404, "not-found"
    title = "Not found"
    detail = "There is no {what} '{id}' that you may see."
    remedy = "Check the identifier; a list of what you may see is one level up."


class ConcurrentChange(Refused):
    """Another change came first, also after the bounded number of retries."""

    status, type = 409, "concurrent-change"
    title = "Somebody else changed this at the same moment"
    detail = "The {category} '{stream}' no longer stands at version {expected}."
    remedy = "Read it again and repeat the request."


class StaleVersion(Refused):
    status, type = 412, "stale-version"
    title = "This has changed since you read it"
    detail = "If-Match names version {given}, the current version is {current}."
    remedy = "Read it again, check that your change still makes sense, and send the new ETag."


class PreconditionRequired(Refused):
    status, type = 428, "precondition-required"
    title = "A change needs If-Match"
    detail = "The If-Match header is missing."
    remedy = "Send the ETag you read in If-Match, or 'If-Match: *' to change whatever stands there now."


class Unavailable(Refused):
    status, type = 503, "unavailable"
    title = "Temporarily unavailable"
    detail = "{reason}"
    remedy = "Try again in a moment, with the same Idempotency-Key."


def require(condition: bool, refusal: Refused) -> None:
    """Raise the refusal unless the condition holds."""
    if not condition:
        raise refusal

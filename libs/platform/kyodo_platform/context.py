"""One HTTP request as the platform sees it; everything an endpoint never writes hangs on it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from starlette.datastructures import URL

from kyodo_events.database import EVERYONE, NOBODY, Scope, Transaction
from kyodo_events.errors import StaleVersion
from kyodo_events.event import Audit
from kyodo_platform.identity.model import Identity

if TYPE_CHECKING:
    from kyodo_platform.runtime import Runtime

ANONYMOUS = "anonymous"


@dataclass(slots=True)
class RequestContext:
    """Who asks, under which condition, in which transaction, and what goes into the answer's head."""

    runtime: Runtime
    identity: Identity | None
    now: datetime
    audit: Audit
    tx: Transaction
    scope: Scope
    if_match: int | Literal["*"] | None = None
    wants_csv: bool = False
    dry_run: bool = False
    url: URL | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def list_name(self) -> str:
        """What a page's cursor is good for: the same address with the same filters."""
        return str(self.url.remove_query_params(["cursor", "limit"])) if self.url else ""

    def expect_version(self, current: int) -> None:
        """Hold the caller to the version named in If-Match. Raises StaleVersion (412)."""
        if isinstance(self.if_match, int) and self.if_match != current:
            raise StaleVersion(given=self.if_match, current=current)


current: ContextVar[RequestContext] = ContextVar("kyodo_request")


def scope_of(identity: Identity | None) -> Scope:
    """Whose private rows the caller's transaction may touch."""
    if identity is None:
        return NOBODY
    municipality = identity.scope_municipality
    return EVERYONE if municipality is None else Scope(municipality, identity.person or "")

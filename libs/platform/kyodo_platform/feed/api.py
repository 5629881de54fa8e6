"""The feed over HTTP: CloudEvents in JSON batches, with long polling, as https://www.http-feeds.org describes it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Header, Query
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from kyodo_events.database import EVERYONE
from kyodo_platform.context import RequestContext, current
from kyodo_platform.feed.reading import Page, Wanted
from kyodo_platform.identity import Role, role
from kyodo_platform.routing import Router

LONGEST_WAIT = 30
MOST = 200
POSITION = "Kyodo-Position"

readers = role(Role.INTEGRATOR, Role.AUDITOR, Role.SECRETARIAT)
router = Router(prefix="/v1/events", tags=["integration"])

TypeName = Annotated[str, Query(pattern=r"^kyodo\.[a-z-]+\.[a-z-]+$", max_length=100)]


class Batch(Response):
    """The next events, read after waiting for them: the request's own transaction has ended by then."""

    media_type = "application/cloudevents-batch+json"

    # FastAPI reads the status it documents from the signature.
    def __init__(
        self,
        context: RequestContext | None = None,
        wanted: Wanted | None = None,
        wait: int = 0,
        known: str | None = None,
        *,
        status_code: int = 200,
    ) -> None:
        super().__init__(status_code=status_code)
        self._asked = (context, wanted, wait, known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        context, wanted, wait, known = self._asked
        if context is None or wanted is None:
            raise TypeError("a Batch is answered for a request")
        page = await _awaited(context, wanted, wait, known)
        own = {name.decode(): value.decode() for name, value in self.raw_headers if name != b"content-length"}
        await _answered(page, wanted, known, own)(scope, receive, send)


@router.get(
    "",
    allow=readers,
    response_class=Batch,
    responses={
        200: {
            "description": "The next events, in their order; none where there are none yet.",
            "content": {Batch.media_type: {"schema": {"type": "array", "items": {"type": "object"}}}},
            "headers": {
                "ETag": {"schema": {"type": "string"}},
                POSITION: {
                    "description": "The position after which to read on.",
                    "schema": {"type": "integer"},
                },
                "Link": {"description": "Where to read on, rel=next.", "schema": {"type": "string"}},
            },
        },
        304: {"description": "Nothing new since the ETag in If-None-Match."},
    },
)
async def read_events(
    after: Annotated[int, Query(ge=0, le=2**62, description="The position of the last event that is known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait where there is nothing new.")] = 0,
    type_: Annotated[list[TypeName] | None, Query(alias="type", max_length=50, description="Only these.")] = None,
    if_none_match: Annotated[str | None, Header(max_length=100)] = None,
) -> Batch:
    """The events that this service publishes, in the order of their positions and without a gap.

    The same events as on its topics. A token with a municipality gets the events about that municipality alone.
    """
    context = current.get()
    municipality = context.identity.municipality if context.identity else None
    return Batch(context, Wanted(after, limit, type_, municipality), wait, if_none_match)


async def _awaited(context: RequestContext, wanted: Wanted, wait: int, known: str | None) -> Page:
    """The page as soon as it says something new, or as it is when the time is over."""
    page, end = await _read(context, wanted), time.monotonic() + wait
    while not page.full and (not page.events or page.etag == known):
        left = end - time.monotonic()
        if left <= 0 or not await context.runtime.watch.beyond(page.until, left):
            break
        if not page.events:
            wanted = replace(wanted, after=page.until)  # what came may be internal, and more of it than a window
        page = await _read(context, wanted)
    return page


async def _read(context: RequestContext, wanted: Wanted) -> Page:
    async with context.runtime.database.transaction(EVERYONE, read_only=True) as tx:
        return await wanted.read(tx, context.runtime.service.name)


def _answered(page: Page, wanted: Wanted, known: str | None, own: dict[str, str]) -> Response:
    types = "".join(f"&type={one}" for one in wanted.types or ())
    headers: dict[str, Any] = own | {
        "ETag": page.etag,
        POSITION: str(page.until),
        "Link": f'<?after={page.until}&limit={wanted.limit}{types}>; rel="next"',
        "Cache-Control": "private, no-cache",
    }
    if known == page.etag:
        headers.pop("content-type", None)
        return Response(status_code=304, headers=headers)
    return JSONResponse(page.events, headers=headers, media_type=Batch.media_type)

"""What goes away is announced: in the head of every answer, and in OpenAPI."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import pytest

from conftest import As
from kyodo_platform.deprecation import Deprecation
from tests.support.running import Running
from tests.support.sample.app import REMARKS_GO

SUCCESSOR = '</v1/books/a%20b/notes>; rel="successor-version", </docs>; rel="deprecation"; type="text/html"'


@pytest.mark.parametrize(("roles", "status"), [(["secretariat"], 200), ([], 401)], ids=["a page", "a problem"])
async def test_every_answer_of_such_a_route_says_so(sample: Running, as_: As, roles: list[str], status: int) -> None:
    headers = as_(*roles) if roles else {}
    answer = await sample.client.get("/v1/books/a%20b/remarks", headers=headers)
    assert answer.status_code == status
    # RFC 9745: a date as in RFC 9651, the seconds since 1970 behind an @; RFC 8594: an HTTP date
    assert answer.headers["deprecation"] == f"@{int(datetime(2026, 3, 31, 15, tzinfo=UTC).timestamp())}"
    assert parsedate_to_datetime(answer.headers["sunset"]) == datetime(2027, 3, 30, 15, tzinfo=UTC)
    assert answer.headers["link"] == SUCCESSOR


async def test_the_next_page_is_linked_beside_the_successor(sample: Running, as_: As) -> None:
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    for code in ("131016", "131024"):
        url = f"/v1/books/{book}/notes/{code}"
        await sample.client.put(url, json={"text": "a"}, headers=as_("officer", code) | {"If-Match": "*"})
    answer = await sample.client.get(f"/v1/books/{book}/remarks?limit=1", headers=as_("secretariat"))
    assert set(answer.links) == {"next", "successor-version", "deprecation"}


async def test_other_routes_say_nothing_of_it(sample: Running, as_: As) -> None:
    answer = await sample.client.get("/v1/books/a%20b/notes", headers=as_("secretariat"))
    assert answer.headers.keys().isdisjoint({"deprecation", "sunset", "link"})


def test_openapi_says_it_too(sample: Running) -> None:
    paths = sample.app.openapi()["paths"]
    said = paths["/v1/books/{book_id}/remarks"]["get"]
    assert (said["deprecated"], said["x-deprecated-since"], said["x-sunset"]) == (True, "2026-04-01", "2027-03-31")
    assert said["x-successor"] == REMARKS_GO.successor
    assert "deprecated" not in paths["/v1/books/{book_id}/notes"]["get"]


def test_where_no_end_is_known_none_is_said() -> None:
    headers = Deprecation(date(2026, 4, 1)).headers("/procurement", {})
    assert headers.keys() == {"Deprecation", "Link"}
    assert headers["Link"] == '</procurement/docs>; rel="deprecation"; type="text/html"'


def test_nothing_ends_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="the sunset 2026-03-31 is before the deprecation on 2026-04-01"):
        Deprecation(date(2026, 4, 1), sunset=date(2026, 3, 31))

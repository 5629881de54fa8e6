"""Cursors: what was sealed opens for the same list, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kyodo_platform.cursors import BadCursor, Cursors

SECRET = "a-secret-of-more-than-thirty-two-characters"
keys = st.lists(st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text()), max_size=4)


@given(keys)
def test_what_was_sealed_opens(values: list[object]) -> None:
    cursor = Cursors(SECRET).seal(values, of="/v1/themes?status=open")
    assert Cursors(SecretStr(SECRET)).open(cursor, of="/v1/themes?status=open") == values
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(keys, st.integers(0, 10_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_cursor_is_refused(values: list[object], place: int, character: str) -> None:
    cursors = Cursors(SECRET)
    cursor = cursors.seal(values, of="list")
    place %= len(cursor)
    changed = cursor[:place] + character + cursor[place + 1 :]
    try:
        assert cursors.open(changed, of="list") == values  # only where base64 means the same bytes
    except BadCursor:
        assert changed != cursor


@given(st.text())
def test_invented_text_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursors(SECRET).open(text, of="list")


def test_another_list_or_secret_is_refused() -> None:
    cursor = Cursors(SECRET).seal([1], of="/v1/themes?status=open")
    with pytest.raises(BadCursor):
        Cursors(SECRET).open(cursor, of="/v1/themes?status=closed")
    with pytest.raises(BadCursor):
        Cursors("another").open(cursor, of="/v1/themes?status=open")


def test_times_and_ids_come_back_as_text() -> None:
    cursors, at = Cursors(SECRET), datetime(2023, 4, 1, tzinfo=UTC)
    cursor = cursors.seal([at, UUID(int=1)], of="")
    assert cursors.open(cursor, of="") == ["2023-04-01T00:00:00+00:00", "00000000-0000-0000-0000-000000000001"]
    assert BadCursor().status == 400

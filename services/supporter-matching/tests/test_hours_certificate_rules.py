"""Certificates of hours: what is issued, how it is numbered, when it is outdated, and what stands on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta

import pypdf
import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_supporter_matching.hours_certificates.model import (
    Attended,
    CertificateIsWithdrawn,
    HoursCertificate,
    HoursCertificateWithdrawn,
    HoursCertified,
    NothingToCertify,
    PeriodNotOver,
    Standing,
    digest_of,
    number_of,
    standing,
)
from kyodo_supporter_matching.hours_certificates.paper import hours_ja, paper_of, render, texts_of
from kyodo_supporter_matching.sessions.values import SessionKind

ID, SUPPORTER, OTHER = (f"0193f1a0-0000-7000-8000-00000000000{number}" for number in range(3))
FIRST, LAST, TODAY = date(2026, 4, 1), date(2026, 12, 19), date(2026, 12, 20)
NAME = {"name_ja": "見本 支援", "school_ja": "見本大学"}


def attended(count: int = 2) -> list[Attended]:
    return [
        Attended(
            assignment_id=f"0193f1a0-0000-7000-8000-0000000{place:05}",
            day=FIRST + timedelta(days=place),
            municipality="132039",
            kind=SessionKind.CONSULTATION,
            minutes=95,
        )
        for place in range(count)
    ]


def issued(lines: Sequence[Attended]) -> HoursCertified:
    sealed = dict.fromkeys(texts_of(lines), "v1." + "x" * 100)
    (event,) = HoursCertificate(id=ID).certify(SUPPORTER, FIRST, LAST, lines, sealed, TODAY)
    assert isinstance(event, HoursCertified)
    return event


def test_a_certificate_holds_sums_hashes_and_a_number() -> None:
    lines = attended()
    event = issued(lines)
    assert (event.sessions, event.minutes, event.issued_on) == (2, 190, TODAY)
    assert event.number == number_of(ID, TODAY)
    assert event.digest == digest_of(event.number, SUPPORTER, FIRST, LAST, lines)
    text = event.model_dump_json()
    assert [word for word in ("132039", "consultation", lines[0].assignment_id) if word in text] == []


def test_only_what_has_happened_is_certified_and_only_if_something_has() -> None:
    new = given(HoursCertificate, ID)
    new.when(lambda one: one.certify(SUPPORTER, FIRST, LAST, [], {}, TODAY)).refuses(
        NothingToCertify(from_day=FIRST, until_day=LAST)
    )
    ahead = TODAY + timedelta(days=1)
    new.when(lambda one: one.certify(SUPPORTER, FIRST, ahead, attended(), {}, TODAY)).refuses(
        PeriodNotOver(until_day=ahead)
    )


def test_a_certificate_is_withdrawn_once_and_by_its_supporters_address() -> None:
    certificate = given(HoursCertificate, ID).that(issued(attended()))
    after = certificate.when(lambda one: one.withdraw(SUPPORTER, "記載の誤り")).then(
        HoursCertificateWithdrawn(reason_ja="記載の誤り")
    )
    assert list(after.withdraw(SUPPORTER, "記載の誤り")) == []
    with pytest.raises(CertificateIsWithdrawn):
        after.drawable()
    certificate.when(lambda one: one.withdraw(OTHER, "記載の誤り")).refuses(NotFound(what="hours certificate", id=ID))


@any_of(st.lists(st.uuids(), min_size=2, max_size=50, unique=True))
def test_no_two_certificates_have_the_same_number(ids: list[object]) -> None:
    numbers = {number_of(str(one), TODAY) for one in ids}
    assert len(numbers) == len(ids)
    assert all(re.fullmatch(r"2026(-[0-9A-HJKMNP-TV-Z]{4}){3}", number) for number in numbers)


def test_a_number_is_of_the_fiscal_year_of_issue() -> None:
    assert number_of(ID, date(2027, 3, 31))[:5] == "2026-"
    assert number_of(ID, date(2027, 4, 1))[:5] == "2027-"


def test_what_was_corrected_makes_it_outdated_and_what_came_later_does_not() -> None:
    lines = attended(3)
    certified = issued(lines[:2]).lines

    def with_(now: Sequence[Attended]) -> Standing:
        return standing(withdrawn=False, certified=certified, now=[one.digest for one in now])

    assert with_(lines) is Standing.VALID
    assert with_(lines[1:]) is Standing.OUTDATED
    assert with_([lines[0].model_copy(update={"minutes": 60}), *lines[1:]]) is Standing.OUTDATED
    withdrawn = standing(withdrawn=True, certified=certified, now=[])
    assert withdrawn is Standing.WITHDRAWN


def test_the_digest_changes_with_all_that_stands_on_the_paper() -> None:
    lines = attended()
    fewer = [lines[0]]
    other = [lines[0], lines[1].model_copy(update={"day": LAST})]
    digests = {
        digest_of("n", SUPPORTER, FIRST, LAST, lines),
        digest_of("m", SUPPORTER, FIRST, LAST, lines),
        digest_of("n", OTHER, FIRST, LAST, lines),
        digest_of("n", SUPPORTER, LAST, LAST, lines),
        digest_of("n", SUPPORTER, FIRST, TODAY, lines),
        digest_of("n", SUPPORTER, FIRST, LAST, fewer),
        digest_of("n", SUPPORTER, FIRST, LAST, other),
    }
    assert len(digests) == 7


# on paper


def drawn(count: int = 2, person: dict[str, str] = NAME) -> bytes:
    lines = attended(count)
    event = issued(lines)
    return render(paper_of(event, texts_of(lines), person).model_dump_json())


def pages(document: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]


def test_it_says_all_that_a_school_looks_for() -> None:
    text = "".join(pages(drawn()))
    event = issued(attended())
    for words in (
        "活動時間証明書",
        event.number,
        event.digest,
        "令和8年12月20日",
        "見本 支援",
        "見本大学",
        "令和8年4月1日から令和8年12月19日まで",
        "令和8年4月2日",
        "武蔵野市",
        "相談会",
        "1時間35分",
        "2回",
        "3時間10分",
        "東京都",
    ):
        assert words in text, words
    assert SUPPORTER not in text
    assert "所属" not in "".join(pages(drawn(person={"name_ja": "見本 支援"})))


def test_the_same_certificate_is_the_same_file_byte_for_byte() -> None:
    assert drawn() == drawn()
    metadata = pypdf.PdfReader(io.BytesIO(drawn())).metadata
    assert metadata
    assert str(metadata["/CreationDate"]) == "D:20261220000000+09'00'"


def test_a_long_certificate_goes_on_over_pages_with_every_session() -> None:
    found = pages(drawn(130))
    assert len(found) > 2
    for place, text in enumerate(found, start=1):
        assert f"{place} / {len(found)}" in text
    assert sum(text.count("1時間35分") for text in found) == 130
    assert len(texts_of(attended(130))) == 3


def test_a_letter_that_the_font_lacks_is_marked_and_explained() -> None:
    text = "".join(pages(drawn(person={"name_ja": "葛\U000e0100飾 \U0002f9f4"})))
    assert "葛飾 〓" in text
    assert "〓は、この書類の書体にない文字です" in text
    assert "〓" not in "".join(pages(drawn()))


def test_what_looks_like_markup_is_text() -> None:
    assert "<b>&見本</b>" in "".join(pages(drawn(person={"name_ja": "<b>&見本</b>"})))


def test_hours_are_written_with_their_minutes() -> None:
    assert [hours_ja(minutes) for minutes in (5, 60, 725)] == ["0時間05分", "1時間00分", "12時間05分"]

"""Certificates of hours over HTTP: issued, drawn, checked by anybody, gone with the person's key."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pypdf
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

AFTERWARDS = datetime(2026, 12, 20, 4, tzinfo=UTC)
PERIOD = {"from_day": "2026-12-01", "until_day": "2026-12-20"}
PERSON = {"name_ja": "見本 支援", "phone": "03-0000-0001", "school_ja": "見本大学"}


class School(SupporterDesk):
    """A student who helped, and who wants it on paper."""

    student = ""

    @property
    def path(self) -> str:
        return f"supporters/{self.student}/hours-certificates"

    async def helped(self, *days: str) -> list[str]:
        """Sessions that the student promised to help at; the clock stands after all of them."""
        offers = [await self.offered(await self.session(day), self.student) for day in days]
        for offer in offers:
            assert (await self.answer(offer, self.student, "acceptance")).is_success
        set_clock(self.service.app, AFTERWARDS)
        return offers

    async def recorded(self, assignment_id: str, minutes: int | None = None) -> None:
        """That the student helped for so long, or did not come."""
        step, body = ("no-show", None) if minutes is None else ("attendance", {"minutes": minutes})
        path = f"municipalities/{MUSASHINO}/assignments/{assignment_id}/{step}"
        await self.done("PUT", path, body, "officer", MUSASHINO)

    async def issued(self, period: Any = PERIOD) -> Any:
        return await self.done("POST", self.path, period, "supporter", person=self.student)

    async def asked(self, period: Any = PERIOD) -> httpx.Response:
        return await self.send("POST", self.path, period, "supporter", person=self.student)

    async def pdf(self, certificate_id: str, person: str | None = None) -> httpx.Response:
        headers = self.as_("supporter", person=person or self.student)
        return await self.client.get(f"/v1/{self.path}/{certificate_id}/pdf", headers=headers)

    async def standing(self, number: str) -> str:
        found = await self.client.get(f"/v1/hours-certificates/verification/{number}")
        assert found.status_code == 200, found.text
        return str(found.json()["standing"])


@pytest_asyncio.fixture
async def school(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[School]:
    """A hall in Musashino and a student with a profile."""
    async with running(databases, settings_for, "supporter-matching") as service:
        school = School(service, as_)
        await school.with_venue()
        school.student = await school.supporter()
        await school.done("PUT", f"supporters/{school.student}/profile", PERSON)
        yield school


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


async def test_from_the_attendance_to_the_paper_and_its_verification(school: School) -> None:
    first, second, missed = await school.helped("2026-12-07", "2026-12-08", "2026-12-09")
    await school.recorded(first, 90)
    await school.recorded(second, 45)
    await school.recorded(missed)
    certificate = await school.issued()
    assert (certificate["sessions"], certificate["minutes"], certificate["issued_on"]) == (2, 135, "2026-12-20")

    drawn = await school.pdf(certificate["certificate_id"])
    text = text_of(drawn)
    for words in ("見本 支援", "見本大学", "令和8年12月7日", "1時間30分", "2時間15分", certificate["number"]):
        assert words in text, words
    assert "12月9日" not in text
    assert (drawn.headers["content-type"], drawn.headers["cache-control"]) == ("application/pdf", "private, no-store")
    assert (await school.pdf(certificate["certificate_id"])).content == drawn.content

    address = f"/v1/hours-certificates/verification/{certificate['number']}"
    found = (await school.client.get(address, params={"digest": certificate["digest"]})).json()
    assert found == {
        "number": certificate["number"],
        "standing": "valid",
        "standing_ja": "有効",
        "minutes": 135,
        "digest_fits": True,
    }
    forged = (await school.client.get(address, params={"digest": "0" * 64})).json()
    assert (forged["digest_fits"], (await school.client.get(address)).json()["digest_fits"]) == (False, None)
    unknown = await school.client.get("/v1/hours-certificates/verification/2026-0000-0000-0000")
    assert unknown.status_code == 404


async def test_a_correction_makes_it_outdated_and_a_new_certificate_is_right(school: School) -> None:
    first, later = await school.helped("2026-12-07", "2026-12-08")
    await school.recorded(first, 90)
    old = await school.issued()
    await school.recorded(later, 60)
    assert await school.standing(old["number"]) == "valid", "what was recorded later was not certified"
    before = (await school.pdf(old["certificate_id"])).content

    await school.recorded(first, 30)
    assert await school.standing(old["number"]) == "outdated"
    assert (await school.pdf(old["certificate_id"])).content == before, "what was issued stays as it was issued"
    new = await school.issued()
    assert (new["minutes"], await school.standing(new["number"])) == (90, "valid")
    assert new["number"] != old["number"]
    await school.recorded(first)
    assert await school.standing(new["number"]) == "outdated"


async def test_only_sessions_of_the_period_are_certified(school: School) -> None:
    for offer in await school.helped("2026-12-07", "2026-12-08", "2026-12-09"):
        await school.recorded(offer, 60)
    one_day = {"from_day": "2026-12-08", "until_day": "2026-12-08"}
    certificate = await school.issued(one_day)
    assert certificate["sessions"] == 1
    assert "令和8年12月8日" in text_of(await school.pdf(certificate["certificate_id"]))


async def test_a_withdrawn_certificate_is_not_drawn_and_says_so(school: School) -> None:
    (offer,) = await school.helped("2026-12-07")
    await school.recorded(offer, 60)
    certificate = await school.issued()
    path = f"{school.path}/{certificate['certificate_id']}/withdrawal"
    body = {"reason_ja": "記載の誤り"}
    by_the_student = await school.send("PUT", path, body, "supporter", person=school.student)
    assert by_the_student.status_code == 403
    stale = await school.client.put(f"/v1/{path}", json=body, headers=school.as_("secretariat") | {"If-Match": '"9"'})
    assert stale.status_code == 412
    assert (await school.done("PUT", path, body))["withdrawn"] is True
    assert await school.standing(certificate["number"]) == "withdrawn"
    refused = await school.pdf(certificate["certificate_id"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/hours-certificate-withdrawn")


async def test_what_cannot_be_certified_is_refused_and_leaves_nothing(school: School) -> None:
    (offer,) = await school.helped("2026-12-07")
    count = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM hours_certificate)"
    before = await school.service.as_owner(count)
    nothing = await school.asked()
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/problems/no-hours-to-certify")
    for period, status in (
        ({"from_day": "2026-12-01", "until_day": "2026-12-21"}, 422),
        ({"from_day": "2026-12-02", "until_day": "2026-12-01"}, 422),
        ({"from_day": "2020-12-02", "until_day": "2026-12-01"}, 422),
    ):
        assert (await school.asked(period)).status_code == status
    assert await school.service.as_owner(count) == before

    await school.recorded(offer, 60)
    nameless = await school.supporter()
    school.student, named = nameless, school.student
    refused = await school.asked()
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/profile-without-name")
    school.student = named


async def test_certificates_are_the_supporters_own(school: School) -> None:
    (offer,) = await school.helped("2026-12-07")
    await school.recorded(offer, 60)
    certificate = (await school.done("POST", school.path, PERIOD))["certificate_id"]  # the secretariat, on request
    mine, school.student = school.student, await school.supporter()
    assert (await school.pdf(certificate)).status_code == 404, "by way of the own address"
    theirs = f"/v1/supporters/{mine}/hours-certificates"
    for headers, status in (
        (school.as_("supporter", person=school.student), 404),
        (school.as_("officer", MUSASHINO), 403),
        (school.as_("officer", CHIYODA), 403),
        (school.as_("auditor"), 200),
    ):
        assert (await school.client.get(theirs, headers=headers)).status_code == status
    auditor = await school.client.get(f"{theirs}/{certificate}/pdf", headers=school.as_("auditor"))
    assert auditor.status_code == 403, "the auditor reads no personal data"
    own = school.as_("supporter", person=mine)
    assert len((await school.client.get(theirs, headers=own)).json()["items"]) == 1
    table = await school.client.get(theirs, headers=own | {"Accept": "text/csv"})
    assert "活動時間（分）" in table.text
    path = f"{school.path}/{certificate}/withdrawal"
    assert (await school.send("PUT", path, {"reason_ja": "誤り"})).status_code == 404


async def test_after_the_erasure_only_sums_are_left(school: School) -> None:
    (offer,) = await school.helped("2026-12-07")
    await school.recorded(offer, 60)
    certificate = await school.issued()
    assert (await school.pdf(certificate["certificate_id"])).status_code == 200
    await school.done("POST", f"supporters/{school.student}/erasure", {"reference": "見本-2"})
    gone = await school.pdf(certificate["certificate_id"])
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/supporter-erased")
    assert "asked for it" in gone.json()["detail"]
    assert await school.standing(certificate["number"]) == "valid"
    rows = await school.client.get(f"/v1/{school.path}", headers=school.as_("secretariat"))
    assert [row["minutes"] for row in rows.json()["items"]] == [60]
    again = await school.send("POST", school.path, PERIOD)
    assert (again.status_code, again.json()["type"]) == (410, "/problems/supporter-erased")


async def test_neither_name_nor_sessions_are_stored_in_clear_or_answered_to_be_kept(school: School) -> None:
    (offer,) = await school.helped("2026-12-07")
    await school.recorded(offer, 60)
    headers = school.as_("supporter", person=school.student) | ANY | {"Idempotency-Key": new_id()}
    issued = await school.client.post(f"/v1/{school.path}", json=PERIOD, headers=headers)
    again = await school.client.post(f"/v1/{school.path}", json=PERIOD, headers=headers)
    assert (issued.status_code, again.json()) == (201, issued.json())
    assert [word for word in (*PERSON.values(), "2026-12-07", offer) if word in issued.text] == []
    text_of(await school.pdf(issued.json()["certificate_id"]))
    tables = await school.service.as_owner("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for word in PERSON.values():
        for (name,) in tables:
            found = await school.service.as_owner(
                f"SELECT count(*) FROM {name} t WHERE t::text LIKE '%{word}%' OR t::text LIKE '%{word.encode().hex()}%'"
            )
            assert found == [(0,)], name
    certified = "SELECT data::text FROM event WHERE category = 'hours-certificate'"
    ((stored,),) = await school.service.as_owner(certified)
    assert [word for word in ("2026-12-07", offer, "experience", MUSASHINO) if word in stored] == []


@pytest.mark.parametrize("number", ["2026-7K3M", "2026-7K3M-0QXA-9TBI", "2026-7k3m-0qxa-9tbe"])
async def test_what_is_no_number_is_refused(school: School, number: str) -> None:
    found = await school.client.get(f"/v1/hours-certificates/verification/{number}")
    assert found.status_code == 422

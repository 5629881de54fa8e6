"""Badges: verified by a program that is not ours, offline, with nothing but the issuer's public keys."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from jwt import PyJWK
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from pydantic import SecretStr, ValidationError

from conftest import As
from kyodo_academy.badges.credential import status_list
from kyodo_academy.certificates.model import LIST_LENGTH
from kyodo_platform.settings import Settings
from kyodo_platform.signing import SigningKeys, new_signing_keys
from tests.support.academy_desk import CHIYODA, MUSASHINO
from tests.support.completion_desk import PERSON, CompletionDesk
from tests.support.databases import Databases
from tests.support.running import running

URL = "https://academy.placeholder.example.jp"
KEYS = new_signing_keys()
NOW = datetime.now(UTC).replace(microsecond=0)


class BadgeDesk(CompletionDesk):
    """An academy that signs badges."""

    async def badge(self, learner: str, certificate: Any, *role: str, person: str | None = None) -> httpx.Response:
        path = f"/v1/learners/{learner}/certificates/{certificate['certificate_id']}/badge"
        headers = self.as_(*role or ("learner",), person=person or learner)
        return await self.service.client.get(path, headers=headers)

    async def public(self, path: str) -> Any:
        found = await self.service.client.get(f"/v1/badges/{path}")
        assert found.status_code == 200, found.text
        return found.json() if found.headers["content-type"].startswith("application/json") else found.text

    def set(self, **settings: Any) -> None:
        runtime = self.service.app.state.runtime
        runtime.settings = runtime.settings.model_copy(update=settings)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[BadgeDesk]:
    """An academy with an address and keys, and a course that is completed by a quiz."""
    async with running(databases, settings_for, "academy", public_url=URL, signing_keys=KEYS) as service:
        desk = BadgeDesk(service, as_)
        await desk.ready()
        await desk.rule(quiz_id=desk.quiz_id, valid_months=12)
        desk.at(NOW)
        yield desk


def part(token: str, number: int) -> Any:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def verifier(keys: list[dict[str, Any]], token: str) -> OB3Verifier:
    """The other program, with the key of the published set that the badge's head names."""
    (key,) = [key for key in keys if key["kid"] == part(token, 0)["kid"]]
    return OB3Verifier(PyJWK(key).key)


def altered(token: str, number: int) -> str:
    """The token with one character of a part changed."""
    parts = token.split(".")
    middle = len(parts[number]) // 2
    parts[number] = (
        f"{parts[number][:middle]}{'A' if parts[number][middle] != 'A' else 'B'}{parts[number][middle + 1 :]}"
    )
    return ".".join(parts)


async def test_a_badge_verifies_offline_and_an_altered_one_does_not(desk: BadgeDesk) -> None:
    learner, certificate = await desk.certified()
    answer = await desk.badge(learner, certificate)
    token = answer.text
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/plain; charset=utf-8",
        "private, no-store",
    )
    assert (await desk.badge(learner, certificate)).text == token
    keys = (await desk.public("jwks"))["keys"]
    assert all({"d", "p", "q"}.isdisjoint(key) for key in keys)
    read = verifier(keys, token).verify(token)
    assert (read.achievement.name, read.issuer.id) == ("見本の講座", f"{URL}/v1/badges/issuer")
    assert read.achievement.criteria_narrative == "小テストに合格すること、修了の有効期間は12か月"
    assert [(one.target_code, one.target_name) for one in read.achievement.alignments] == [
        ("data_engineer", "データエンジニア")
    ]
    assert (read.issuance_date, read.expiration_date and read.expiration_date > NOW) == (NOW, True)
    for number in (0, 1, 2):
        with pytest.raises(OB3VerificationError):
            verifier(keys, token).verify(altered(token, number))
    another = SigningKeys.of(new_signing_keys()).published(lambda _: part(token, 0)["kid"])
    with pytest.raises(OB3VerificationError, match="signature"):
        verifier(another, token).verify(token)

    head = part(token, 0)
    assert set(head) == {"alg", "kid", "typ"}, "the head is not to bring its own key"
    name = head["kid"].rpartition("/")[2]
    assert head["kid"] == f"{URL}/v1/badges/keys/{name}"
    assert await desk.public(f"keys/{name}") == keys[0]
    assert (await desk.public("issuer"))["id"] == read.issuer.id
    assert (await desk.public(f"achievements/{desk.course_id}"))["id"] == read.achievement.id
    skill = part(token, 1)["credentialSubject"]["achievement"]["alignment"][0]
    assert await desk.public(skill["targetUrl"].removeprefix(f"{URL}/v1/badges/")) == skill


async def test_an_expired_badge_and_a_withdrawn_one_are_refused(desk: BadgeDesk) -> None:
    desk.at(NOW - timedelta(days=400))
    learner, expired = await desk.certified()
    desk.at(NOW)
    keys = (await desk.public("jwks"))["keys"]
    old = (await desk.badge(learner, expired)).text
    with pytest.raises(OB3VerificationError, match="expired"):
        verifier(keys, old).verify(old)

    (first, one), (second, other) = await desk.certified(), await desk.certified()
    mine, theirs = (await desk.badge(first, one)).text, (await desk.badge(second, other)).text
    lists: dict[str, bytes] = {}
    for token in (mine, theirs):
        address = part(token, 1)["credentialStatus"]["statusListCredential"]
        lists[address] = (await desk.public(address.removeprefix(f"{URL}/v1/badges/"))).encode()
    verifier(keys, mine).verify(mine, check_status=True, download=lists.__getitem__)

    path = f"learners/{first}/certificates/{one['certificate_id']}/withdrawal"
    await desk.done("PUT", path, {"reason_ja": "受講記録の誤り"})
    lists = {at: (await desk.public(at.removeprefix(f"{URL}/v1/badges/"))).encode() for at in lists}
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier(keys, mine).verify(mine, check_status=True, download=lists.__getitem__)
    verifier(keys, theirs).verify(theirs, check_status=True, download=lists.__getitem__)
    refused = await desk.badge(first, one)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-withdrawn")
    checked = await desk.service.client.get(f"/v1/certificates/verification/{one['number']}")
    assert checked.json()["standing"] == "withdrawn"


async def test_a_badge_names_nobody_and_is_recognised_by_the_mail(desk: BadgeDesk) -> None:
    learner, certificate = await desk.certified()
    claims = part((await desk.badge(learner, certificate)).text, 1)
    text = json.dumps(claims, ensure_ascii=False)
    assert PERSON["name_ja"] not in text
    assert PERSON["email"] not in text
    pseudonym, mail = claims["credentialSubject"]["identifier"]
    assert pseudonym["identityHash"] == f"learner-{learner}"
    said = hashlib.sha256(f"{PERSON['email']}{mail['salt']}".encode()).hexdigest()
    assert mail["identityHash"] == f"sha256${said}"
    other, theirs = await desk.certified()
    assert part((await desk.badge(other, theirs)).text, 1)["credentialSubject"]["identifier"][1]["salt"] != mail["salt"]
    nameless, bare = await desk.certified(name=False)
    assert len(part((await desk.badge(nameless, bare)).text, 1)["credentialSubject"]["identifier"]) == 1

    for role, person, status in (
        (("officer", MUSASHINO), None, 403),
        (("officer", CHIYODA), None, 403),
        (("auditor",), None, 403),
        (("learner",), other, 404),
        (("secretariat",), None, 200),
    ):
        assert (await desk.badge(learner, certificate, *role, person=person)).status_code == status, role
    await desk.done("POST", f"learners/{learner}/erasure", {"reference": "見本-1"})
    gone = await desk.badge(learner, certificate, "secretariat")
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/person-erased")


async def test_an_earlier_key_stays_published_and_verifies_what_it_signed(desk: BadgeDesk) -> None:
    learner, certificate = await desk.certified()
    before = (await desk.badge(learner, certificate)).text
    newer, earlier = json.loads(new_signing_keys())["keys"], json.loads(KEYS)["keys"]
    bare = {name: value for name, value in earlier[0].items() if name in ("kty", "n", "e")}
    desk.set(signing_keys=SecretStr(json.dumps({"keys": [*newer, bare]})))
    after = (await desk.badge(learner, certificate)).text
    keys = (await desk.public("jwks"))["keys"]
    assert len(keys) == 2
    assert part(after, 0)["kid"] != part(before, 0)["kid"]
    for token in (before, after):
        verifier(keys, token).verify(token)


async def test_without_keys_or_an_address_there_are_no_badges(desk: BadgeDesk) -> None:
    learner, certificate = await desk.certified()
    desk.set(signing_keys=None)
    refused = await desk.badge(learner, certificate)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/badges-not-set-up")
    assert (await desk.service.client.get("/v1/badges/jwks")).status_code == 404
    desk.set(signing_keys=SecretStr(KEYS))
    assert (await desk.service.client.get("/v1/badges/issuer")).status_code == 200
    desk.service.app.state.runtime.settings.model_fields_set.discard("public_url")
    assert (await desk.service.client.get("/v1/badges/issuer")).status_code == 404, "an address that was not chosen"


def test_a_list_holds_as_many_bits_as_the_standard_asks_for() -> None:
    one = status_list(URL, 3, [3 * LIST_LENGTH, 3 * LIST_LENGTH + 9], NOW)
    packed = one["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert (len(bits), bits[0], bits[1], any(bits[2:])) == (16_384, 0x80, 0x40, False)


@pytest.mark.parametrize("keys", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AAAA"}]}', "not-a-key"])
def test_keys_that_cannot_sign_are_refused_and_not_shown(keys: str, settings_for: Callable[..., Settings]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_for("academy", "postgresql://app@db/academy", signing_keys=keys)
    assert "not-a-key" not in str(refused.value)


def test_the_first_key_has_its_private_part() -> None:
    public = SigningKeys.of(KEYS).published(str)
    with pytest.raises(ValueError, match="private part"):
        SigningKeys.of(json.dumps({"keys": public}))

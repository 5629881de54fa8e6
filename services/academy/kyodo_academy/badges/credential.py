"""Credentials as Open Badges 3.0 has them, and the list by which a withdrawn one is known (W3C Bitstring Status List).

A credential says nobody's name or mail: its subject is the pseudonym, and a salted hash of the mail, by which somebody
who knows the mail recognises it. Nothing of that is kept here: once the learner's key is erased no credential can be
made any more, and from those in somebody's hands nobody learns the mail.
"""

from __future__ import annotations

import gzip
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from kyodo_academy.certificates.model import LIST_LENGTH, CourseCompleted
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.skills import SkillRef, schemes

VC: Final = "https://www.w3.org/ns/credentials/v2"
OB: Final = [
    VC,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
NAME_JA: Final = "東京都　東京デジタルアカデミー"
LIST_HOLDS_FOR: Final = timedelta(days=1)


def profile(url: str) -> dict[str, Any]:
    """Who issues."""
    return {"id": f"{url}/v1/badges/issuer", "type": ["Profile"], "name": NAME_JA, "url": url}


def achievement(
    url: str, course_id: str, title_ja: str, criteria_ja: Iterable[str], skills: Iterable[SkillRef]
) -> dict[str, Any]:
    """What was achieved: the completion of a course, with the skills that it teaches."""
    return {
        "id": f"{url}/v1/badges/achievements/{course_id}",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": title_ja,
        "description": f"東京デジタルアカデミーの講座「{title_ja}」の修了",
        "criteria": {"narrative": "、".join(criteria_ja)},
        "alignment": [alignment(url, skill) for skill in skills],
    }


def alignment(url: str, skill: SkillRef) -> dict[str, Any]:
    """A skill as a node of its scheme."""
    titles = {(one.scheme, one.version): one.title_ja for one in schemes()}
    return {
        "type": ["Alignment"],
        "targetName": skill.label_ja,
        "targetUrl": f"{url}/v1/badges/skills/{skill.scheme}/{skill.version}/{skill.code}",
        "targetFramework": f"{titles.get((skill.scheme, skill.version), skill.scheme)} {skill.version}",
        "targetCode": skill.code,
    }


def credential(url: str, certificate_id: str, issued: CourseCompleted, email: str | None) -> dict[str, Any]:
    """The claims of the badge of a certificate: the credential, and what a JWT says of it besides."""
    done, id_, person = issued.completed, f"urn:uuid:{certificate_id}", f"urn:uuid:{issued.learner_id}"
    what = achievement(url, done.course_id, done.title_ja, done.criteria_ja, done.skills)
    subject = {
        "id": person,
        "type": ["AchievementSubject"],
        "achievement": what,
        "identifier": _identity(issued, email),
    }
    until = _end_of(issued.valid_until) if issued.valid_until else None
    expires = {"validUntil": until.isoformat(), "exp": int(until.timestamp())} if until else {}
    issuer = profile(url)
    return {
        "@context": OB,
        "id": id_,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": done.title_ja,
        "issuer": issuer,
        "validFrom": issued.issued_at.isoformat(),
        "credentialSubject": subject,
        "credentialStatus": _status(url, issued.status_index),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "iss": issuer["id"],
        "jti": id_,
        "sub": person,
        "nbf": int(issued.issued_at.timestamp()),
        **expires,
    }


def status_list(url: str, number: int, withdrawn: Iterable[int], now: datetime) -> dict[str, Any]:
    """The claims of a list: one bit for each of its certificates, set where it was withdrawn."""
    bits = bytearray(LIST_LENGTH // 8)
    for index in withdrawn:
        place = index % LIST_LENGTH
        bits[place // 8] |= 0x80 >> place % 8
    packed = urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()
    id_, until = f"{url}/v1/badges/status-lists/{number}", now + LIST_HOLDS_FOR
    subject = {
        "id": f"{id_}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": f"u{packed}",
    }
    return {
        "@context": [VC],
        "id": id_,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": profile(url)["id"],
        "validFrom": now.isoformat(),
        "validUntil": until.isoformat(),
        "credentialSubject": subject,
        "iss": profile(url)["id"],
        "jti": id_,
        "sub": subject["id"],
        "nbf": int(now.timestamp()),
        "exp": int(until.timestamp()),
    }


def _status(url: str, index: int) -> dict[str, str]:
    address = f"{url}/v1/badges/status-lists/{index // LIST_LENGTH}"
    return {
        "id": f"{address}#{index % LIST_LENGTH}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index % LIST_LENGTH),
        "statusListCredential": address,
    }


def _identity(issued: CourseCompleted, email: str | None) -> list[dict[str, Any]]:
    pseudonym = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": f"learner-{issued.learner_id}",
        "identityType": "systemId",
    }
    if email is None:
        return [pseudonym]
    salt = hashlib.sha256(f"salt of {issued.digest}".encode()).hexdigest()[:32]
    mail = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${hashlib.sha256(f'{email}{salt}'.encode()).hexdigest()}",
        "identityType": "emailAddress",
        "salt": salt,
    }
    return [pseudonym, mail]


def _end_of(day: date) -> datetime:
    """The last second of a day in Tokyo."""
    return datetime.combine(day, time(23, 59, 59), TOKYO_TIME)

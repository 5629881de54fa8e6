"""Badges over HTTP: handed to the learner; all that a verifier needs is read by everybody, under stable addresses."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Path, Response
from fastapi.responses import JSONResponse

from kyodo_academy.badges.credential import achievement, alignment, credential, profile, status_list
from kyodo_academy.badges.issuer import BadgesNotSetUp, Issuing
from kyodo_academy.certificates.api import PRIVATE, drawable, opened_profile, the_learner
from kyodo_academy.certificates.model import LIST_LENGTH, CertificateIsWithdrawn
from kyodo_academy.certificates.views import withdrawn_in
from kyodo_academy.completion_rules.model import CompletionRule
from kyodo_academy.courses.model import Course
from kyodo_events.errors import NotFound
from kyodo_events.values.skills import SchemeName, SchemeVersion, SkillRef, known_skill
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/badges", tags=["badges"])
own = Router(prefix="/v1/learners/{learner_id}/certificates/{certificate_id}/badge", tags=["badges"])

SIGNED: Final = "text/plain; charset=utf-8"
SIGNED_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}
FRESH: Final = {"Cache-Control": "public, max-age=300"}
LAST_LIST: Final = 9_999

KeyName = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$", description="The key's RFC 7638 thumbprint.")]
ListNumber = Annotated[int, Path(ge=0, le=LAST_LIST)]


@own.get(
    "",
    allow=the_learner | secretariat,
    raises=[PersonErased, CertificateIsWithdrawn, BadgesNotSetUp],
    response_class=Response,
    responses=SIGNED_ANSWER,
)
async def read_badge(
    learner_id: Id, certificate_id: Id, commands: Commands, reader: Reader, persons: Persons, issuer: Issuing
) -> Response:
    """The certificate as an Open Badges 3.0 credential, a signed JWT: the same one as long as the mail is the same."""
    found = await drawable(commands, reader, learner_id, certificate_id)
    person = await opened_profile(commands, persons, learner_id)
    claims = credential(issuer.url, certificate_id, found.issued, person.get("email"))
    shown = {"Content-Disposition": f'attachment; filename="badge-{found.issued.number}.jws"'}
    return Response(issuer.sign(claims), media_type=SIGNED, headers=shown | PRIVATE)


@router.get("/issuer", allow=public, raises=[BadgesNotSetUp], response_class=JSONResponse)
async def read_issuer(issuer: Issuing) -> JSONResponse:
    """Who issues the badges, as Open Badges describes it."""
    return JSONResponse(
        {"@context": "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", **profile(issuer.url)}
    )


@router.get("/jwks", allow=public, raises=[BadgesNotSetUp], response_class=JSONResponse)
async def read_keys(issuer: Issuing) -> JSONResponse:
    """The public keys, today's and earlier ones: with them badges are verified without asking."""
    return JSONResponse({"keys": issuer.published()})


@router.get("/keys/{key_name}", allow=public, raises=[BadgesNotSetUp], response_class=JSONResponse)
async def read_key(key_name: KeyName, issuer: Issuing) -> JSONResponse:
    """One public key: the address stands in the head of each badge that it signed."""
    found = issuer.public(key_name)
    if found is None:
        raise NotFound(what="key", id=key_name)
    return JSONResponse(found)


@router.get("/achievements/{course_id}", allow=public, raises=[BadgesNotSetUp], response_class=JSONResponse)
async def read_achievement(course_id: Id, commands: Commands, issuer: Issuing) -> JSONResponse:
    """What the badge of a course stands for, by the course and the rule of today."""
    course = await commands.read(Course, course_id)
    rule = (await commands.read(CompletionRule, course_id)).known
    return JSONResponse(achievement(issuer.url, course_id, course.title_ja, rule.words_ja, course.skills))


@router.get(
    "/skills/{scheme}/{scheme_version}/{code}", allow=public, raises=[BadgesNotSetUp], response_class=JSONResponse
)
async def read_skill(
    scheme: Annotated[SchemeName, Path()],
    scheme_version: Annotated[SchemeVersion, Path()],
    code: Annotated[Code, Path()],
    issuer: Issuing,
) -> JSONResponse:
    """The skill to which a badge is aligned."""
    if not known_skill(scheme, scheme_version, code):
        raise NotFound(what="skill", id=code)
    return JSONResponse(alignment(issuer.url, SkillRef(scheme=scheme, version=scheme_version, code=code)))


@router.get(
    "/status-lists/{list_number}",
    allow=public,
    raises=[BadgesNotSetUp],
    response_class=Response,
    responses=SIGNED_ANSWER,
)
async def read_status_list(list_number: ListNumber, commands: Commands, reader: Reader, issuer: Issuing) -> Response:
    """Which badges were withdrawn: a signed list of bits, of which each badge names its own."""
    rows = await reader.tx.rows(withdrawn_in(list_number * LIST_LENGTH, LIST_LENGTH))
    now = commands.now.replace(microsecond=0)
    claims = status_list(issuer.url, list_number, (row["status_index"] for row in rows), now)
    return Response(issuer.sign(claims), media_type=SIGNED, headers=FRESH)

"""Certificates of hours over HTTP: asked for by the supporter or the secretariat, checked by whoever holds one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from kyodo_events.errors import NotFound, Unavailable, require
from kyodo_events.secret_addresses import Digest
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.documents import PDF_ANSWER, pdf_file
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public, role, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_platform.workers import Workers
from kyodo_supporter_matching.hours_certificates.model import (
    Attended,
    CertificateIsWithdrawn,
    HoursCertificate,
    NameMissing,
    NothingToCertify,
    Number,
    PeriodNotOver,
    standing,
)
from kyodo_supporter_matching.hours_certificates.paper import paper_of, render, texts_of
from kyodo_supporter_matching.hours_certificates.schemas import (
    MOST_SESSIONS,
    HoursCertificateOut,
    PeriodIn,
    VerificationOut,
    WithdrawalIn,
)
from kyodo_supporter_matching.hours_certificates.views import (
    attended_between,
    certificate_numbered,
    certificates_of,
    hours_certificate,
)
from kyodo_supporter_matching.profiles.model import Profile
from kyodo_supporter_matching.supporters.events import SupporterIsErased
from kyodo_supporter_matching.supporters.model import Supporter

router = Router(prefix="/v1/supporters/{supporter_id}/hours-certificates", tags=["hours-certificates"])
checking = Router(prefix="/v1/hours-certificates/verification", tags=["hours-certificates"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)


@router.post(
    "",
    allow=the_supporter | secretariat,
    raises=[SupporterIsErased, PersonErased, NameMissing, NothingToCertify, PeriodNotOver],
    status_code=201,
)
async def certify_hours(
    supporter_id: Id, body: PeriodIn, commands: Commands, reader: Reader, persons: Persons
) -> HoursCertificateOut:
    """Certify the hours of a period as they are on record today; then read the PDF."""
    require(not (await commands.read(Supporter, supporter_id)).erased, SupporterIsErased())
    require("name_ja" in (await commands.read_or_new(Profile, supporter_id)).sealed, NameMissing())
    query = attended_between(supporter_id, body.from_day, body.until_day)
    attended = await reader.all(Attended, query, at_most=MOST_SESSIONS)
    sealed = await persons.seal(supporter_id, texts_of(attended))
    issued = await commands.create(
        HoursCertificate,
        lambda one: one.certify(supporter_id, body.from_day, body.until_day, attended, sealed, commands.today),
    )
    return await _shown(reader, supporter_id, issued.id)


@router.get("", allow=the_supporter | role(Role.SECRETARIAT, Role.AUDITOR))
async def list_certificates(supporter_id: Id, reader: Reader, page: PageQuery) -> Page[HoursCertificateOut]:
    """The certificates of a supporter, in the order of issue."""
    by = [hours_certificate.c.certificate_id]
    return await reader.page(HoursCertificateOut, certificates_of(supporter_id), page, by=by)


@router.get(
    "/{certificate_id}/pdf",
    allow=the_supporter | secretariat,
    raises=[Unavailable, SupporterIsErased, NameMissing, CertificateIsWithdrawn],
    response_class=Response,
    responses=PDF_ANSWER,
)
async def read_pdf(
    supporter_id: Id, certificate_id: Id, commands: Commands, persons: Persons, workers: Workers
) -> Response:
    """The certificate in Japanese on A4 (活動時間証明書), the same bytes as long as the name is the same."""
    found = (await commands.read(HoursCertificate, certificate_id)).of(supporter_id).drawable()
    profile = await commands.read_or_new(Profile, supporter_id)
    lines, person = await persons.open_each([(supporter_id, found.issued.sealed), (supporter_id, profile.sealed)])
    if lines is None or person is None:
        raise SupporterIsErased
    require("name_ja" in person, NameMissing())
    document = await workers.run(render, paper_of(found.issued, lines, person).model_dump_json())
    return pdf_file(document, f"hours-{found.number}", **{"Cache-Control": "private, no-store"})


@router.put("/{certificate_id}/withdrawal", allow=secretariat)
async def withdraw_certificate(
    supporter_id: Id, certificate_id: Id, body: WithdrawalIn, commands: Commands, reader: Reader
) -> HoursCertificateOut:
    """Let a certificate be valid no longer, such as one that was issued to the wrong person."""
    await commands.on(HoursCertificate, certificate_id, lambda one: one.withdraw(supporter_id, body.reason_ja))
    return await _shown(reader, supporter_id, certificate_id)


@checking.get("/{number}", allow=public)
async def verify_certificate(
    number: Annotated[Number, Path()],
    reader: Reader,
    digest: Annotated[Digest | None, Query(description="The digest on the paper (照合コード).")] = None,
) -> VerificationOut:
    """Whether a certificate is valid, was withdrawn, or says something else than the records of today; no name."""
    row = await reader.tx.row(certificate_numbered(number))
    if row is None:
        raise NotFound(what="hours certificate", id=number)
    await reader.see_as_person(row["supporter_id"])
    query = attended_between(row["supporter_id"], row["from_day"], row["until_day"])
    on_record = await reader.all(Attended, query, at_most=MOST_SESSIONS)
    return VerificationOut(
        number=number,
        standing=standing(withdrawn=row["withdrawn"], certified=row["lines"], now=[one.digest for one in on_record]),
        minutes=row["minutes"],
        digest_fits=None if digest is None else digest == row["digest"],
    )


async def _shown(reader: ReadSession, supporter_id: str, certificate_id: str) -> HoursCertificateOut:
    query = certificates_of(supporter_id).where(hours_certificate.c.certificate_id == certificate_id)
    return await reader.one(HoursCertificateOut, query, what="hours certificate", id=certificate_id)

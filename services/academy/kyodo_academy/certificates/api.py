"""Certificates over HTTP: listed, drawn for the learner, withdrawn by the secretariat, checked by whoever holds one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from kyodo_academy.certificates.model import Certificate, CertificateIsWithdrawn, NameMissing, Number, standing
from kyodo_academy.certificates.paper import paper_of, render
from kyodo_academy.certificates.schemas import CertificateCheckOut, CertificateOut, WithdrawalIn
from kyodo_academy.certificates.views import certificate, certificates_of, check_of
from kyodo_academy.learners.model import Learner
from kyodo_academy.profiles.model import Profile
from kyodo_events.errors import NotFound, Unavailable, require
from kyodo_events.secret_addresses import Digest
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.documents import PDF_ANSWER, pdf_file
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public, role, secretariat
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_platform.workers import Workers

router = Router(prefix="/v1/learners/{learner_id}/certificates", tags=["certificates"])
checking = Router(prefix="/v1/certificates/verification", tags=["certificates"])

the_learner = person_of("learner_id", Role.LEARNER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)
PRIVATE = {"Cache-Control": "private, no-store"}


@router.get("", allow=the_learner | readers)
async def list_certificates(learner_id: Id, reader: Reader, page: PageQuery) -> Page[CertificateOut]:
    """A learner's certificates, in the order of issue; where the learner works, and for the learner."""
    by = [certificate.c.issued_at, certificate.c.certificate_id]
    return await reader.page(CertificateOut, certificates_of(learner_id), page, by=by)


@router.get("/{certificate_id}", allow=the_learner | readers)
async def read_certificate(learner_id: Id, certificate_id: Id, reader: Reader) -> CertificateOut:
    """One certificate."""
    return await shown(reader, learner_id, certificate_id)


@router.get("/{certificate_id}/history", allow=the_learner | readers)
async def certificate_history(learner_id: Id, certificate_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a certificate, in words."""
    await shown(reader, learner_id, certificate_id)
    return await reader.history(Certificate, certificate_id, page)


@router.get(
    "/{certificate_id}/pdf",
    allow=the_learner | secretariat,
    raises=[Unavailable, PersonErased, NameMissing, CertificateIsWithdrawn],
    response_class=Response,
    responses=PDF_ANSWER,
)
async def read_pdf(
    learner_id: Id, certificate_id: Id, commands: Commands, reader: Reader, persons: Persons, workers: Workers
) -> Response:
    """The certificate in Japanese on A4 (修了証), the same bytes as long as the name is the same."""
    found = await drawable(commands, reader, learner_id, certificate_id)
    person = await opened_profile(commands, persons, learner_id)
    require("name_ja" in person, NameMissing())
    document = await workers.run(render, paper_of(found.issued, person["name_ja"]).model_dump_json())
    return pdf_file(document, f"certificate-{found.issued.number}", **PRIVATE)


@router.put("/{certificate_id}/withdrawal", allow=secretariat)
async def withdraw_certificate(
    learner_id: Id, certificate_id: Id, body: WithdrawalIn, commands: Commands, reader: Reader
) -> CertificateOut:
    """Let a certificate be valid no longer, such as one that was issued for a wrongly recorded attendance."""
    await commands.on(Certificate, certificate_id, lambda one: one.withdraw(learner_id, body.reason_ja, commands.now))
    return await shown(reader, learner_id, certificate_id)


@checking.get("/{certificate_number}", allow=public)
async def verify_certificate(
    certificate_number: Annotated[Number, Path()],
    commands: Commands,
    reader: Reader,
    digest: Annotated[Digest | None, Query(description="The digest on the paper (照合コード).")] = None,
) -> CertificateCheckOut:
    """Whether a certificate is valid, has expired or was withdrawn; no name."""
    row = await reader.tx.row(check_of(certificate_number))
    if row is None:
        raise NotFound(what="certificate", id=certificate_number)
    withdrawn = row["withdrawn_at"] is not None
    return CertificateCheckOut(
        number=certificate_number,
        title_ja=row["title_ja"],
        issued_on=row["issued_on"],
        valid_until=row["valid_until"],
        standing=standing(withdrawn=withdrawn, valid_until=row["valid_until"], today=commands.today),
        digest_fits=None if digest is None else digest == row["digest"],
    )


async def shown(reader: ReadSession, learner_id: str, certificate_id: str) -> CertificateOut:
    """The certificate. Raises NotFound for another learner's."""
    query = certificates_of(learner_id, id_=certificate_id)
    return await reader.one(CertificateOut, query, what="certificate", id=certificate_id)


async def drawable(commands: CommandBus, reader: ReadSession, learner_id: str, certificate_id: str) -> Certificate:
    """A certificate that may be handed out. Raises NotFound, CertificateIsWithdrawn."""
    await shown(reader, learner_id, certificate_id)  # what the policy says once more, as row-level security sees it
    return (await commands.read(Certificate, certificate_id)).of(learner_id).drawable()


async def opened_profile(commands: CommandBus, persons: PersonalData, learner_id: str) -> dict[str, str]:
    """What is known of the learner. Raises PersonErased."""
    if (await commands.read(Learner, learner_id)).erased:
        raise PersonErased
    profile = await commands.read_or_new(Profile, learner_id)
    return await persons.open(learner_id, profile.sealed) or {}

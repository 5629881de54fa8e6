"""The intake of a list over HTTP: all of it, or nothing where one row does not do."""

from __future__ import annotations

from kyodo_events.errors import NotFound, Refused
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.routing import Router
from kyodo_supporter_matching.intakes.schemas import EnrolledOut, EnrolmentIn, IntakeIn, IntakeOut
from kyodo_supporter_matching.programmes.model import Programme, ProgrammeIsRetired
from kyodo_supporter_matching.supporters.events import GuardianConsentMissing, InsuranceOver
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.trainees.events import CertificateNotValid
from kyodo_supporter_matching.trainees.model import Taught, Trainee
from kyodo_supporter_matching.trainees.numbers import CertificateNumberTaken, GivenNumber

OF_ONE_ROW = (CertificateNotValid, CertificateNumberTaken, GuardianConsentMissing, InsuranceOver)


class EnrolmentImpossible(Refused):
    status, type = 422, "enrolment-impossible"
    title = "A row of the list cannot be taken over (引き継げない行がある)"
    detail = "Certificate {certificate}: {why}"
    remedy = "Put the row right, or take it out, and send the list again: nothing of it was taken over."


router = Router(prefix="/v1/supporter-intakes", tags=["supporters"])


@router.post(
    "",
    allow=secretariat,
    raises=[NotFound, ProgrammeIsRetired, EnrolmentImpossible],
)
async def take_over_supporters(body: IntakeIn, commands: Commands) -> IntakeOut:
    """Take supporters over who were trained and registered elsewhere; they can be matched from now on.

    Send no names: each row is answered with an id, under which name and contact are written where they are sealed.
    """
    programme = await commands.read(Programme, body.programme_id)
    programme.require_offered()
    taught = Taught(programme.id, body.programme_version, programme.content_of(body.programme_version))
    return IntakeOut(supporters=[await _taken_over(commands, row, taught) for row in body.supporters])


async def _taken_over(commands: CommandBus, row: EnrolmentIn, taught: Taught) -> EnrolledOut:
    today, home = commands.today, row.home_municipality
    try:
        enrolled = await commands.create(Supporter, lambda one: one.enrol(row.enrolment, today))
        await commands.on_or_new(
            Trainee, enrolled.id, lambda one: one.take_over(home, taught, row.certificate, row.certified_on, today)
        )
        await commands.on_or_new(GivenNumber, row.certificate, lambda one: one.give(home, enrolled.id))
    except OF_ONE_ROW as refusal:
        raise EnrolmentImpossible(certificate=row.certificate, why=refusal.explanation()) from refusal
    return EnrolledOut.of_model(enrolled, row.certificate)

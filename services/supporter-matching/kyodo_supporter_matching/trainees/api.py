"""Training records over HTTP: kept by the secretariat, read by the supporter and, without scores, at home."""

from __future__ import annotations

from datetime import date

from pydantic import Field, computed_field

from kyodo_events.errors import NotFound, require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.programmes.model import Programme, ProgrammeIsRetired, UnitIsFaceToFace, UnknownUnit
from kyodo_supporter_matching.programmes.values import Percent, VersionNumber
from kyodo_supporter_matching.supporters.events import SupporterIsErased
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.trainees.events import (
    CertificateUnearned,
    LapsedTooLong,
    NoAttemptLeft,
    NotCertified,
    NotInTraining,
    TrainingUnderWay,
    UnitsMissing,
)
from kyodo_supporter_matching.trainees.model import Trainee
from kyodo_supporter_matching.trainees.numbers import CertificateNumberTaken, GivenNumber
from kyodo_supporter_matching.trainees.values import CertificateNumber, RevocationReason, TraineeStatus
from kyodo_supporter_matching.trainees.views import tests_of, trainee, trainees_with, training_test

router = Router(prefix="/v1/supporters/{supporter_id}/training", tags=["training"])
everybody = Router(prefix="/v1/trainees", tags=["training"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class ApplicationIn(Body):
    """By which version of which programme the supporter is to be trained."""

    programme_id: Id
    programme_version: VersionNumber


class ScoreIn(Body):
    """What the supporter reached in the test."""

    score: Percent


class CertificateIn(Body):
    """The number that stands on the certificate."""

    number: CertificateNumber


class RevocationIn(Body):
    """Why the certificate is taken back."""

    reason: RevocationReason


class TraineeOut(Resource):
    """A supporter's training."""

    municipality: MunicipalityCode = Field(title="居住区市町村")
    supporter_id: str = Field(title="サポーターID")
    programme_id: str = Field(title="研修プログラムID")
    programme_version: int = Field(title="版")
    status: TraineeStatus = Field(title="状態コード")
    units_done: list[str] = Field(title="修了単元")
    refresher_done: list[str] = Field(title="更新研修の修了単元", description="Since the certificate or its renewal.")
    attempts: int = Field(title="受験回数")
    certificate_number: str | None = Field(title="認定番号")
    certified_since: date | None = Field(title="認定日")
    certified_until: date | None = Field(title="認定期限", description="The last day on which it is valid.")

    @computed_field(title="状態")  # type: ignore[prop-decorator]
    @property
    def status_ja(self) -> str:
        """As people read it."""
        return self.status.label_ja


class AttemptRow(Answer):
    """One test that the supporter took."""

    number: int = Field(title="番号")
    attempt: int = Field(title="受験回", description="From 1 in each training.")
    score: int = Field(title="得点率")
    passed: bool = Field(title="合否")
    taken_on: date = Field(title="受験日")


@router.put(
    "",
    allow=the_supporter | secretariat,
    acts_for_all=True,
    raises=[SupporterIsErased, ProgrammeIsRetired, TrainingUnderWay, NotFound],
)
async def apply_for_training(supporter_id: Id, body: ApplicationIn, commands: Commands, reader: Reader) -> TraineeOut:
    """Apply for a published version of a programme; anew where the training before leads nowhere any more."""
    supporter = await commands.read(Supporter, supporter_id)
    require(not supporter.erased, SupporterIsErased())
    programme = await commands.read(Programme, body.programme_id)
    programme.require_offered()
    home, number, today = supporter.home_municipality, body.programme_version, commands.today
    content = programme.content_of(number)
    await commands.on_or_new(Trainee, supporter_id, lambda one: one.apply(home, programme.id, number, content, today))
    return await _shown(reader, supporter_id)


@router.put("/units/{unit}", allow=secretariat, raises=[UnknownUnit, UnitIsFaceToFace, NotInTraining])
async def complete_unit(supporter_id: Id, unit: Code, commands: Commands, reader: Reader) -> TraineeOut:
    """Record that the supporter completed a unit online today."""
    today = commands.today
    await commands.on(Trainee, supporter_id, lambda one: one.complete_online(unit, today))
    return await _shown(reader, supporter_id)


@router.post("/tests", allow=secretariat, raises=[UnitsMissing, NotInTraining, NoAttemptLeft])
async def record_test(supporter_id: Id, body: ScoreIn, commands: Commands, reader: Reader) -> TraineeOut:
    """Record a test that the supporter took today, once all units are done."""
    today = commands.today
    await commands.on(Trainee, supporter_id, lambda one: one.take_test(body.score, today))
    return await _shown(reader, supporter_id)


@router.put("/certificate", allow=secretariat, raises=[CertificateUnearned, CertificateNumberTaken])
async def certify(supporter_id: Id, body: CertificateIn, commands: Commands, reader: Reader) -> TraineeOut:
    """Certify the supporter, who passed, from today on, under a number that no other certificate has."""
    today = commands.today
    certified = await commands.on(Trainee, supporter_id, lambda one: one.certify(body.number, today))
    home = certified.municipality
    await commands.on_or_new(GivenNumber, body.number, lambda one: one.give(home, supporter_id))
    return await _shown(reader, supporter_id)


@router.put("/renewal", allow=secretariat, raises=[NotCertified, LapsedTooLong, UnitsMissing])
async def renew(supporter_id: Id, commands: Commands, reader: Reader) -> TraineeOut:
    """Renew the certificate after the refresher, up to six months after it lapsed."""
    today = commands.today
    await commands.on(Trainee, supporter_id, lambda one: one.renew(today))
    return await _shown(reader, supporter_id)


@router.put("/revocation", allow=secretariat, raises=[NotCertified])
async def revoke(supporter_id: Id, body: RevocationIn, commands: Commands, reader: Reader) -> TraineeOut:
    """Take the certificate back, for a reason."""
    await commands.on(Trainee, supporter_id, lambda one: one.revoke(body.reason))
    return await _shown(reader, supporter_id)


@router.get("", allow=readers | the_supporter)
async def read_training(supporter_id: Id, reader: Reader) -> TraineeOut:
    """The training of a supporter: at home in your municipality, or yourself."""
    return await _shown(reader, supporter_id)


@router.get("/tests", allow=secretariat | the_supporter)
async def list_tests(supporter_id: Id, reader: Reader, page: PageQuery) -> Page[AttemptRow]:
    """The tests with their scores, which are for the supporter and the secretariat."""
    await _shown(reader, supporter_id)
    return await reader.page(AttemptRow, tests_of(supporter_id), page, by=[training_test.c.number])


@router.get("/history", allow=readers | the_supporter)
async def training_history(supporter_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened in a training, in words and without scores."""
    await _shown(reader, supporter_id)
    return await reader.history(Trainee, supporter_id, page)


@everybody.get("", allow=readers)
async def list_trainees(
    reader: Reader,
    page: PageQuery,
    status: TraineeStatus | None = None,
    programme_id: Id | None = None,
    expiring_before: Day | None = None,
) -> Page[TraineeOut]:
    """Trainees at home in your municipality, all for Tokyo; those whose certificate ends before a day."""
    query = trainees_with(expiring_before, status=status, programme_id=programme_id)
    return await reader.page(TraineeOut, query, page, by=[trainee.c.municipality, trainee.c.supporter_id])


async def _shown(reader: ReadSession, supporter_id: str) -> TraineeOut:
    query = trainees_with(supporter_id=supporter_id)
    return await reader.one(TraineeOut, query, what="training", id=supporter_id)

"""Cost verifications over HTTP: Tokyo and the members of the theme's working group estimate, and check each other."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.municipalities import TOKYO, MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import officer_of, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.documents import Number
from kyodo_procurement.policies import governments
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.verifications import views
from kyodo_procurement.verifications.events import Estimate
from kyodo_procurement.verifications.model import (
    By,
    CostVerification,
    NotEstimated,
    NotEstimating,
    NotTheEstimator,
    OwnEstimate,
    VerificationStatus,
)
from kyodo_procurement.verifications.schemas import (
    CounterEstimateRow,
    MemberRequestIn,
    RejectionIn,
    VerificationIn,
    VerificationOut,
)
from kyodo_procurement.working_groups.model import NotAMember, ThemeNotReady, WorkingGroup

router = Router(prefix="/v1", tags=["cost verifications"])

VerificationSort = Annotated[Sort, sort_by(views.verification.c.requested_at, unique=[views.verification.c.id])]
CounterSort = Annotated[Sort, sort_by(views.counter_estimate.c.organisation, unique=[views.counter_estimate.c.number])]

ONE = "/cost-verifications/{verification_id}"
AS_MEMBER = f"{ONE}/members/{{municipality}}"
member = officer_of("municipality")


@router.post("/cost-verifications", allow=secretariat, raises=[ThemeNotReady])
async def request_verification(body: VerificationIn, commands: Commands, reader: Reader) -> VerificationOut:
    """Ask what a theme would cost."""
    theme = await commands.read(Theme, body.theme_id)
    asked = await commands.create(
        CostVerification, lambda new: new.request(theme, TOKYO, body.tolerance, commands.today)
    )
    return await _seen(asked.id, commands, reader)


@router.post(
    "/working-groups/{group_id}/members/{municipality}/cost-verifications",
    allow=member,
    raises=[NotAMember, ThemeNotReady],
    status_code=201,
)
async def request_verification_as_member(
    group_id: Id, municipality: MunicipalityCode, body: MemberRequestIn, commands: Commands, reader: Reader
) -> VerificationOut:
    """Ask what the theme of a working group would cost, as a member."""
    await commands.on(WorkingGroup, group_id, lambda group: group.hear(municipality))
    theme = await commands.read(Theme, group_id)
    asked = await commands.create(
        CostVerification, lambda new: new.request(theme, municipality, body.tolerance, commands.today)
    )
    return await _seen(asked.id, commands, reader)


@router.put(f"{ONE}/estimate", allow=secretariat, raises=[NotEstimating])
async def estimate_cost(verification_id: Id, body: Estimate, commands: Commands, reader: Reader) -> VerificationOut:
    """Estimate the cost, or estimate it again after a rejection."""
    return await _estimate(verification_id, TOKYO, body, commands, reader)


@router.put(f"{AS_MEMBER}/estimate", allow=member, raises=[NotAMember, NotEstimating])
async def estimate_cost_as_member(
    verification_id: Id, municipality: MunicipalityCode, body: Estimate, commands: Commands, reader: Reader
) -> VerificationOut:
    """Estimate the cost, or estimate it again after a rejection, as a member of the theme's working group."""
    return await _estimate(verification_id, municipality, body, commands, reader)


@router.post(f"{ONE}/counter-estimates", allow=secretariat, raises=[NotEstimated, OwnEstimate])
async def counter_estimate(verification_id: Id, body: Estimate, commands: Commands, reader: Reader) -> VerificationOut:
    """Set an estimate beside somebody else's."""
    return await _counter(verification_id, TOKYO, body, commands, reader)


@router.post(f"{AS_MEMBER}/counter-estimates", allow=member, raises=[NotAMember, NotEstimated, OwnEstimate])
async def counter_estimate_as_member(
    verification_id: Id, municipality: MunicipalityCode, body: Estimate, commands: Commands, reader: Reader
) -> VerificationOut:
    """Set an estimate beside somebody else's, as a member of the theme's working group."""
    return await _counter(verification_id, municipality, body, commands, reader)


@router.put(f"{ONE}/counter-estimates/{{counter}}/adoption", allow=secretariat, raises=[NotEstimated, NotTheEstimator])
async def adopt_counter_estimate(
    verification_id: Id, counter: Number, commands: Commands, reader: Reader
) -> VerificationOut:
    """Make a counter-estimate your estimate."""
    return await _adopt(verification_id, TOKYO, counter, commands, reader)


@router.put(
    f"{AS_MEMBER}/counter-estimates/{{counter}}/adoption",
    allow=member,
    raises=[NotAMember, NotEstimated, NotTheEstimator],
)
async def adopt_counter_estimate_as_member(
    verification_id: Id, municipality: MunicipalityCode, counter: Number, commands: Commands, reader: Reader
) -> VerificationOut:
    """Make a counter-estimate your estimate, as a member of the theme's working group."""
    return await _adopt(verification_id, municipality, counter, commands, reader)


@router.put(f"{ONE}/verification", allow=secretariat, raises=[NotEstimated, OwnEstimate])
async def verify_cost(verification_id: Id, commands: Commands, reader: Reader) -> VerificationOut:
    """Find somebody else's estimate sound; it counts for twelve months."""
    return await _verify(verification_id, TOKYO, commands, reader)


@router.put(f"{AS_MEMBER}/verification", allow=member, raises=[NotAMember, NotEstimated, OwnEstimate])
async def verify_cost_as_member(
    verification_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> VerificationOut:
    """Find somebody else's estimate sound, as a member of the theme's working group."""
    return await _verify(verification_id, municipality, commands, reader)


@router.put(f"{ONE}/rejection", allow=secretariat, raises=[NotEstimated, OwnEstimate])
async def reject_cost(verification_id: Id, body: RejectionIn, commands: Commands, reader: Reader) -> VerificationOut:
    """Find somebody else's estimate wanting, with a reason."""
    return await _reject(verification_id, TOKYO, body, commands, reader)


@router.put(f"{AS_MEMBER}/rejection", allow=member, raises=[NotAMember, NotEstimated, OwnEstimate])
async def reject_cost_as_member(
    verification_id: Id, municipality: MunicipalityCode, body: RejectionIn, commands: Commands, reader: Reader
) -> VerificationOut:
    """Find somebody else's estimate wanting, with a reason, as a member of the theme's working group."""
    return await _reject(verification_id, municipality, body, commands, reader)


@router.get("/cost-verifications", allow=governments)
async def list_verifications(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    sort: VerificationSort,
    theme_id: Id | None = None,
    status: VerificationStatus | None = None,
) -> Page[VerificationOut]:
    """The verifications of a theme, of a status, or all, each with whether it counts today."""
    return await reader.page(VerificationOut, views.verifications_by(commands.today, theme_id, status), page, by=sort)


@router.get(ONE, allow=governments)
async def read_verification(verification_id: Id, commands: Commands, reader: Reader) -> VerificationOut:
    """One verification, with whether it counts today, and if not, why not."""
    return await _seen(verification_id, commands, reader)


@router.get(f"{ONE}/counter-estimates", allow=governments)
async def list_counter_estimates(
    verification_id: Id, commands: Commands, reader: Reader, page: PageQuery, sort: CounterSort
) -> Page[CounterEstimateRow]:
    """The counter-estimates beside an estimate."""
    await _seen(verification_id, commands, reader)
    return await reader.page(CounterEstimateRow, views.counter_estimates_of(verification_id), page, by=sort)


@router.get(f"{ONE}/history", allow=governments)
async def read_history(verification_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a verification."""
    return await reader.history(CostVerification, verification_id, page)


async def _estimate(
    verification_id: str, organisation: str, estimate: Estimate, commands: CommandBus, reader: ReadSession
) -> VerificationOut:
    by, theme = await _speaker(verification_id, organisation, commands)
    await commands.on(CostVerification, verification_id, lambda it: it.make_estimate(estimate, by, theme))
    return await _seen(verification_id, commands, reader)


async def _counter(
    verification_id: str, organisation: str, estimate: Estimate, commands: CommandBus, reader: ReadSession
) -> VerificationOut:
    by, _ = await _speaker(verification_id, organisation, commands)
    await commands.on(CostVerification, verification_id, lambda it: it.counter(estimate, by))
    return await _seen(verification_id, commands, reader)


async def _adopt(
    verification_id: str, organisation: str, counter: int, commands: CommandBus, reader: ReadSession
) -> VerificationOut:
    by, theme = await _speaker(verification_id, organisation, commands)
    await commands.on(CostVerification, verification_id, lambda it: it.adopt(counter, by, theme))
    return await _seen(verification_id, commands, reader)


async def _verify(
    verification_id: str, organisation: str, commands: CommandBus, reader: ReadSession
) -> VerificationOut:
    by, _ = await _speaker(verification_id, organisation, commands)
    await commands.on(CostVerification, verification_id, lambda it: it.verify(by, commands.today))
    return await _seen(verification_id, commands, reader)


async def _reject(
    verification_id: str, organisation: str, body: RejectionIn, commands: CommandBus, reader: ReadSession
) -> VerificationOut:
    by, _ = await _speaker(verification_id, organisation, commands)
    await commands.on(CostVerification, verification_id, lambda it: it.reject(body.reason, by))
    return await _seen(verification_id, commands, reader)


async def _speaker(verification_id: str, organisation: str, commands: CommandBus) -> tuple[By, Theme]:
    """Who acts, and the theme it is about. Raises NotAMember for who is not of the theme's working group."""
    theme_id = (await commands.read(CostVerification, verification_id)).theme_id
    if organisation != TOKYO:  # Tokyo speaks also where there is no group yet
        (await commands.read(WorkingGroup, theme_id)).expect_member(organisation)
    return By(organisation, commands.identity.subject), await commands.read(Theme, theme_id)


async def _seen(verification_id: str, commands: CommandBus, reader: ReadSession) -> VerificationOut:
    query = views.verification_of(verification_id, commands.today)
    return await reader.one(VerificationOut, query, what="cost verification", id=verification_id)

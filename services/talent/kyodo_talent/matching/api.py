"""Matching over HTTP: a ranking for one request, rounds over all, and the decision of a person on each match."""

from __future__ import annotations

from kyodo_events.contracts.talent_assignments import AssignmentLine
from kyodo_events.errors import Unavailable, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_platform.workers import Workers
from kyodo_talent.assignments.facts import available_expert
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.refusals import (
    ExpertNotAvailable,
    InstructionsNotAllowed,
    LineOutsideWindow,
    LineTwice,
    WindowImpossible,
)
from kyodo_talent.matching.facts import instance_of
from kyodo_talent.matching.model import MatchDecided, MatchingRound, NothingToMatch
from kyodo_talent.matching.schemas import (
    CandidateOut,
    ConfirmationIn,
    MatchOut,
    RoundIn,
    RoundOut,
    SettingAsideIn,
)
from kyodo_talent.matching.scoring import ranked
from kyodo_talent.matching.views import matches_of, matching_match, matching_round, round_of
from kyodo_talent.matching.work import plan_with_bound
from kyodo_talent.requests.model import Request, RequestStatus
from kyodo_talent.requests.refusals import NoMatchingRuns, NotReadyForMatching
from kyodo_talent.requests.values import Offer, OfferKind

router = Router(prefix="/v1/matching-rounds", tags=["matching"])
proposals = Router(prefix="/v1/requests/{request_id}/candidates", tags=["matching"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
MOST_CANDIDATES = 50
PAIR = "/{round_id}/matches/{request_id}/{expert_id}"


@proposals.get("", allow=overseers)
async def rank_candidates(request_id: Id, commands: Commands, reader: Reader) -> Page[CandidateOut]:
    """The experts for one request, best first, each with the parts of the score in words; at most 50."""
    await commands.read(Request, request_id)
    instance = await instance_of(reader.tx, commands.now, commands.today, request_id)
    found = ranked(instance.seekers[0], instance.candidates) if instance.seekers else []
    best = [CandidateOut.ranked(rank, one) for rank, one in enumerate(found[:MOST_CANDIDATES], start=1)]
    return Page[CandidateOut](items=best)


@router.post("", allow=secretariat, raises=[NothingToMatch, Unavailable])
async def plan_round(body: RoundIn, commands: Commands, reader: Reader, workers: Workers) -> RoundOut:
    """Plan over all open requests and available experts, and bound the plan from above. Nobody is assigned by it."""
    instance = await instance_of(reader.tx, commands.now, commands.today)
    nothing = NothingToMatch(requests=len(instance.seekers), experts=len(instance.candidates))
    require(bool(instance.seekers and instance.candidates), nothing)
    plan, bound = await workers.run(plan_with_bound, instance)
    planned = await commands.create(MatchingRound, lambda round_: round_.propose(instance, plan, bound))
    return await shown(reader, planned.id)


@router.get("", allow=overseers)
async def list_rounds(reader: Reader, page: PageQuery) -> Page[RoundOut]:
    """All rounds, in their order."""
    return await reader.page(RoundOut, matching_round.select(), page, by=[matching_round.c.round_id])


@router.get("/{round_id}", allow=overseers)
async def read_round(round_id: Id, reader: Reader) -> RoundOut:
    """One round."""
    return await shown(reader, round_id)


@router.get("/{round_id}/matches", allow=overseers)
async def list_matches(
    round_id: Id, reader: Reader, page: PageQuery, municipality: MunicipalityCode | None = None
) -> Page[MatchOut]:
    """The matches of a round."""
    by = [matching_match.c.request_id, matching_match.c.expert_id, matching_match.c.municipality]
    return await reader.page(MatchOut, matches_of(round_id, municipality), page, by=by)


@router.put(
    f"{PAIR}/confirmation",
    allow=secretariat,
    raises=[
        MatchDecided,
        ExpertNotAvailable,
        InstructionsNotAllowed,
        LineOutsideWindow,
        LineTwice,
        WindowImpossible,
        NotReadyForMatching,
        NoMatchingRuns,
    ],
)
async def confirm_match(
    round_id: Id, request_id: Id, expert_id: Id, body: ConfirmationIn, commands: Commands, reader: Reader
) -> RoundOut:
    """Confirm a match: its assignment is proposed and offered to the municipality, all or nothing."""
    line = (await commands.read(MatchingRound, round_id)).line(request_id, expert_id)
    await available_expert(commands, expert_id)
    months = sorted(map(Month, line.half_days))
    lines = [
        AssignmentLine(municipality=line.municipality, month=month, half_days=line.half_days[month]) for month in months
    ]
    first, last = body.from_day or months[0].first_day, body.until_day or months[-1].last_day
    proposed = await commands.create(
        Assignment,
        lambda one: one.propose(expert_id, body.project_id, body.engagement, first, last, lines, request_id),
    )
    await commands.on(MatchingRound, round_id, lambda one: one.confirm(request_id, expert_id, proposed.id))
    if (await commands.read(Request, request_id)).status is RequestStatus.TRIAGED:
        await commands.on(Request, request_id, lambda request: request.start_matching())
    offer = Offer(kind=OfferKind.ASSIGNMENT, id=proposed.id)
    await commands.on(Request, request_id, lambda request: request.offer(offer))
    return await shown(reader, round_id)


@router.put(f"{PAIR}/setting-aside", allow=secretariat, raises=[MatchDecided])
async def set_match_aside(
    round_id: Id, request_id: Id, expert_id: Id, body: SettingAsideIn, commands: Commands, reader: Reader
) -> RoundOut:
    """Decide against a match, for a reason."""
    await commands.on(MatchingRound, round_id, lambda one: one.set_aside(request_id, expert_id, body.reason_ja))
    return await shown(reader, round_id)


@router.get("/{round_id}/history", allow=overseers)
async def round_history(round_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a round, in words."""
    return await reader.history(MatchingRound, round_id, page)


async def shown(reader: ReadSession, round_id: str) -> RoundOut:
    """The round. Raises NotFound."""
    return await reader.one(RoundOut, round_of(round_id), what="matching round", id=round_id)

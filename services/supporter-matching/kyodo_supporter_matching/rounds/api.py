"""Rounds over HTTP: begun and watched, taken over, changed by people, published together."""

from __future__ import annotations

from datetime import datetime, timedelta

from kyodo_events.errors import Unavailable, require
from kyodo_events.values.texts import Id
from kyodo_platform import long_runs
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.context import current
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.long_runs import RunNotDone, RunUnderWay
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_platform.workers import Workers
from kyodo_supporter_matching.matching.facts import Window, instance_of
from kyodo_supporter_matching.matching.values import Instance, Weights
from kyodo_supporter_matching.matching.work import newcomers, propose, what_if
from kyodo_supporter_matching.rounds.events import (
    InputChanged,
    NothingToPlan,
    ProposalGone,
    RoundNotPlanned,
    RoundPlanned,
)
from kyodo_supporter_matching.rounds.model import Round
from kyodo_supporter_matching.rounds.publishing import ask_all
from kyodo_supporter_matching.rounds.schemas import (
    DroppingIn,
    ProposalOut,
    RoundIn,
    RoundOut,
    RunOut,
    WhatIfIn,
    WhatIfOut,
)
from kyodo_supporter_matching.rounds.views import matching_round, proposal, proposals_of, round_of
from kyodo_supporter_matching.settings.standing import weights_now

router = Router(prefix="/v1/matching-rounds", tags=["matching"])
planning = Router(prefix="/v1/matching-what-ifs", tags=["matching"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
A_YEAR = timedelta(days=365)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post("", allow=secretariat, raises=[NothingToPlan])
async def begin_round(body: RoundIn, commands: Commands, reader: Reader) -> RoundOut:
    """Begin a round over the sessions of a time. Then have its plan computed; nobody is asked by either."""
    weights = body.weights or await weights_now(commands)
    instance = await _instance(commands, reader, body.since, body.before, weights, body.seed, body.keeping)
    begun = await commands.create(Round, lambda one: one.begin(instance, body.since, body.before, body.keeping))
    return await shown(reader, begun.id)


@router.get("/{round_id}/run", allow=overseers)
async def watch_run(round_id: Id, reader: Reader) -> RunOut:
    """How far the computation is."""
    return RunOut.of_run(await long_runs.read(reader.tx, _run(round_id)))


@router.put("/{round_id}/run", allow=secretariat, raises=[InputChanged, RoundNotPlanned, RunUnderWay, Unavailable])
async def compute_plan(round_id: Id, commands: Commands, reader: Reader) -> RunOut:
    """Have the plan computed in the background; again, where the computation was lost or cancelled."""
    instance = await _same_input(round_id, commands, reader)
    return RunOut.of_run(await current.get().runtime.long_runs.begin(reader.tx, _run(round_id), propose, instance))


@router.put("/{round_id}/run/cancellation", allow=secretariat)
async def cancel_run(round_id: Id, reader: Reader) -> RunOut:
    """End the computation."""
    return RunOut.of_run(await long_runs.cancel(reader.tx, _run(round_id)))


@router.put("/{round_id}/adoption", allow=secretariat, raises=[RunNotDone, RoundNotPlanned])
async def adopt_plan(round_id: Id, commands: Commands, reader: Reader) -> RoundOut:
    """Take over the plan that was computed, to be looked at by people."""
    found = await long_runs.result_of(reader.tx, _run(round_id))
    await commands.on(Round, round_id, lambda one: one.plan(RoundPlanned.model_validate(found)))
    return await shown(reader, round_id)


@router.put(
    "/{round_id}/proposals/{session_id}/{supporter_id}/dropping",
    allow=secretariat,
    raises=[RoundNotPlanned, ProposalGone],
)
async def drop_proposal(
    round_id: Id, session_id: Id, supporter_id: Id, body: DroppingIn, commands: Commands, reader: Reader
) -> RoundOut:
    """Decide against a proposal; somebody else is asked by hand, or in the next round."""
    await commands.on(Round, round_id, lambda one: one.drop(session_id, supporter_id, body.reason_ja))
    return await shown(reader, round_id)


@router.put("/{round_id}/publication", allow=secretariat, raises=[RoundNotPlanned])
async def publish_round(round_id: Id, commands: Commands, reader: Reader) -> RoundOut:
    """Confirm what is proposed: everybody is asked, all at the same moment."""
    proposals = (await commands.read(Round, round_id)).proposals.values()
    offers = await ask_all(commands, reader, proposals)
    left_out = len(proposals) - offers
    await commands.on(Round, round_id, lambda one: one.publish(offers=offers, left_out=left_out))
    return await shown(reader, round_id)


@router.get("", allow=overseers)
async def list_rounds(reader: Reader, page: PageQuery) -> Page[RoundOut]:
    """All rounds, in their order."""
    return await reader.page(RoundOut, matching_round.select(), page, by=[matching_round.c.round_id])


@router.get("/{round_id}", allow=overseers)
async def read_round(round_id: Id, reader: Reader) -> RoundOut:
    """One round."""
    return await shown(reader, round_id)


@router.get("/{round_id}/proposals", allow=governments)
async def list_proposals(round_id: Id, reader: Reader, page: PageQuery) -> Page[ProposalOut]:
    """What a round proposes, with reasons; a municipality sees what is proposed for its sessions."""
    by = [proposal.c.municipality, proposal.c.session_id, proposal.c.supporter_id]
    return await reader.page(ProposalOut, proposals_of(round_id), page, by=by)


@router.get("/{round_id}/history", allow=overseers)
async def round_history(round_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a round, in words."""
    return await reader.history(Round, round_id, page)


@planning.post("", allow=secretariat, raises=[NothingToPlan, Unavailable])
async def try_what_if(round_in: WhatIfIn, commands: Commands, reader: Reader, workers: Workers) -> WhatIfOut:
    """What more supporters, or more skills, would change in the sessions that are open now. Nothing is kept."""
    window = Window(commands.now, commands.now + A_YEAR, commands.now)
    instance = await instance_of(reader.tx, window, await weights_now(commands), 0)
    sessions, supporters = len(instance.openings), len(instance.candidates)
    require(bool(sessions), NothingToPlan(sessions=sessions, supporters=supporters))
    skills = frozenset(round_in.skills)
    more = newcomers(round_in.municipality, round_in.supporters, skills, round_in.sessions_per_month)
    return WhatIfOut.of_both(*await workers.run(what_if, instance, more, (skills, round_in.taught)))


async def shown(reader: ReadSession, round_id: str) -> RoundOut:
    """The round. Raises NotFound."""
    return await reader.one(RoundOut, round_of(round_id), what="matching round", id=round_id)


async def _same_input(round_id: str, commands: CommandBus, reader: ReadSession) -> Instance:
    """The input of a round. Raises InputChanged where it is no longer what the round began from."""
    one = await commands.read(Round, round_id)
    if one.since is None or one.before is None:
        raise RoundNotPlanned(current=one.status.value)
    instance = await _instance(commands, reader, one.since, one.before, one.weights, one.seed, one.keeping)
    require(instance.digest == one.input_digest, InputChanged())
    return instance


async def _instance(
    commands: CommandBus,
    reader: ReadSession,
    since: datetime,
    before: datetime,
    weights: Weights,
    seed: int,
    keeping: str | None,
) -> Instance:
    """What is open now; where an earlier round is kept, with what it proposes and what was decided against."""
    instance = await instance_of(reader.tx, Window(since, before, commands.now), weights, seed)
    if keeping is None:
        return instance
    earlier = await commands.read(Round, keeping)
    return instance.keeping(earlier.proposals, earlier.decided_against)


def _run(round_id: str) -> str:
    return f"matching-{round_id}"

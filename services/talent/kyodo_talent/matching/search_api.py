"""The search for a better plan over HTTP: begun, watched, cancelled, and taken over by a person."""

from __future__ import annotations

from kyodo_events.errors import Refused, Unavailable, require
from kyodo_events.values.texts import Id
from kyodo_platform import long_runs
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.context import current
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.long_runs import RunNotDone, RunUnderWay
from kyodo_platform.resources import Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_talent.matching.api import shown
from kyodo_talent.matching.facts import instance_of
from kyodo_talent.matching.model import MatchingRound, NoImprovement, RoundUnderDecision
from kyodo_talent.matching.schemas import RoundOut, SearchOut
from kyodo_talent.matching.values import Instance, Plan
from kyodo_talent.matching.work import improve, matches_of

router = Router(prefix="/v1/matching-rounds/{round_id}/search", tags=["matching"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)


class InputChanged(Refused):
    status, type = 409, "matching-input-changed"
    title = "Requests or experts have changed since this round"
    detail = "The plan of this round was made from another input: a better plan for today's would not be one for it."
    remedy = "Plan a new round."


@router.put("", allow=secretariat, raises=[InputChanged, RoundUnderDecision, RunUnderWay, Unavailable])
async def begin_search(round_id: Id, commands: Commands, reader: Reader) -> SearchOut:
    """Search for the best plan from the round's input, in the background, for two minutes at most."""
    round_, instance = await _same_input(round_id, commands, reader)
    require(not round_.decided, RoundUnderDecision())
    begun = await current.get().runtime.long_runs.begin(reader.tx, _run(round_id), improve, instance, round_.plan)
    return SearchOut.of_run(begun)


@router.get("", allow=overseers)
async def watch_search(round_id: Id, reader: Reader) -> SearchOut:
    """How far the search is."""
    return SearchOut.of_run(await long_runs.read(reader.tx, _run(round_id)))


@router.put("/cancellation", allow=secretariat)
async def cancel_search(round_id: Id, reader: Reader) -> SearchOut:
    """End the search; the plan stays as it is."""
    return SearchOut.of_run(await long_runs.cancel(reader.tx, _run(round_id)))


@router.put("/adoption", allow=secretariat, raises=[RunNotDone, InputChanged, RoundUnderDecision, NoImprovement])
async def adopt_found_plan(round_id: Id, commands: Commands, reader: Reader) -> RoundOut:
    """Replace the round's plan by the better one that was found."""
    found = await long_runs.result_of(reader.tx, _run(round_id))
    _, instance = await _same_input(round_id, commands, reader)
    plan = Plan(tuple(matches_of(found)))
    bound, optimal = found["bound"], found["optimal"]
    await commands.on(MatchingRound, round_id, lambda one: one.improve(instance, plan, bound, optimal=optimal))
    return await shown(reader, round_id)


async def _same_input(round_id: str, commands: CommandBus, reader: ReadSession) -> tuple[MatchingRound, Instance]:
    """The round with its input. Raises InputChanged where it is no longer what the round was planned from."""
    round_ = await commands.read(MatchingRound, round_id)
    instance = await instance_of(reader.tx, commands.now, commands.today)
    require(instance.digest == round_.input_digest, InputChanged())
    return round_, instance


def _run(round_id: str) -> str:
    return f"matching-{round_id}"

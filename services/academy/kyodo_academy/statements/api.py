"""Statements over HTTP, as xAPI has it (IEEE 9274.1.1): told by learners and by players of Tokyo's, and read.

A PUT of a statement needs no If-Match: a statement that is here already is never changed by it. What learners answered
to questionnaires is no statement, and nothing that is personal comes in or goes out.
"""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import Body, Depends, Header, Query, Request, Response
from pydantic import ValidationError

from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.sessions.values import Moment
from kyodo_academy.statements.incoming import AgentIn, OneOrMany, StatementIn
from kyodo_academy.statements.model import (
    QueryWrong,
    StatementConflict,
    StatementTwice,
    StatementWrong,
    XapiVersionMissing,
)
from kyodo_academy.statements.outgoing import AboutOut, StatementOut, StatementResult, StatementRow
from kyodo_academy.statements.taking import take
from kyodo_academy.statements.values import VERSIONS, Names, StatementId, Verb
from kyodo_academy.statements.views import one_statement, statement, statements_with
from kyodo_events.errors import NotFound, require
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role
from kyodo_platform.resources import PageQuery, Reader, Sort
from kyodo_platform.routing import Router

router = Router(prefix="/v1/xapi", tags=["xapi"])

tellers = role(Role.LEARNER, Role.SECRETARIAT, Role.INTEGRATOR)
readers = role(Role.LEARNER, Role.SECRETARIAT, Role.AUDITOR)
HEADER = "X-Experience-API-Version"
TAKING = [XapiVersionMissing, StatementWrong, StatementTwice, StatementConflict, LearnerIsGone, NotFound]
MAIN = ("1.0", "2.0")

Stated = Annotated[str | None, Query(max_length=500)]


async def _spoken(
    response: Response,
    version: Annotated[str | None, Header(alias=HEADER, max_length=20, description="1.0.x or 2.0.x")] = None,
) -> None:
    """Raises XapiVersionMissing; answers with the version that is spoken."""
    spoken = [one for one in VERSIONS if version and ".".join(version.split(".")[:2]) == one[:3]]
    require(bool(spoken), XapiVersionMissing())
    response.headers[HEADER] = spoken[0]


async def _names(request: Request) -> Names:
    return Names(request.app.state.runtime.settings.public_url)


Named = Annotated[Names, Depends(_names)]
SPEAKING = [Depends(_spoken)]


@router.get("/about", allow=public)
async def about(names: Named) -> AboutOut:
    """Which versions are spoken, how learners' accounts and units are called."""
    return AboutOut.of_names(names)


@router.post("/statements", allow=tellers, raises=TAKING, acts_for_all=True, status_code=200, dependencies=SPEAKING)
async def tell(body: Annotated[OneOrMany, Body()], commands: Commands, reader: Reader, names: Named) -> list[str]:
    """Tell what learners did in units: one statement or up to a hundred, all of which are taken or none.

    The answer are their ids. A statement that is here already is taken without effect.
    """
    statements = body if isinstance(body, list) else [body]
    return await take(commands, reader.tx, names, statements, _own(commands))


@router.put(
    "/statements",
    allow=tellers,
    raises=[*TAKING, QueryWrong],
    acts_for_all=True,
    only_adds=True,
    status_code=204,
    dependencies=SPEAKING,
)
async def put_statement(
    body: StatementIn,
    statement_id: Annotated[StatementId, Query(alias="statementId")],
    commands: Commands,
    reader: Reader,
    names: Named,
) -> None:
    """Tell one statement under its id. One that is here already is never changed by it."""
    same = body.id is None or body.id.lower() == statement_id.lower()
    require(same, QueryWrong(why="the id of the statement is not the statementId of the address"))
    await take(commands, reader.tx, names, [body.model_copy(update={"id": statement_id})], _own(commands))


@router.get(
    "/statements",
    allow=readers,
    raises=[XapiVersionMissing, QueryWrong, NotFound],
    dependencies=SPEAKING,
    response_model_exclude_none=True,
)
async def read_statements(
    request: Request,
    reader: Reader,
    names: Named,
    page: PageQuery,
    statement_id: Annotated[StatementId | None, Query(alias="statementId")] = None,
    voided_statement_id: Annotated[StatementId | None, Query(alias="voidedStatementId")] = None,
    agent: Annotated[str | None, Query(max_length=1_000, description="An Agent, as JSON.")] = None,
    verb: Stated = None,
    activity: Stated = None,
    since: Moment | None = None,
    until: Moment | None = None,
    ascending: bool = False,
) -> StatementOut | StatementResult:
    """One statement by its id, or those of your own learning; of everybody's for Tokyo. The newest come first."""
    if one := statement_id or voided_statement_id:
        alone = len(request.query_params) == 1
        require(alone, QueryWrong(why="a statement that is asked for by its id is asked for by nothing else"))
        query = one_statement(one.lower(), void=statement_id is None)
        row = await reader.one(StatementRow, query, what="statement", id=one)
        return StatementOut.of_row(row, names)
    query = statements_with(
        learner_id=_learner(agent, names),
        verb=_verb(verb),
        activity=_path(activity, names),
        since=since,
        until=until,
    )
    order = Sort([statement.c.stored_at, statement.c.statement_id], descending=not ascending)
    found = await reader.page(StatementRow, query, page, by=order)
    more = request.url.include_query_params(cursor=found.next) if found.next else None
    return StatementResult(
        statements=[StatementOut.of_row(row, names) for row in found.items],
        more=f"{more.path}?{more.query}" if more else "",
    )


def _own(commands: CommandBus) -> str | None:
    """The learner who speaks; None where it is a player of Tokyo's, or the secretariat. '' is nobody's record."""
    tells_for_all = commands.identity.roles & {Role.SECRETARIAT, Role.INTEGRATOR}
    return None if tells_for_all else commands.identity.person or ""


def _learner(agent: str | None, names: Names) -> str | None:
    """The learner of an Agent; '' for one who is nobody here. Raises QueryWrong."""
    if agent is None:
        return None
    try:
        asked = AgentIn.model_validate(orjson.loads(agent))
    except (orjson.JSONDecodeError, ValidationError) as wrong:
        raise QueryWrong(why="agent is an Agent in JSON, with an account whose name is a pseudonym") from wrong
    known = asked.account.homePage == names.home_page
    return asked.account.name.removeprefix("learner-") if known else ""


def _verb(iri: str | None) -> str | None:
    return next((verb.value for verb in Verb if verb.iri == iri), "") if iri else None


def _path(iri: str | None, names: Names) -> str | None:
    return (names.path_of(iri) or "") if iri else None

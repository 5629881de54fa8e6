"""Experts: registered by the secretariat, seen by whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat, signed_in
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource, labelled
from kyodo_platform.routing import Router
from kyodo_talent.experts import views
from kyodo_talent.experts.model import PERSONAS_JA, Expert, HalfDays, Persona
from kyodo_talent.schedules.model import Schedule

router = Router(prefix="/v1/experts", tags=["experts"])


class ExpertIn(Body):
    """A new expert. The pseudonym is made here; send nothing that names the person."""

    personas: Annotated[list[Persona], Field(min_length=1, max_length=len(Persona))]
    half_days_per_month: HalfDays


class ExpertOut(Resource):
    """One expert, under a pseudonym."""

    id: str
    pseudonym: str = Field(title="仮名")
    personas: Annotated[dict[Persona, str], labelled(PERSONAS_JA)] = Field(
        title="人材像", description="What the expert can be: code and Japanese label."
    )
    half_days_per_month: int = Field(title="月あたり半日数")


@router.post("", allow=secretariat)
async def register_expert(body: ExpertIn, commands: Commands) -> ExpertOut:
    """Register an expert."""
    expert = await commands.create(Expert, lambda expert: expert.register(body.personas, body.half_days_per_month))
    await commands.create(Schedule, lambda schedule: schedule.begin(body.half_days_per_month), id=expert.id)
    return ExpertOut.of(expert)


@router.get("", allow=signed_in)
async def list_experts(reader: Reader, page: PageQuery, persona: Persona | None = None) -> Page[ExpertOut]:
    """All experts, or those who can be this persona."""
    return await reader.page(ExpertOut, views.all_experts(persona), page, by=[views.expert.c.id])


@router.get("/{expert_id}", allow=signed_in)
async def read_expert(expert_id: Id, reader: Reader) -> ExpertOut:
    """One expert."""
    return await reader.one(ExpertOut, views.one_expert(expert_id), what="expert", id=expert_id)

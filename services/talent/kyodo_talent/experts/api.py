"""Experts: registered by the secretariat, seen by whoever is signed in."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat, signed_in
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_talent.experts import views
from kyodo_talent.experts.model import PERSONAS_JA, Expert, HalfDays, Persona

router = Router(prefix="/v1/experts", tags=["experts"])

ExpertId = Annotated[str, Path(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class ExpertIn(BaseModel):
    """A new expert. The pseudonym is made here; send nothing that names the person."""

    model_config = ConfigDict(extra="forbid")

    personas: Annotated[list[Persona], Field(min_length=1, max_length=len(Persona))]
    half_days_per_month: HalfDays


class CapacityIn(BaseModel):
    """How much time an expert has."""

    model_config = ConfigDict(extra="forbid")

    half_days_per_month: HalfDays


class ExpertOut(Resource):
    """One expert, under a pseudonym."""

    expert_id: str
    pseudonym: str = Field(title="仮名")
    personas: dict[Persona, str] = Field(title="人材像", description="What the expert can be: code and Japanese label.")
    half_days_per_month: int = Field(title="月あたり半日数")

    @classmethod
    def of(cls, expert: Expert) -> Self:
        return cls(
            expert_id=expert.id,
            version=expert.version,
            pseudonym=expert.pseudonym,
            personas={persona: PERSONAS_JA[persona] for persona in expert.personas},
            half_days_per_month=expert.half_days_per_month,
        )


@router.post("", allow=secretariat)
async def register_expert(body: ExpertIn, commands: Commands) -> ExpertOut:
    """Register an expert."""
    expert = await commands.create(Expert, lambda expert: expert.register(body.personas, body.half_days_per_month))
    return ExpertOut.of(expert)


@router.put("/{expert_id}/capacity", allow=secretariat)
async def change_capacity(expert_id: ExpertId, body: CapacityIn, commands: Commands) -> ExpertOut:
    """Set how many half-days per month the expert has."""
    expert = await commands.on(Expert, expert_id, lambda expert: expert.change_capacity(body.half_days_per_month))
    return ExpertOut.of(expert)


@router.get("", allow=signed_in)
async def list_experts(reader: Reader, page: PageQuery, persona: Persona | None = None) -> Page[ExpertOut]:
    """All experts, or those who can be this persona."""
    return await reader.page(ExpertOut, views.all_experts(persona), page, by=[views.expert.c.expert_id])


@router.get("/{expert_id}", allow=signed_in)
async def read_expert(expert_id: ExpertId, reader: Reader) -> ExpertOut:
    """One expert."""
    return await reader.one(ExpertOut, views.one_expert(expert_id), what="expert", id=expert_id)

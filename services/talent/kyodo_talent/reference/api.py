"""Reference data over HTTP: what skills there are, and the personas in plain words."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.values.skills import SchemeName, SkillCode, schemes, skills
from kyodo_platform.identity.policies import signed_in
from kyodo_platform.resources import Answer, Page
from kyodo_platform.routing import Router
from kyodo_talent.reference.personas import Persona

router = Router(prefix="/v1", tags=["reference"])

PERSONA_SCHEME = "local-dx"


class SchemeRow(Answer):
    """One version of a standard of skills."""

    scheme: str = Field(title="体系")
    version: str = Field(title="版")
    title_ja: str = Field(title="名称")
    title_en: str
    source: str = Field(title="出典")
    issued: str = Field(title="公表年月")


class SkillRow(Answer):
    """One skill, role or type of a scheme."""

    scheme: str = Field(title="体系")
    version: str = Field(title="版")
    code: str = Field(title="コード")
    parent: str | None = Field(title="類型", description="The type that a role belongs to; null for a type itself.")
    label_ja: str = Field(title="名称")
    label_en: str
    plain_ja: str = Field(title="こんなとき", description="When somebody with it is wanted, in plain words.")
    sfia_7: list[str] = Field(title="SFIA 7", description="Codes of SFIA 7 that are near to it, by our own reading.")


class PersonaRow(Answer):
    """What an expert can be to a municipality."""

    persona: Persona = Field(title="コード")
    label_ja: str = Field(title="人材像")
    label_en: str
    plain_ja: str = Field(title="こんなとき", description="When to ask for one, in plain words.")
    related: list[str] = Field(title="関連するロール", description="Codes of roles that are near to it.")


@router.get("/skill-schemes", allow=signed_in)
async def list_skill_schemes() -> Page[SchemeRow]:
    """The standards of skills, version by version, with their sources."""
    return Page[SchemeRow](items=[SchemeRow.of(scheme) for scheme in schemes()])


@router.get("/skills", allow=signed_in)
async def list_skills(scheme: SchemeName | None = None, parent: SkillCode | None = None) -> Page[SkillRow]:
    """All skills, or those of a scheme, or the roles of a type."""
    found = [
        SkillRow.of(skill)
        for skill in skills()
        if scheme in (None, skill.scheme) and (parent is None or parent == skill.parent)
    ]
    return Page[SkillRow](items=found)


@router.get("/personas", allow=signed_in)
async def list_personas() -> Page[PersonaRow]:
    """The four personas, told by what a municipality may want."""
    found = [skill for skill in skills() if skill.scheme == PERSONA_SCHEME]
    rows = [
        PersonaRow(
            persona=Persona(skill.code),
            label_ja=skill.label_ja,
            label_en=skill.label_en,
            plain_ja=skill.plain_ja,
            related=list(skill.related),
        )
        for skill in found
    ]
    return Page[PersonaRow](items=rows)

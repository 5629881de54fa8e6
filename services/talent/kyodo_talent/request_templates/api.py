"""Templates of requests over HTTP: each with a body that may be sent as it is."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.values.fiscal import Month
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import signed_in
from kyodo_platform.resources import Answer, Page
from kyodo_platform.routing import Router
from kyodo_talent.reference.personas import PERSONAS_JA, Persona
from kyodo_talent.request_templates.reference import Template, templates
from kyodo_talent.requests.schemas import RequestIn
from kyodo_talent.requests.values import RequestKind

router = Router(prefix="/v1/request-templates", tags=["requests"])


class TemplateRow(Answer):
    """A template, and the request that it makes from next month on."""

    code: str
    version: str = Field(title="版")
    when_ja: str = Field(title="こんなときに")
    questions_ja: list[str] = Field(title="先に確かめておくこと")
    kind: RequestKind = Field(title="種別")
    kind_ja: str = Field(title="種別名")
    persona: Persona | None = Field(title="人材像", description="null: the secretariat finds out which fits.")
    persona_ja: str = Field(title="人材像名")
    request: RequestIn = Field(title="依頼の文案", description="Send it to POST /v1/requests, changed or as it is.")

    @classmethod
    def made_of(cls, template: Template, first: Month) -> TemplateRow:
        """The row of a template, for requests that begin in this month."""
        return cls(
            **template.model_dump(include={"code", "when_ja", "questions_ja", "kind", "persona"}),
            version=templates().version,
            kind_ja=template.kind.label_ja,
            persona_ja=PERSONAS_JA[template.persona] if template.persona else "東京都と相談して決める",
            request=RequestIn(**dict(template.wanted_from(first))),
        )


@router.get("", allow=signed_in)
async def list_templates(commands: Commands, persona: Persona | None = None) -> Page[TemplateRow]:
    """Needs as many municipalities have them, with the request ready to be sent; those without a persona first."""
    first = Month.containing(commands.today).next()
    chosen = [one for one in templates().templates if persona in (None, one.persona)]
    return Page(items=[TemplateRow.made_of(one, first) for one in chosen])

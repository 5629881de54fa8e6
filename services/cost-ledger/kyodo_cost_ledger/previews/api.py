"""What everybody would pay under proposed burden terms, shown before anybody consents."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow, readers
from kyodo_cost_ledger.previews import views
from kyodo_cost_ledger.previews.model import Used, preview
from kyodo_cost_ledger.projects.views import known_projects, with_figures_of
from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Answer, Reader
from kyodo_platform.routing import Router

MOST_USES = 62 * 50  # municipalities by meters of one text of terms

router = Router(prefix="/v1/burden-terms", tags=["previews"])


class PreviewRow(PartyRow):
    """One party's whole yen for the months in which the terms would apply."""

    base: int = Field(title="基本的な経費（案）")
    base_now: int = Field(title="基本的な経費（現行）", description="For the same months, under the terms in force.")
    change: int = Field(title="増減")
    usage: int = Field(
        title="個別サービスの経費（前年度の利用実績による）",
        description="Last fiscal year's use at the proposed prices; 0 for others than your own municipality.",
    )


class Preview(Answer):
    """What proposed terms would cost; the shares of the basic cost are open to all that bear it."""

    terms_id: str
    project_id: str
    terms_version: int
    terms_hash: str = Field(description="Of the text that was computed: the one to consent to.")
    fiscal_year: FiscalYear
    effective_from: Month
    parties: list[PreviewRow] = Field(description="Participants in the order of their codes, then Tokyo.")
    base: int = Field(description="Yen of all parties; the part of the annual amount that falls to these months.")
    base_now: int


class MeterUse(Answer):
    """A municipality's use of a meter, in sum."""

    municipality: str
    meter: str
    quantity: int


@router.get("/{terms_id}/preview", allow=readers, raises=[NotFound])
async def preview_of_terms(terms_id: Id, reader: Reader) -> Preview:
    """Each participant's yen under the terms, and what changes against those in force."""
    found = await views.proposed(reader.tx, terms_id)
    if found is None:
        raise NotFound(what="proposed burden terms", id=terms_id)
    project_id, version = found
    year = version.terms.fiscal_year
    known = (await known_projects(reader.tx, [project_id]))[project_id]
    project = await with_figures_of(reader.tx, known, version.terms)
    uses = await reader.all(MeterUse, views.used_in(project_id, FiscalYear(year - 1)), at_most=MOST_USES)
    amounts = preview(project, version, (Used(use.municipality, use.meter, use.quantity) for use in uses))
    return Preview(
        terms_id=terms_id,
        project_id=project_id,
        terms_version=version.version,
        terms_hash=version.terms_hash,
        fiscal_year=year,
        effective_from=version.terms.effective_from,
        parties=[
            PreviewRow(municipality=party, base=a.base, base_now=a.base_now, change=a.change, usage=a.usage)
            for party, a in amounts.items()
        ],
        base=sum(a.base for a in amounts.values()),
        base_now=sum(a.base_now for a in amounts.values()),
    )

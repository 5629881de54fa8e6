"""Benefit beside cost over HTTP: a municipality its own against its band, Tokyo all of them."""

from __future__ import annotations

from typing import Any

from kyodo_cost_ledger.benefits.model import Received
from kyodo_cost_ledger.benefits.schemas import AllBenefits, Benefit, Benefits, ComparedBenefit, ProjectCost
from kyodo_cost_ledger.benefits.views import Known, known, peers
from kyodo_cost_ledger.exact import two_decimals
from kyodo_cost_ledger.parties import overseers, require_all_of_tokyo
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode, by_code
from kyodo_platform.identity.policies import member_of
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["benefits"])


@router.get("/municipalities/{municipality}/benefits/{fiscal_year}", allow=member_of("municipality") | overseers)
async def municipality_benefits(municipality: MunicipalityCode, fiscal_year: FiscalYear, reader: Reader) -> Benefits:
    """What a municipality received for what it bears, beside the mean of others of its size."""
    facts = await known(reader, fiscal_year, municipality)
    others = await peers(reader.tx, municipality, fiscal_year, facts)
    rows = []
    for _, project_id, meter in facts.used:
        group = others.get((project_id, meter))
        compared = ComparedBenefit(
            **_row(facts, municipality, project_id, meter),
            peers=group and group.municipalities,
            peers_usage_per_unit=group and group.received.usage_per_unit,
            peers_unit_cost=group and group.received.unit_cost,
            peers_uses_per_1000=group and group.received.uses_per_1000,
        )
        rows.append(compared)
    return Benefits(items=rows, fiscal_year=fiscal_year, projects=_projects(facts, municipality))


@router.get("/benefits/{fiscal_year}", allow=overseers, raises=[Forbidden])
async def all_benefits(fiscal_year: FiscalYear, reader: Reader) -> AllBenefits:
    """What all municipalities received, meter by meter."""
    require_all_of_tokyo()
    facts = await known(reader, fiscal_year, None)
    return AllBenefits(items=[Benefit(**_row(facts, *key)) for key in sorted(facts.used)], fiscal_year=fiscal_year)


def _row(facts: Known, municipality: str, project_id: str, meter: str) -> dict[str, Any]:
    received = Received(
        quantity=facts.used[municipality, project_id, meter],
        usage=facts.usage.get((municipality, project_id, meter), 0),
        base=facts.base.get((municipality, project_id), 0),
        population=by_code(municipality).population,
        only_meter=facts.has_one_meter(project_id),
    )
    meter_ja, unit_ja = facts.meters.get((project_id, meter), (None, None))
    return {
        "municipality": municipality,
        "project_id": project_id,
        "project_ja": facts.projects.get(project_id),
        "meter": meter,
        "meter_ja": meter_ja,
        "unit_ja": unit_ja,
        "quantity": received.quantity,
        "usage": received.usage,
        "base": received.base,
        "usage_per_unit": received.usage_per_unit,
        "unit_cost": received.unit_cost,
        "uses_per_1000": received.uses_per_1000,
    }


def _projects(facts: Known, municipality: str) -> list[ProjectCost]:
    usage: dict[str, int] = {}
    for (_, project_id, _), amount in facts.usage.items():
        usage[project_id] = usage.get(project_id, 0) + amount
    base = {project_id: amount for (_, project_id), amount in facts.base.items()}
    return [
        ProjectCost(
            project_id=id_,
            project_ja=facts.projects.get(id_),
            base=base.get(id_, 0),
            usage=usage.get(id_, 0),
            total=base.get(id_, 0) + usage.get(id_, 0),
            per_resident=two_decimals(base.get(id_, 0) + usage.get(id_, 0), by_code(municipality).population),
        )
        for id_ in sorted({*base, *usage})
    ]

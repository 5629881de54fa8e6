"""Whether the books say what the facts say, asked at any time."""

from __future__ import annotations

from pydantic import Field

from kyodo_cost_ledger.audit.model import Difference
from kyodo_cost_ledger.audit.views import findings
from kyodo_cost_ledger.parties import overseers, require_all_of_tokyo
from kyodo_events.errors import Forbidden
from kyodo_platform.resources import Answer, Reader
from kyodo_platform.routing import Router

MAX_SHOWN = 100

router = Router(prefix="/v1/audit", tags=["audit"])


class DifferenceOut(Answer):
    """A cell of which the books do not say what the facts say."""

    municipality: str
    project_id: str
    book: str
    item: str
    month: str
    target: int = Field(description="What the facts say, in whole yen.")
    posted: int = Field(description="What the books say.")

    @classmethod
    def of(cls, found: Difference) -> DifferenceOut:
        cell = found.cell._asdict()
        return cls(municipality=cell.pop("party"), **cell, target=found.target, posted=found.posted)


class AuditReport(Answer):
    """What was compared, and what was found."""

    consistent: bool = Field(description="True where nothing at all was found wrong.")
    cells: int = Field(description="Number of charges computed anew from the facts.")
    differences: int = Field(description="Number of cells where facts and books disagree.")
    first_differences: list[DifferenceOut] = Field(description=f"The first {MAX_SHOWN} of them.")
    held: int = Field(description="Lines in dispute whose difference is held back until it ends: no inconsistency.")
    first_held: list[DifferenceOut]
    unbalanced_projects: int = Field(description="Projects whose shares do not come to their cost.")
    first_unbalanced: list[str]
    unaccounted_usage: int = Field(
        description="Usage cells whose records do not sum to what was rated, or noted in a wrong outcome."
    )
    journal_sum: int = Field(description="Sum of all lines of the journal; must be 0.")


@router.get("", allow=overseers, raises=[Forbidden])
async def audit(reader: Reader) -> AuditReport:
    """Compute every charge anew from the facts and compare it with the books."""
    require_all_of_tokyo()
    found = await findings(reader.tx)
    return AuditReport(
        consistent=found.consistent,
        cells=found.cells,
        differences=len(found.differences),
        first_differences=[DifferenceOut.of(difference) for difference in found.differences[:MAX_SHOWN]],
        held=len(found.held),
        first_held=[DifferenceOut.of(difference) for difference in found.held[:MAX_SHOWN]],
        unbalanced_projects=len(found.unbalanced),
        first_unbalanced=list(found.unbalanced[:MAX_SHOWN]),
        unaccounted_usage=found.unaccounted,
        journal_sum=found.journal_sum,
    )

"""What everybody would pay if terms, figures or membership were others: asked freely, or of terms put to consent."""

from __future__ import annotations

from kyodo_cost_ledger.parties import readers
from kyodo_cost_ledger.whatif import views
from kyodo_cost_ledger.whatif.asking import answer, of_proposal, with_changes
from kyodo_cost_ledger.whatif.changes import DriverNotWeighed, NoTermsToChange, UnsoundTerms
from kyodo_cost_ledger.whatif.model import FiguresMissing
from kyodo_cost_ledger.whatif.schemas import Preview, WhatIf, WhatIfIn, concerned
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["what-if"])


@router.post(
    "/what-if",
    allow=readers,
    raises=[NotFound, NoTermsToChange, UnsoundTerms, DriverNotWeighed, FiguresMissing],
    status_code=200,
)
async def what_if(body: WhatIfIn, reader: Reader) -> WhatIf:
    """All 62 side by side, as they would be charged; nothing is written. `Accept: text/csv` for a spreadsheet."""
    question = await with_changes(reader, body.project_id, body.fiscal_year, body, body.usage_of)
    rows, total = await answer(reader, question)
    return WhatIf(
        items=rows,
        sum=total,
        project_id=body.project_id,
        fiscal_year=body.fiscal_year,
        since=question.since,
        usage_of=body.usage_of,
    )


@router.get("/burden-terms/{terms_id}/preview", allow=readers, raises=[NotFound, FiguresMissing])
async def preview_of_terms(terms_id: Id, reader: Reader) -> Preview:
    """Each participant's yen under terms that are put to consent, and what changes against those in force."""
    found = await views.proposed(reader.tx, terms_id)
    if found is None:
        raise NotFound(what="proposed burden terms", id=terms_id)
    project_id, version = found
    question = await of_proposal(reader, project_id, version)
    rows, total = await answer(reader, question)
    return Preview(
        items=concerned(rows),
        sum=total,
        project_id=project_id,
        fiscal_year=question.year,
        since=question.since,
        usage_of=question.usage_of,
        terms_id=terms_id,
        terms_version=version.version,
        terms_hash=version.terms_hash,
        effective_from=version.terms.effective_from,
    )

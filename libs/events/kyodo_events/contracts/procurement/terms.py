"""Burden terms as they leave procurement: proposed, revised, in force, superseded; keyed by project, so that what is
said of one project's terms arrives in order. The stream is the terms' own id.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.event import Event, JsonObject, Topic, registry
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode

TERMS = Topic("kyodo.procurement.burden-terms.v1")

TermsNumber = Annotated[int, Field(ge=1, description="Counts the terms of this project, from 1.")]
TermsHash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the canonical JSON of the terms.")]


class BurdenTermsProposed(
    Event,
    type="kyodo.procurement.burden-terms-proposed",
    version=2,
    topic=TERMS,
    key="project_id",
    words="第{terms_version}版の費用負担条件を{needed}に提案した",
):
    """The secretariat put exactly this text to those named; each of them must consent to its hash."""

    project_id: str
    terms_version: TermsNumber
    terms: BurdenTerms
    terms_hash: TermsHash
    needed: tuple[MunicipalityCode, ...]


class BurdenTermsRevised(
    Event,
    type="kyodo.procurement.burden-terms-revised",
    version=2,
    topic=TERMS,
    key="project_id",
    words="費用負担条件の案を改めた（{reason}）。それまでの同意は無効となり、{needed}の同意を求める",
):
    """The text of a proposal was changed before it was in force: consents to the text before it no longer count."""

    project_id: str
    terms_version: TermsNumber
    terms: BurdenTerms
    terms_hash: TermsHash
    needed: tuple[MunicipalityCode, ...]
    reason: str


class BurdenTermsEnteredIntoForce(
    Event,
    type="kyodo.procurement.burden-terms-entered-into-force",
    version=2,
    topic=TERMS,
    key="project_id",
    words="第{terms_version}版の費用負担条件が発効した",
):
    """Everybody whose consent was needed gave it; the terms are carried whole, with the hash they consented to."""

    project_id: str
    terms_version: TermsNumber
    terms: BurdenTerms
    terms_hash: TermsHash
    consented_by: tuple[MunicipalityCode, ...]


class BurdenTermsSuperseded(
    Event,
    type="kyodo.procurement.burden-terms-superseded",
    topic=TERMS,
    key="project_id",
    words="{from_month}から第{by_version}版に置き換えられた",
):
    """Later terms of the same project and fiscal year apply from a month on; these apply to the months before it."""

    project_id: str
    by_terms_id: str
    by_version: TermsNumber
    from_month: Month


@registry.upcasts(BurdenTermsProposed, from_version=1)
@registry.upcasts(BurdenTermsRevised, from_version=1)
@registry.upcasts(BurdenTermsEnteredIntoForce, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """Version 1 knew equal shares, the census and unit prices only: each of its texts says the same in version 2."""
    return data

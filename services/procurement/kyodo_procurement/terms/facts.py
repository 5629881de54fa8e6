"""What happens to burden terms inside this service, and what is refused."""

from __future__ import annotations

from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.errors import Refused
from kyodo_events.event import Event, JsonObject, registry
from kyodo_events.values.municipalities import MunicipalityCode


class BurdenTermsConsented(Event, type="kyodo.procurement.burden-terms-consented", words="{municipality}が同意した"):
    """A municipality's approver consented to the text with this hash."""

    municipality: MunicipalityCode
    terms_hash: str


class BurdenTermsReachedBack(
    Event,
    type="kyodo.procurement.burden-terms-reached-back",
    words="過去の月に遡って適用されるため、影響を受けるすべての団体（{needed}）の同意を求める",
):
    """The terms would apply to months that have passed: everybody they charge is asked; consents in `kept` stand."""

    needed: tuple[MunicipalityCode, ...]
    kept: tuple[MunicipalityCode, ...]


class BurdenTermsObjected(
    Event, type="kyodo.procurement.burden-terms-objected", version=2, words="{municipality}が異議を申し立てた：{reason}"
):
    """A municipality does not consent to the text with this hash, and may say to what it would."""

    municipality: MunicipalityCode
    terms_hash: str
    reason: str
    counter_proposal: BurdenTerms | None


@registry.upcasts(BurdenTermsObjected, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """A counter-proposal of version 1 says the same in version 2 (see contracts/procurement/terms.py)."""
    return data


class TermsObjectionWithdrawn(
    Event, type="kyodo.procurement.terms-objection-withdrawn", words="{municipality}が異議を取り下げた"
):
    """A municipality no longer objects."""

    municipality: MunicipalityCode


class BurdenTermsWithdrawn(Event, type="kyodo.procurement.burden-terms-withdrawn", words="提案を取り下げた"):
    """The secretariat took the proposal back before it was in force."""


class NobodyTakesPart(Refused):
    status, type = 409, "nobody-takes-part"
    title = "Nobody takes part in the project"
    detail = "No municipality with a vote takes part in {month} or later, so that there is nobody to consent."
    remedy = "Have the participants join first."


class ProposalNotOpen(Refused):
    status, type = 409, "proposal-not-open"
    title = "The proposal is no longer open"
    detail = "The terms are {status}."
    remedy = "Look at the project's other burden terms, or propose new ones."


class ConsentNotNeeded(Refused):
    status, type = 409, "consent-not-needed"
    title = "The municipality's consent is not asked for"
    detail = "{municipality} is not among those that these terms were put to."
    remedy = "Nothing is to be done: associates have no vote, and whoever joins later accedes to the terms in force."


class OtherTerms(Refused):
    status, type = 409, "other-terms"
    title = "The consent is to another text"
    detail = "The hash of these terms is {terms_hash}."
    remedy = "Read the terms again and consent to the hash they show, if they are what you mean."


class ReachesBack(Refused):
    status, type = 409, "terms-reach-back"
    title = "The terms apply to months that have passed"
    detail = "They apply from {month}, and change what was to be paid for the past."
    remedy = 'Consent with "to_the_past": true if that is meant, or object and ask for a later first month.'


class ObjectionNotStanding(Refused):
    status, type = 409, "objection-not-standing"
    title = "There is no objection to take back"
    detail = "{municipality} does not object to this text."
    remedy = "Look at the objections to the terms."

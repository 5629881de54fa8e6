"""Burden terms, what happens to them, and the projects they are put to: the rules' tests begin from these."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from kyodo_events.canonical import content_hash
from kyodo_events.contracts.base_terms import BaseComponent, BaseTerms, Driver
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ProjectStarted, Stage
from kyodo_events.contracts.procurement.terms import (
    BurdenTermsEnteredIntoForce,
    BurdenTermsProposed,
    BurdenTermsRevised,
)
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_procurement.participation.events import ParticipationKind, ParticipationSigned
from kyodo_procurement.projects.events import BurdenTermsNumbered
from kyodo_procurement.projects.model import Project
from kyodo_procurement.terms.facts import (
    BurdenTermsConsented,
    BurdenTermsObjected,
    BurdenTermsReachedBack,
)

CHIYODA, MUSASHINO, OKUTAMA, AOGASHIMA = "131016", "132039", "133086", "134023"
APRIL, OCTOBER = Month("2024-04"), Month("2024-10")
BEFORE, AFTERWARDS = date(2024, 3, 15), date(2024, 5, 1)

terms = BurdenTerms(
    fiscal_year=FiscalYear(2024),
    effective_from=APRIL,
    base=BaseTerms(
        annual_amount=120_000_000,
        tokyo_share=Fraction(1, 2),
        components=(
            BaseComponent(driver=Driver.EQUAL, share=Fraction(1, 5)),
            BaseComponent(driver=Driver.POPULATION, share=Fraction(4, 5)),
        ),
    ),
    usage=(MeterPrice(meter="applications", label_ja="電子申請", unit_ja="件", unit_price=30),),
)
cheaper = terms.model_copy(update={"base": None})
from_october = terms.model_copy(update={"effective_from": OCTOBER})
HASH = content_hash(terms)

started = ProjectStarted(name_ja="共同電子申請システム", theme_id="t", stage=Stage.FULL)


def proposed(*needed: str, text: BurdenTerms = terms, number: int = 1) -> BurdenTermsProposed:
    return BurdenTermsProposed(
        project_id="p", terms_version=number, terms=text, terms_hash=content_hash(text), needed=needed
    )


def revised(*needed: str, text: BurdenTerms = cheaper) -> BurdenTermsRevised:
    return BurdenTermsRevised(
        project_id="p", terms_version=1, terms=text, terms_hash=content_hash(text), needed=needed, reason="減額"
    )


def consented(municipality: str) -> BurdenTermsConsented:
    return BurdenTermsConsented(municipality=municipality, terms_hash=HASH)


def objected(municipality: str) -> BurdenTermsObjected:
    return BurdenTermsObjected(municipality=municipality, terms_hash=HASH, reason="高い", counter_proposal=cheaper)


def in_force(*needed: str) -> BurdenTermsEnteredIntoForce:
    return BurdenTermsEnteredIntoForce(
        project_id="p", terms_version=1, terms=terms, terms_hash=HASH, consented_by=needed
    )


def reached_back(*needed: str, kept: tuple[str, ...] = ()) -> BurdenTermsReachedBack:
    return BurdenTermsReachedBack(needed=needed, kept=kept)


def joined(municipality: str, from_month: str = "2024-04", kind: str = "full") -> list[Event]:
    month = Month(from_month)
    return [
        ParticipationSigned(municipality=municipality, from_month=month, kind=ParticipationKind(kind)),
        ParticipantJoined(municipality=municipality, from_month=month),
    ]


def project_of(*events: list[Event]) -> Project:
    """A project with these participants, whose first terms got their number."""
    return Project(id="p").fold([started, *(event for some in events for event in some), BurdenTermsNumbered(number=1)])


two = project_of(joined(CHIYODA), joined(MUSASHINO))

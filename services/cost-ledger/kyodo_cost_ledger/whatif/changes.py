"""What may be changed in a what-if, and the project as it would be then. Pure: facts in, facts out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from kyodo_cost_ledger.drivers.model import Figures, FiguresKey
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion, figures_key
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.base_terms import BaseComponent
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.cost_ledger.drivers import Figure
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.errors import Refused
from kyodo_events.event import new_uuid
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import Amount, Share
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code
from kyodo_events.values.value import Value

ASSUMED_JA = "試算のための仮の数値"


class NoTermsToChange(Refused):
    status, type = 409, "no-terms-to-change"
    title = "There are no terms whose parts could be changed"
    detail = "The project has no burden terms of fiscal year {fiscal_year} in force."
    remedy = "Give whole terms."


class UnsoundTerms(Refused):
    status, type = 422, "unsound-terms"
    title = "The changes lead to terms that cannot be"
    detail = "{why}"
    remedy = "Correct the changes: shares of the components sum to 1, and Tokyo's part is a share or an amount."


class DriverNotWeighed(Refused):
    status, type = 422, "driver-not-weighed"
    title = "The terms weigh nothing by this driver's figures"
    detail = "No component of the terms of fiscal year {fiscal_year} takes published figures of '{driver}'."
    remedy = "Name a driver of the terms; equal shares have no figures, and fixed weights stand in the components."


class Membership(Value):
    """Somebody takes part, or no longer does, from a month on."""

    municipality: MunicipalityCode
    takes_part: bool
    from_month: Month


class OtherFigures(Value):
    """Other figures of a driver; municipalities that are not named keep theirs."""

    driver: Code
    figures: Annotated[dict[MunicipalityCode, Figure], Field(min_length=1, max_length=62)]


class Changes(Value):
    """Whole alternative terms, or some of their parts; who takes part; other figures. Nothing at all is no change."""

    terms: BurdenTerms | None = Field(default=None, description="Whole terms, as if they entered into force next.")
    annual_amount: Amount | None = None
    tokyo_share: Share | None = None
    tokyo_amount: Amount | None = None
    flat_amount: Amount | None = None
    components: Annotated[tuple[BaseComponent, ...], Field(min_length=1, max_length=10)] | None = None
    prices: Annotated[tuple[MeterPrice, ...], Field(max_length=50)] = Field(
        default=(), description="In place of all prices of the same meters."
    )
    membership: Annotated[tuple[Membership, ...], Field(max_length=124)] = ()
    figures: Annotated[tuple[OtherFigures, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _whole_or_in_parts(self) -> Self:
        if self.terms is not None and (self.of_base() or self.prices):
            raise ValueError("give whole terms or changes of their parts, not both")
        if self.tokyo_share is not None and self.tokyo_amount is not None:
            raise ValueError("Tokyo's part is a share or an amount, not both")
        return self

    @property
    def could_single_out(self) -> bool:
        """Whether the usage of all, summed under these changes, could tell what one of them used.

        It could by leaving members out, one after the other, and by steps in a price that only some reach.
        """
        prices = (*self.prices, *(self.terms.usage if self.terms else ()))
        return bool(self.membership) or not all(map(_by_the_unit, prices))

    def of_base(self) -> dict[str, Any]:
        """The changed fields of the base book."""
        names = ("annual_amount", "tokyo_share", "tokyo_amount", "flat_amount", "components")
        found = {name: value for name in names if (value := getattr(self, name)) is not None}
        if self.tokyo_amount is not None:
            found["tokyo_share"] = "0"
        if self.tokyo_share is not None:
            found["tokyo_amount"] = None
        return found


def _by_the_unit(price: MeterPrice) -> bool:
    steps = (price.tiers, price.package_size, price.included, price.minimum, price.maximum)
    return not any(steps)


def with_terms(project: Project, year: FiscalYear, changes: Changes, number: int) -> Project:
    """The project under the changed terms. Terms changed in parts keep their numbers, and so their remainders;
    whole terms come under `number`, the next one. Raises NoTermsToChange, UnsoundTerms.
    """
    if changes.terms is not None:
        proposed = TermsVersion(number, changes.terms, "", content_hash(changes.terms), new_uuid())
        return replace(project, terms=(*project.terms, proposed))
    base = changes.of_base()
    if not base and not changes.prices:
        return project
    if all(version.terms.fiscal_year != year for version in project.terms):
        raise NoTermsToChange(fiscal_year=int(year))
    return replace(
        project,
        terms=tuple(
            replace(version, terms=_changed(version.terms, base, changes.prices))
            if version.terms.fiscal_year == year
            else version
            for version in project.terms
        ),
    )


def with_membership(project: Project, membership: Iterable[Membership]) -> Project:
    """The project after somebody joined or left, as if that were decided last."""
    newest = max((change.version for change in project.participation), default=0)
    added = (
        ParticipationChange(newest + n, change.municipality, change.takes_part, change.from_month)
        for n, change in enumerate(membership, start=1)
    )
    return replace(project, participation=(*project.participation, *added))


def with_figures(project: Project, year: FiscalYear, others: Iterable[OtherFigures]) -> Project:
    """The project with other figures of some drivers. Raises DriverNotWeighed."""
    figures = dict(project.figures)
    for other in others:
        keys = _keys_of(project, year, other.driver)
        if not keys:
            raise DriverNotWeighed(driver=other.driver, fiscal_year=int(year))
        for key in keys:
            known = figures.get(key, Figures(ASSUMED_JA, "", ASSUMED_JA, {}))
            figures[key] = replace(known, values={**known.values, **other.figures})
    return replace(project, figures=figures)


def _keys_of(project: Project, year: FiscalYear, driver: str) -> set[FiguresKey]:
    components = (
        component
        for version in project.terms
        if version.terms.fiscal_year == year and version.terms.base
        for component in version.terms.base.components
        if component.driver == driver
    )
    return {key for component in components if (key := figures_key(project.id, component, year))}


def _changed(terms: BurdenTerms, base: dict[str, Any], prices: tuple[MeterPrice, ...]) -> BurdenTerms:
    body = terms.model_dump()
    if base:
        body["base"] = {**(body["base"] or {}), **base}
    meters = {price.meter for price in prices}
    body["usage"] = [*(price for price in terms.usage if price.meter not in meters), *prices]
    try:
        return BurdenTerms.model_validate(body)
    except ValidationError as error:
        said = (f"{'.'.join(map(str, found['loc']))} {found['msg']}".strip() for found in error.errors())
        raise UnsoundTerms(why="; ".join(said)) from error

"""Forecasts of many municipalities and projects, and their sums, which foot in rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from kyodo_cost_ledger.charges.model import ITEMS_JA, Book
from kyodo_cost_ledger.forecasts.model import RESTS_ON_JA, Forecast, MonthForecast, ProjectYear, RestsOn, forecast
from kyodo_cost_ledger.forecasts.schemas import ForecastLine, ForecastSums
from kyodo_cost_ledger.forecasts.views import Key, Known
from kyodo_cost_ledger.projects.model import Project
from kyodo_events.values.municipalities import TOKYO


def forecasts_of(years: Iterable[ProjectYear], known: Known, party: str | None) -> dict[Key, Forecast]:
    """By party and project, of one party or all: who takes part, who is in the books, and who plans to use."""
    found = {}
    for of in years:
        id_ = of.project.id
        parties = {TOKYO}.union(*of.participants.values())
        parties |= known.parties_of[id_]
        for code in sorted(parties if party is None else parties & {party}):
            found[code, id_] = forecast(of, code, known.booked.get((code, id_), {}), known.meters.get((code, id_), {}))
    return found


def sums_of(forecasts: Iterable[Forecast]) -> ForecastSums:
    """The sum of some forecasts."""
    some = list(forecasts)
    months = [month for one in some for month in one.months]

    def yen(book: Book, *, booked: bool) -> int:
        return sum(m.amount for m in months if m.book == book and (m.rests_on is RestsOn.BOOKED) is booked)

    return ForecastSums(
        base_booked=yen(Book.BASE, booked=True),
        base_to_come=yen(Book.BASE, booked=False),
        usage_booked=yen(Book.USAGE, booked=True),
        usage_to_come=yen(Book.USAGE, booked=False),
        total=sum(month.amount for month in months),
        complete=all(one.complete for one in some),
    )


def lines_of(party: str, project: Project, name_ja: str | None, found: Forecast) -> list[ForecastLine]:
    """The months of a forecast, those of an item that rest on the same as one line."""
    labels = _labels(project)
    months = sorted(found.months, key=lambda m: (*_line(m), m.month))
    lines = []
    for (book, item, rests_on), group in groupby(months, key=_line):
        run = list(group)
        quantities = [m.quantity for m in run if m.quantity is not None]
        lines.append(
            ForecastLine(
                municipality=party,
                project_id=project.id,
                project_ja=name_ja,
                book=Book(book),
                item=item,
                item_ja=labels.get((book, item), ITEMS_JA.get(item, item)),
                rests_on=RestsOn(rests_on),
                rests_on_ja=RESTS_ON_JA[RestsOn(rests_on)],
                first_month=run[0].month,
                last_month=run[-1].month,
                quantity=sum(quantities) if quantities else None,
                amount=sum(m.amount for m in run),
            )
        )
    return lines


def _line(month: MonthForecast) -> tuple[str, str, str]:
    return month.book, month.item, month.rests_on


def _labels(project: Project) -> Mapping[tuple[str, str], str]:
    labels: dict[tuple[str, str], str] = {}
    for version in sorted(project.terms, key=lambda version: version.version):
        components = version.terms.base.components if version.terms.base else ()
        labels |= {(Book.BASE.value, component.driver): component.name_ja for component in components}
        labels |= {(Book.USAGE.value, price.meter): price.label_ja for price in version.terms.usage}
    return labels

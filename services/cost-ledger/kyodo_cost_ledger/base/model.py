"""The base book: what each participant bears of a project's yearly cost, month by month.

The rule all 62 municipalities confirmed in February 2023: the basic cost of a joint project is borne by all
participating municipalities. Everything here is a pure function of the project's facts, so the order in which
the facts arrived cannot matter, and all of it is on whole yen.
"""

from __future__ import annotations

from kyodo_cost_ledger.base.segments import Missing, Segment, segments
from kyodo_cost_ledger.projects.model import Project
from kyodo_events.contracts.base_terms import TOKYO_SHARE
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO

Charges = dict[tuple[str, str, Month], int]
"""Yen by (party, item, month)."""


def base_charges(project: Project) -> Charges:
    """Yen each party bears, for every month the known terms reach. Zeros are left out.

    A segment whose weights are not all known bears nothing yet (`waiting_for`).
    """
    charges: Charges = {}
    for segment in segments(project):
        if not segment.missing():
            charges |= _charges_of(segment)
    return {cell: amount for cell, amount in charges.items() if amount}


def waiting_for(project: Project) -> list[Missing]:
    """What the project's base cost waits for, each once."""
    return list(dict.fromkeys(missing for segment in segments(project) for missing in segment.missing()))


def _charges_of(segment: Segment) -> Charges:
    charges: Charges = {}
    before = segment.division(None)
    for month in segment.months:
        through = segment.division(month)
        charges[TOKYO, TOKYO_SHARE, month] = through.tokyo - before.tokyo
        for item, column in through.columns.items():
            for party, amount in column.items():
                charges[party, item, month] = amount - before.columns[item].get(party, 0)
        before = through
    return charges

"""The base figure of a line, as a statement prints it."""

from __future__ import annotations

from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.statements.lines import Figure
from kyodo_events.values.fiscal import Month


def figure_of(project: Project, item: str, month: Month, municipality: str) -> Figure | None:
    """The published figure a base line rests on; None where it rests on none."""
    return None

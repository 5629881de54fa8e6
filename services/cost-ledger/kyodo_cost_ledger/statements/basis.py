"""The base figures of lines, as a statement prints them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kyodo_cost_ledger.base.basis import basis_of
from kyodo_cost_ledger.base.segments import Segment, segments
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.statements.lines import Figure, StatementLine


class BaseFigures:
    """The figures of many lines of some projects: a project's segments are found once for all its lines."""

    def __init__(self, projects: Mapping[str, Project]) -> None:
        self._projects = projects
        self._segments: dict[str, list[Segment]] = {}

    def of(self, line: StatementLine) -> Figure | None:
        """The published figure a line rests on, if any: that of its first month, or of its last."""
        return self._in(line, line.month) or self._in(line, line.last_month or line.month)

    def _in(self, line: StatementLine, month: str) -> Figure | None:
        if line.project_id not in self._segments:
            self._segments[line.project_id] = segments(self._projects[line.project_id])
        segment = next((s for s in self._segments[line.project_id] if s.first <= month <= s.last), None)
        basis = segment and basis_of(segment, line.item, line.municipality)
        if not basis:
            return None
        figure, total = _exact(basis.figure), _exact(basis.total)
        return Figure(basis.label_ja, figure, total, basis.unit_ja, basis.reference, basis.source_ja)


def _exact(figure: int | Fraction) -> int | str:
    """A whole figure as it is, a part of one (by days) as text: canonical JSON holds no other exact number."""
    return int(figure) if figure.denominator == 1 else str(figure)

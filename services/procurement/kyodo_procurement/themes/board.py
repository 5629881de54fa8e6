"""The board of demand: what each municipality says to each theme, as the forum's sheet shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kyodo_events.values.municipalities import COUNT
from kyodo_events.values.texts import Code
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.matrices import Matrix, MatrixColumn, MatrixRow
from kyodo_platform.resources import MAX_PAGE, Answer, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_procurement.themes import views
from kyodo_procurement.themes.events import Need
from kyodo_procurement.themes.model import ThemeStatus
from kyodo_procurement.themes.schemas import ThemeOut

router = Router(prefix="/v1/demand-matrix", tags=["themes"])

SUMS = {"needs": "ニーズ団体数", "interests": "関心団体数", "answered": "回答団体数"}


class Said(Answer):
    """One cell: what a municipality says to a theme."""

    municipality: str
    theme_id: str
    need: Need


@router.get("", allow=role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER))
async def read_demand_matrix(
    reader: Reader, commands: Commands, page: PageQuery, group: Code | None = None, status: ThemeStatus | None = None
) -> Matrix:
    """Themes × municipalities: need, interest, none, or nothing; a municipality sees its own row and the sums."""
    themes = await reader.page(ThemeOut, views.themes_by(group=group, status=status), page, by=[views.theme.c.id])
    query = views.answers_to_any([theme.id for theme in themes.items])
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for said in await reader.all(Said, query, at_most=MAX_PAGE * COUNT):
        cells[said.municipality][said.theme_id] = said.need
    columns = [MatrixColumn(id=theme.id, label_ja=theme.name_ja) for theme in themes.items]
    only = commands.identity.scope_municipality
    return Matrix.of_municipalities(columns, cells, above=_sums(themes.items), only=only, next=themes.next)


def _sums(themes: Sequence[ThemeOut]) -> list[MatrixRow]:
    """What is public of the answers, in rows above those of the municipalities."""
    counts = {name: {theme.id: getattr(theme, name) for theme in themes} for name in SUMS}
    return [
        MatrixRow(id=name, label_ja=label, cells={id_: str(n) for id_, n in counts[name].items() if n is not None})
        for name, label in SUMS.items()
    ]

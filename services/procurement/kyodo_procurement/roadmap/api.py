"""The roadmap over HTTP: the secretariat keeps it, municipalities follow its items, everybody reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kyodo_events.values.fiscal import EARLIEST, LATEST, FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import officer_of, public, secretariat
from kyodo_platform.matrices import Matrix, MatrixColumn, MatrixRow
from kyodo_platform.resources import MAX_PAGE, Answer, Body, Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.roadmap import views
from kyodo_procurement.roadmap.model import NoSuchStep, RoadmapItem, StepIsDone, StepNotOpen, StepStands, StepState

router = Router(prefix="/v1/roadmap-items", tags=["roadmap"])

ItemSort = Annotated[Sort, sort_by(views.item.c.name_ja, unique=[views.item.c.id])]
StepSort = Annotated[
    Sort,
    sort_by(views.step.c.state, views.item.c.name_ja, unique=[views.step.c.fiscal_year, views.step.c.item_id]),
]


class ItemIn(Body):
    """An item of the roadmap, with what is planned for which fiscal year."""

    name_ja: Line
    steps: Annotated[dict[FiscalYear, Line], Field(max_length=30, examples=[{"2024": "クラウドを活用した業務を拡大"}])]


class StepIn(Body):
    """What is to be done in a fiscal year."""

    text_ja: Line


class RevisionIn(Body):
    """What is to be done instead, and why."""

    text_ja: Line
    reason: Line


class StepOut(Answer):
    """What is done in a fiscal year; after a revision, its reason and what it said before."""

    fiscal_year: FiscalYear
    text_ja: str
    state: StepState
    reason: str | None
    before_ja: str | None


def _by_year(steps: Any) -> Any:
    if not isinstance(steps, Mapping):
        return steps
    return [{"fiscal_year": year, **vars(steps[year])} for year in sorted(steps)]


def _in_order(codes: Any) -> Any:
    return sorted(codes) if isinstance(codes, Set) else codes


class ItemOut(Resource):
    """An item with its steps and its followers."""

    id: str
    name_ja: str
    steps: Annotated[list[StepOut], BeforeValidator(_by_year)] = Field(description="The earliest year first.")
    followers: Annotated[list[str], BeforeValidator(_in_order)] = Field(description="Codes of the municipalities.")


class ItemRow(Resource):
    """An item in the list."""

    id: str
    name_ja: str = Field(title="項目")
    followers: int = Field(title="取り組む団体数")


class StepRow(Answer):
    """A step of an item."""

    item_id: str
    name_ja: str = Field(title="項目")
    fiscal_year: FiscalYear = Field(title="年度")
    state: StepState = Field(title="状態")
    text_ja: str = Field(title="内容")
    reason: str | None = Field(title="見直しの理由")
    before_ja: str | None = Field(title="見直し前の内容")


@router.post("", allow=secretariat)
async def add_item(body: ItemIn, commands: Commands) -> ItemOut:
    """Put an item on the roadmap."""
    return ItemOut.of(await commands.create(RoadmapItem, lambda item: item.add(body.name_ja, body.steps)))


@router.put("/{item_id}/steps/{fiscal_year}", allow=secretariat, raises=[StepStands])
async def plan_step(item_id: Id, fiscal_year: FiscalYear, body: StepIn, commands: Commands) -> ItemOut:
    """Plan a fiscal year that has no step yet."""
    return ItemOut.of(await commands.on(RoadmapItem, item_id, lambda item: item.plan(fiscal_year, body.text_ja)))


@router.put("/{item_id}/steps/{fiscal_year}/start", allow=secretariat, raises=[NoSuchStep, StepNotOpen])
async def start_step(item_id: Id, fiscal_year: FiscalYear, commands: Commands) -> ItemOut:
    """Record that the work on a step began."""
    return ItemOut.of(await commands.on(RoadmapItem, item_id, lambda item: item.start(fiscal_year)))


@router.put("/{item_id}/steps/{fiscal_year}/completion", allow=secretariat, raises=[NoSuchStep, StepNotOpen])
async def finish_step(item_id: Id, fiscal_year: FiscalYear, commands: Commands) -> ItemOut:
    """Record that a step was done."""
    return ItemOut.of(await commands.on(RoadmapItem, item_id, lambda item: item.finish(fiscal_year)))


@router.put("/{item_id}/steps/{fiscal_year}/revision", allow=secretariat, raises=[NoSuchStep, StepIsDone])
async def revise_step(item_id: Id, fiscal_year: FiscalYear, body: RevisionIn, commands: Commands) -> ItemOut:
    """Change what a step says, with the reason; what it said before is kept."""
    item = await commands.on(RoadmapItem, item_id, lambda item: item.revise(fiscal_year, body.text_ja, body.reason))
    return ItemOut.of(item)


@router.put("/{item_id}/followers/{municipality}", allow=officer_of("municipality"))
async def follow(item_id: Id, municipality: MunicipalityCode, commands: Commands) -> ItemOut:
    """Follow an item, as a municipality."""
    return ItemOut.of(await commands.on(RoadmapItem, item_id, lambda item: item.follow(municipality)))


@router.delete("/{item_id}/followers/{municipality}", allow=officer_of("municipality"))
async def unfollow(item_id: Id, municipality: MunicipalityCode, commands: Commands) -> ItemOut:
    """Stop following an item, as a municipality."""
    return ItemOut.of(await commands.on(RoadmapItem, item_id, lambda item: item.unfollow(municipality)))


@router.get("", allow=public)
async def list_items(
    reader: Reader,
    page: PageQuery,
    sort: ItemSort,
    state: StepState | None = None,
    fiscal_year: FiscalYear | None = None,
) -> Page[ItemRow]:
    """All items, the oldest first, or those with a step at a state, in a fiscal year, or at the state in it."""
    return await reader.page(ItemRow, views.items_by(state, fiscal_year), page, by=sort)


@router.get("/steps", allow=public)
async def list_steps(
    reader: Reader,
    page: PageQuery,
    sort: StepSort,
    fiscal_year: FiscalYear | None = None,
    state: StepState | None = None,
) -> Page[StepRow]:
    """The steps of all items, year by year."""
    return await reader.page(StepRow, views.steps_by(fiscal_year, state), page, by=sort)


@router.get("/grid", allow=public)
async def read_grid(reader: Reader, page: PageQuery, sort: ItemSort) -> Matrix:
    """Items × fiscal years as people print it: each step in one cell, its state in front. A page is of rows."""
    items = await reader.page(ItemRow, views.items_by(None, None), page, by=sort)
    steps = await reader.all(
        StepRow, views.steps_of_any([item.id for item in items.items]), at_most=MAX_PAGE * (LATEST - EARLIEST + 1)
    )
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for step in steps:
        cells[step.item_id][str(step.fiscal_year)] = f"{step.state.label_ja}：{step.text_ja}"
    years = sorted({str(step.fiscal_year) for step in steps})
    return Matrix(
        columns=[MatrixColumn(id=year, label_ja=f"{year}年度") for year in years],
        rows=[MatrixRow(id=item.id, label_ja=item.name_ja, cells=cells[item.id]) for item in items.items],
        next=items.next,
    )


@router.get("/{item_id}", allow=public)
async def read_item(item_id: Id, reader: Reader) -> ItemOut:
    """One item with its steps and followers."""
    return await reader.one(ItemOut, views.item_of(item_id), what="roadmap item", id=item_id)


@router.get("/{item_id}/history", allow=public)
async def read_history(item_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to the item, in words."""
    return await reader.history(RoadmapItem, item_id, page)

"""The use of a framework over HTTP: contracted, ordered, delivered and remaining, by item and by municipality."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_procurement.frameworks.api import visible
from kyodo_procurement.frameworks.readers import readers
from kyodo_procurement.orders import use

router = Router(prefix="/v1/frameworks", tags=["frameworks"])


class ItemUseRow(Answer):
    """How much of an item is used, in units."""

    item: str = Field(title="品目コード")
    name_ja: str = Field(title="品目")
    unit_ja: str = Field(title="単位")
    firm: int = Field(title="確定数量")
    optional: int = Field(title="予定数量")
    maximum: int = Field(title="上限数量")
    ordered: int = Field(title="発注済み")
    firm_ordered: int = Field(title="うち確定数量分")
    delivered: int = Field(title="納品済み")
    accepted: int = Field(title="検収済み")
    remaining: int = Field(title="残数量")


class MunicipalUseRow(Answer):
    """How much of an item one municipality contracted, ordered and received, in units."""

    municipality: str = Field(title="団体コード")
    item: str = Field(title="品目コード")
    firm: int = Field(title="確定数量")
    optional: int = Field(title="予定数量")
    ordered: int = Field(title="発注済み")
    firm_ordered: int = Field(title="うち確定数量分")
    delivered: int = Field(title="納品済み")
    accepted: int = Field(title="検収済み")
    net: int = Field(title="発注額（円・税抜）")


@router.get("/{framework_id}/use", allow=readers)
async def read_use(framework_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[ItemUseRow]:
    """How much of each item is contracted, ordered, delivered and remaining."""
    await visible(framework_id, commands, reader)
    query = use.by_item(framework_id)
    return await reader.page(ItemUseRow, query, page, by=[query.selected_columns.item])


@router.get("/{framework_id}/use/municipalities", allow=readers)
async def read_municipal_use(
    framework_id: Id,
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    item: Code | None = None,
) -> Page[MunicipalUseRow]:
    """How much each municipality contracted, ordered and received; a row for each item of each."""
    await visible(framework_id, commands, reader)
    query = use.by_municipality(framework_id, municipality, item)
    by = [query.selected_columns.municipality, query.selected_columns.item]
    return await reader.page(MunicipalUseRow, query, page, by=by)

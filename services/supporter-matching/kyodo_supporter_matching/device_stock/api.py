"""Stocks over HTTP: what there is of each family, and what is free on which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final, Self

from fastapi import Query
from pydantic import Field, model_validator

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, role
from kyodo_platform.resources import Answer, Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.device_stock.claims import Claim, claimed
from kyodo_supporter_matching.device_stock.model import DeviceStock, stock_id
from kyodo_supporter_matching.device_stock.views import promises, stocks, usable_devices
from kyodo_supporter_matching.devices.values import Family

router = Router(prefix="/v1/device-stock", tags=["devices"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
of_the_stock = role(Role.SECRETARIAT, Role.AUDITOR) | officer_of("municipality") | approver_of("municipality")

MOST_DAYS: Final = 92


class StockRow(Answer):
    """What a municipality has of a family today."""

    municipality: MunicipalityCode = Field(title="区市町村")
    family: Family
    family_ja: str = Field(default="", title="機種区分")
    total: int = Field(title="保有台数", description="All that are not retired.")
    usable: int = Field(title="稼働台数", description="Without those that are lost or in repair.")
    available: int = Field(title="貸出可能", description="Wiped and on the shelf.")
    lent: int = Field(title="貸出中")
    reserved_today: int = Field(title="本日の予約台数", description="With those that are lent and overdue.")
    free_today: int = Field(title="本日の空き", description="Below zero where promised devices were lost or broke.")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.family_ja = self.family.label_ja
        return self


class DayRow(Answer):
    """A family on a day to come."""

    day: date = Field(title="日付")
    usable: int = Field(title="稼働台数")
    reserved: int = Field(title="予約台数")
    free: int = Field(title="空き", description="Below zero where promised devices were lost or broke.")


@router.get("", allow=readers)
async def list_stocks(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    family: Family | None = None,
    municipality: MunicipalityCode | None = None,
) -> Page[StockRow]:
    """What your municipality has of each family; Tokyo sees all."""
    query, by = stocks(commands.today, family, municipality)
    return await reader.page(StockRow, query, page, by=by)


@router.get("/{municipality}/{family}/days", allow=of_the_stock)
async def list_days(
    municipality: MunicipalityCode,
    family: Family,
    commands: Commands,
    reader: Reader,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many days, from today on.")] = 31,
) -> Page[DayRow]:
    """How many devices of a family are free on which of the next days."""
    today = commands.today
    (usable,) = await reader.tx.rows(reader.own(usable_devices(municipality, family)))
    rows = await reader.tx.rows(reader.own(promises(municipality, family, today)))
    claims, has = [Claim(**dict(row)) for row in rows], usable["usable"]
    each = [(today + timedelta(days=after)) for after in range(days)]
    taken = [claimed(claims, day, today) for day in each]
    return Page[DayRow](
        items=[
            DayRow(day=day, usable=has, reserved=number, free=has - number)
            for day, number in zip(each, taken, strict=True)
        ]
    )


@router.get("/{municipality}/{family}/history", allow=of_the_stock)
async def stock_history(
    municipality: MunicipalityCode, family: Family, commands: Commands, reader: Reader, page: PageQuery
) -> Page[HistoryRow]:
    """What was promised, handed out and given back, in words."""
    id_, (query, _) = stock_id(municipality, family), stocks(commands.today, family, municipality)
    await reader.one(StockRow, query, what="device stock", id=id_)
    return await reader.history(DeviceStock, id_, page)

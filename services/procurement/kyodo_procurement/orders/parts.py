"""What an order consists of after it was placed: deliveries, defects and invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OrderStatus(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STATUS_JA[self.value]


_STATUS_JA = {
    "placed": "発注済み",
    "confirmed": "受注済み",
    "declined": "辞退",
    "cancelled": "取消し",
    "fulfilled": "検収済み",
    "closed": "完了",
}


class Result(StrEnum):
    """What an inspection found, or that it is still to come."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"pending": "検査待ち", "passed": "合格", "failed": "不合格"}[self.value]


@dataclass(frozen=True)
class Delivery:
    """Units by item; once passed, their share of the order in yen, and the invoice that claims it."""

    delivered_on: date
    lines: Mapping[str, int]
    result: Result = Result.PENDING
    net: int = 0
    tax: int = 0
    invoice: int | None = None


@dataclass(frozen=True)
class Defect:
    """Accepted units that were not as agreed; open until remedied."""

    item: str
    quantity: int
    remedy: str | None = None


@dataclass(frozen=True)
class Invoice:
    """What the supplier claims for accepted deliveries, in yen."""

    invoice_number: str
    deliveries: tuple[int, ...]
    net: int
    tax: int
    matched: bool = False

    @property
    def amount(self) -> int:
        """Yen, tax included."""
        return self.net + self.tax

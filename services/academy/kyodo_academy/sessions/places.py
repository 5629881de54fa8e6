"""How somebody stands at a session who has no seat yet, and the rule by which the queue moves up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ANSWER_WITHIN: Final = timedelta(hours=48)
ORDER_JA: Final = (
    "割当分の席は申込期限まで各団体のために確保し、その後の残りは全団体に開放します。"
    "割当の範囲内の方、申込みの早い方、まだ席のない団体の方の順に繰り上げます。"
)
"""The rule as everybody reads it before applications are opened."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the queue, since the application."""

    party: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat that is kept until a moment."""

    party: str
    until: datetime

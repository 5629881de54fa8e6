"""Quantities: whole units of what is bought, used or needed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MAX_QUANTITY = 1_000_000_000

Quantity = Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY, description="Whole units, at least one")]
"""A positive number of whole units: pieces, seats, applications."""

QuantityOrNone = Annotated[int, Field(strict=True, ge=0, le=MAX_QUANTITY, description="Whole units, or zero")]
"""A number of whole units that may be zero."""

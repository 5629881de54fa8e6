"""The one collection of talent's tables."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()

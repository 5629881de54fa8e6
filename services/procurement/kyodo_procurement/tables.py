"""The read-model tables of this service; each slice adds its own in its `views.py`."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()

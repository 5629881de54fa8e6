"""The talent service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_talent.experts import api as experts_api
from kyodo_talent.experts import views as experts_views

service = Service(
    name="talent",
    title_ja="デジタル人材の共同利用",
    title_en="Talent",
    home=Path(__file__).parent,
    slices=[Slice(router=experts_api.router, views=[experts_views.experts])],
)

"""The supporter-matching service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_supporter_matching.supporters import api as supporters_api
from kyodo_supporter_matching.supporters import views as supporters_views

service = Service(
    name="supporter-matching",
    title_ja="スマホサポーターのマッチング",
    title_en="Supporter matching",
    home=Path(__file__).parent,
    personal_data=True,
    slices=[Slice(router=supporters_api.router, views=[supporters_views.supporters])],
)

"""The academy service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_academy.courses import api as courses_api
from kyodo_academy.courses import views as courses_views
from kyodo_academy.programmes import api as programmes_api
from kyodo_academy.search import api as search_api
from kyodo_platform.service import Service, Slice

service = Service(
    name="academy",
    title_ja="東京デジタルアカデミー",
    title_en="Academy",
    home=Path(__file__).parent,
    personal_data=True,
    slices=[
        Slice(router=programmes_api.router),
        Slice(router=courses_api.router, views=[courses_views.courses]),
        Slice(router=search_api.router),
    ],
)

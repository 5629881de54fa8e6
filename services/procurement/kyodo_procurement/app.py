"""The procurement service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_procurement.projects import api as projects_api
from kyodo_procurement.projects import views as projects_views
from kyodo_procurement.terms import api as terms_api
from kyodo_procurement.terms import views as terms_views
from kyodo_procurement.themes import api as themes_api
from kyodo_procurement.themes import views as themes_views
from kyodo_procurement.usage import api as usage_api
from kyodo_procurement.usage import views as usage_views

service = Service(
    name="procurement",
    title_ja="協働調達",
    title_en="Procurement",
    home=Path(__file__).parent,
    slices=[
        Slice(router=themes_api.router, views=[themes_views.themes, themes_views.demands]),
        Slice(router=projects_api.router, views=[projects_views.projects, projects_views.participations]),
        Slice(router=terms_api.router, views=[terms_views.terms]),
        Slice(router=usage_api.router, views=[usage_views.usage]),
    ],
)

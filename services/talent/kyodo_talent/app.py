"""The talent service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_talent.assignments import views as assignments_views
from kyodo_talent.consultations import api as consultations_api
from kyodo_talent.consultations import views as consultations_views
from kyodo_talent.experts import api as experts_api
from kyodo_talent.experts import views as experts_views
from kyodo_talent.joint_needs import api as joint_needs_api
from kyodo_talent.joint_needs import views as joint_needs_views
from kyodo_talent.request_templates import api as request_templates_api
from kyodo_talent.requests import api as requests_api
from kyodo_talent.requests import views as requests_views
from kyodo_talent.schedules import views as schedules_views

service = Service(
    name="talent",
    title_ja="デジタル人材の共同利用",
    title_en="Talent",
    home=Path(__file__).parent,
    slices=[
        Slice(router=experts_api.router, views=[experts_views.experts]),
        Slice(views=[schedules_views.schedules]),
        Slice(views=[assignments_views.assignments]),
        Slice(router=request_templates_api.router),
        Slice(router=requests_api.router, views=[requests_views.requests]),
        Slice(router=consultations_api.router, views=[consultations_views.consultations]),
        Slice(router=joint_needs_api.router, views=[joint_needs_views.joint_needs]),
    ],
)

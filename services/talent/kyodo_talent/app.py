"""The talent service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_talent.assignments import agreements_api as assignments_agreements_api
from kyodo_talent.assignments import api as assignments_api
from kyodo_talent.assignments import views as assignments_views
from kyodo_talent.consents import api as consents_api
from kyodo_talent.consents import views as consents_views
from kyodo_talent.consultations import api as consultations_api
from kyodo_talent.consultations import views as consultations_views
from kyodo_talent.experts import api as experts_api
from kyodo_talent.experts import views as experts_views
from kyodo_talent.feeds import api as feeds_api
from kyodo_talent.feeds import views as feeds_views
from kyodo_talent.figures import api as figures_api
from kyodo_talent.figures import views as figures_views
from kyodo_talent.figures.metrics import measure_talent
from kyodo_talent.introductions import api as introductions_api
from kyodo_talent.introductions import steps_api as introduction_steps_api
from kyodo_talent.introductions import views as introductions_views
from kyodo_talent.joint_needs import api as joint_needs_api
from kyodo_talent.joint_needs import views as joint_needs_views
from kyodo_talent.matching import api as matching_api
from kyodo_talent.matching import search_api as matching_search_api
from kyodo_talent.matching import views as matching_views
from kyodo_talent.profiles import api as profiles_api
from kyodo_talent.profiles import views as profiles_views
from kyodo_talent.reference import api as reference_api
from kyodo_talent.request_templates import api as request_templates_api
from kyodo_talent.requests import api as requests_api
from kyodo_talent.requests import views as requests_views
from kyodo_talent.schedules import api as schedules_api
from kyodo_talent.schedules import views as schedules_views
from kyodo_talent.support_plans import api as support_plans_api
from kyodo_talent.support_plans import expert_api as support_plans_expert_api
from kyodo_talent.support_plans import views as support_plans_views
from kyodo_talent.work_logs import api as work_logs_api
from kyodo_talent.work_logs import views as work_logs_views

service = Service(
    name="talent",
    title_ja="デジタル人材の共同利用",
    title_en="Talent",
    home=Path(__file__).parent,
    personal_data=True,
    slices=[
        Slice(router=reference_api.router),
        Slice(router=experts_api.router, views=[experts_views.experts]),
        Slice(router=profiles_api.router, views=[profiles_views.profiles, profiles_views.looks]),
        Slice(router=consents_api.router, views=[consents_views.consents]),
        Slice(router=schedules_api.router, views=[schedules_views.schedules]),
        Slice(router=schedules_api.months),
        Slice(router=assignments_api.router, views=[assignments_views.assignments]),
        Slice(router=assignments_agreements_api.router),
        Slice(router=assignments_api.reference),
        Slice(router=feeds_api.router, views=[feeds_views.feeds]),
        Slice(router=feeds_api.subscription),
        Slice(router=matching_api.router, views=[matching_views.rounds]),
        Slice(router=matching_search_api.router),
        Slice(router=matching_api.proposals),
        Slice(router=introductions_api.router, views=[introductions_views.introductions]),
        Slice(router=introduction_steps_api.router),
        Slice(router=work_logs_api.writing),
        Slice(router=work_logs_api.router, views=[work_logs_views.work_logs]),
        Slice(router=support_plans_expert_api.router),
        Slice(router=support_plans_api.router, views=[support_plans_views.support_plans]),
        Slice(router=support_plans_api.actions),
        Slice(router=request_templates_api.router),
        Slice(router=requests_api.router, views=[requests_views.requests]),
        Slice(router=consultations_api.router, views=[consultations_views.consultations]),
        Slice(router=joint_needs_api.router, views=[joint_needs_views.joint_needs]),
        Slice(router=figures_api.router, views=[figures_views.steps], measures=[measure_talent]),
        Slice(router=figures_api.workload),
    ],
)

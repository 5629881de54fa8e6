"""The supporter-matching service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.service import Service, Slice
from kyodo_supporter_matching.applications import api as applications_api
from kyodo_supporter_matching.applications import openings as openings_api
from kyodo_supporter_matching.applications import views as applications_views
from kyodo_supporter_matching.assignments import api as assignments_api
from kyodo_supporter_matching.assignments import hosting as hosting_api
from kyodo_supporter_matching.assignments import views as assignments_views
from kyodo_supporter_matching.courses import api as courses_api
from kyodo_supporter_matching.courses import views as courses_views
from kyodo_supporter_matching.device_reservations import api as device_reservations_api
from kyodo_supporter_matching.device_reservations import views as device_reservations_views
from kyodo_supporter_matching.device_stock import api as device_stock_api
from kyodo_supporter_matching.devices import api as devices_api
from kyodo_supporter_matching.devices import views as devices_views
from kyodo_supporter_matching.feedback import api as feedback_api
from kyodo_supporter_matching.feedback import views as feedback_views
from kyodo_supporter_matching.feeds import api as feeds_api
from kyodo_supporter_matching.feeds import views as feeds_views
from kyodo_supporter_matching.figures import api as figures_api
from kyodo_supporter_matching.figures import open_data as targets_data
from kyodo_supporter_matching.figures import targets as targets_api
from kyodo_supporter_matching.figures import views as figures_views
from kyodo_supporter_matching.figures.metrics import measure_supporters
from kyodo_supporter_matching.follow_ups import api as follow_ups_api
from kyodo_supporter_matching.follow_ups import views as follow_ups_views
from kyodo_supporter_matching.hosts import api as hosts_api
from kyodo_supporter_matching.hosts import views as hosts_views
from kyodo_supporter_matching.hours_certificates import api as hours_certificates_api
from kyodo_supporter_matching.hours_certificates import views as hours_certificates_views
from kyodo_supporter_matching.incidents import api as incidents_api
from kyodo_supporter_matching.incidents import following_up as incidents_following_up
from kyodo_supporter_matching.incidents import views as incidents_views
from kyodo_supporter_matching.intakes import api as intakes_api
from kyodo_supporter_matching.name_views import api as name_views_api
from kyodo_supporter_matching.name_views import views as name_views_views
from kyodo_supporter_matching.participation_surveys import api as participation_surveys_api
from kyodo_supporter_matching.participation_surveys import views as participation_surveys_views
from kyodo_supporter_matching.profiles import api as profiles_api
from kyodo_supporter_matching.programmes import api as programmes_api
from kyodo_supporter_matching.programmes import views as programmes_views
from kyodo_supporter_matching.regional_projects import api as regional_projects_api
from kyodo_supporter_matching.regional_projects import consultations_api as regional_consultations_api
from kyodo_supporter_matching.regional_projects import guidelines_api
from kyodo_supporter_matching.regional_projects import views as regional_projects_views
from kyodo_supporter_matching.reports import api as reports_api
from kyodo_supporter_matching.reports import views as reports_views
from kyodo_supporter_matching.rounds import api as rounds_api
from kyodo_supporter_matching.rounds import views as rounds_views
from kyodo_supporter_matching.sessions import api as sessions_api
from kyodo_supporter_matching.sessions import open_data as sessions_data
from kyodo_supporter_matching.sessions import views as sessions_views
from kyodo_supporter_matching.settings import api as settings_api
from kyodo_supporter_matching.supporters import api as supporters_api
from kyodo_supporter_matching.supporters import views as supporters_views
from kyodo_supporter_matching.trainees import api as trainees_api
from kyodo_supporter_matching.trainees import views as trainees_views
from kyodo_supporter_matching.venues import api as venues_api
from kyodo_supporter_matching.venues import open_data as venues_data
from kyodo_supporter_matching.venues import views as venues_views

service = Service(
    name="supporter-matching",
    title_ja="スマホサポーターのマッチング",
    title_en="Supporter matching",
    home=Path(__file__).parent,
    personal_data=True,
    slices=[
        Slice(router=supporters_api.router, views=[supporters_views.supporters]),
        Slice(router=profiles_api.router),
        Slice(router=intakes_api.router),
        Slice(router=hosts_api.router, views=[hosts_views.hosts]),
        Slice(router=hosts_api.delegations),
        Slice(router=programmes_api.router, views=[programmes_views.programmes]),
        Slice(router=courses_api.router, views=[courses_views.courses]),
        Slice(router=trainees_api.router, views=[trainees_views.trainees]),
        Slice(router=trainees_api.everybody),
        Slice(router=venues_api.router, views=[venues_views.venues], data_sets=[venues_data.data_set]),
        Slice(router=devices_api.router, views=[devices_views.devices]),
        Slice(router=device_reservations_api.router, views=[device_reservations_views.reservations]),
        Slice(router=device_stock_api.router),
        Slice(router=sessions_api.planning),
        Slice(router=sessions_api.hosting),
        Slice(router=sessions_api.router, views=[sessions_views.sessions], data_sets=[sessions_data.data_set]),
        Slice(router=applications_api.router, views=[applications_views.applications, applications_views.interest]),
        Slice(router=openings_api.router),
        Slice(router=applications_api.seats),
        Slice(router=applications_api.received),
        Slice(router=assignments_api.staffing),
        Slice(router=hosting_api.router),
        Slice(router=assignments_api.answering),
        Slice(router=assignments_api.calling),
        Slice(router=name_views_api.staffing, views=[name_views_views.name_views]),
        Slice(router=name_views_api.hosting),
        Slice(router=name_views_api.told),
        Slice(router=assignments_api.router, views=[assignments_views.assignments]),
        Slice(router=feeds_api.router, views=[feeds_views.feeds]),
        Slice(router=feeds_api.subscription),
        Slice(router=hours_certificates_api.router, views=[hours_certificates_views.hours_certificates]),
        Slice(router=hours_certificates_api.checking),
        Slice(router=reports_api.filing),
        Slice(router=reports_api.hosting),
        Slice(router=reports_api.router, views=[reports_views.reports]),
        Slice(router=incidents_api.reporting),
        Slice(router=incidents_api.hosting),
        Slice(router=incidents_api.helping),
        Slice(router=incidents_api.router, views=[incidents_views.incidents]),
        Slice(router=incidents_following_up.router),
        Slice(router=feedback_api.saying),
        Slice(router=feedback_api.rating),
        Slice(router=feedback_api.hosting),
        Slice(router=feedback_api.router, views=[feedback_views.feedbacks]),
        Slice(router=follow_ups_api.issuing, views=[follow_ups_views.links]),
        Slice(router=follow_ups_api.hosting),
        Slice(router=follow_ups_api.asking),
        Slice(router=follow_ups_api.answering),
        Slice(router=follow_ups_api.router, views=[follow_ups_views.follow_ups]),
        Slice(router=targets_api.router, data_sets=[targets_data.data_set]),
        Slice(
            router=figures_api.router,
            views=[figures_views.steps, figures_views.publications],
            measures=[measure_supporters],
        ),
        Slice(router=rounds_api.router, views=[rounds_views.rounds]),
        Slice(router=rounds_api.planning),
        Slice(router=settings_api.router),
        Slice(
            router=participation_surveys_api.router,
            views=[participation_surveys_views.surveys, participation_surveys_views.answers],
        ),
        Slice(router=guidelines_api.router, views=[regional_projects_views.guidelines]),
        Slice(router=regional_consultations_api.router, views=[regional_projects_views.consultations]),
        Slice(router=regional_projects_api.router, views=[regional_projects_views.projects]),
    ],
)

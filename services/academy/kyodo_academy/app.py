"""The academy service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_academy.attendances import api as attendances_api
from kyodo_academy.attendances import lists_api as attendance_lists_api
from kyodo_academy.calendar import api as calendar_api
from kyodo_academy.calendar import views as calendar_views
from kyodo_academy.courses import api as courses_api
from kyodo_academy.courses import views as courses_views
from kyodo_academy.directory import api as directory_api
from kyodo_academy.directory import views as directory_views
from kyodo_academy.enrolments import api as enrolments_api
from kyodo_academy.enrolments import nominations_api
from kyodo_academy.enrolments import views as enrolments_views
from kyodo_academy.enrolments.lapsing import lapsing
from kyodo_academy.files import views as files_views
from kyodo_academy.intakes import api as intakes_api
from kyodo_academy.learners import api as learners_api
from kyodo_academy.learners import views as learners_views
from kyodo_academy.materials import api as materials_api
from kyodo_academy.materials import views as materials_views
from kyodo_academy.materials import works_api
from kyodo_academy.notices import api as notices_api
from kyodo_academy.notices import views as notices_views
from kyodo_academy.precedent_meetings import api as precedent_meetings_api
from kyodo_academy.precedent_meetings import participation_api
from kyodo_academy.precedent_meetings import views as precedent_meetings_views
from kyodo_academy.precedents import api as precedents_api
from kyodo_academy.precedents import views as precedents_views
from kyodo_academy.profiles import api as profiles_api
from kyodo_academy.programmes import api as programmes_api
from kyodo_academy.search import api as search_api
from kyodo_academy.seminars import api as seminars_api
from kyodo_academy.seminars import views as seminars_views
from kyodo_academy.sessions import api as sessions_api
from kyodo_academy.sessions import views as sessions_views
from kyodo_academy.threads import api as threads_api
from kyodo_academy.threads import moderation_api as threads_moderation_api
from kyodo_academy.threads import views as threads_views
from kyodo_academy.visits import api as visits_api
from kyodo_academy.visits import views as visits_views
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
        Slice(views=[files_views.files]),
        Slice(router=materials_api.router, views=[materials_views.materials]),
        Slice(router=works_api.router),
        Slice(router=precedents_api.router, views=[precedents_views.precedents]),
        Slice(router=visits_api.router, views=[visits_views.visits]),
        Slice(router=precedent_meetings_api.router, views=[precedent_meetings_views.meetings]),
        Slice(router=participation_api.router),
        Slice(router=learners_api.router, views=[learners_views.learners]),
        Slice(router=profiles_api.router),
        Slice(router=intakes_api.router),
        Slice(router=sessions_api.planning),
        Slice(router=sessions_api.router, views=[sessions_views.sessions]),
        Slice(router=enrolments_api.applying),
        Slice(router=enrolments_api.router, views=[enrolments_views.enrolments], chores=[lapsing]),
        Slice(router=nominations_api.router),
        Slice(router=attendances_api.router),
        Slice(router=attendance_lists_api.router),
        Slice(router=attendances_api.checking_in),
        Slice(router=threads_api.router, views=[threads_views.threads]),
        Slice(router=threads_moderation_api.router),
        Slice(router=threads_moderation_api.reporting),
        Slice(router=notices_api.router, views=[notices_views.followings]),
        Slice(router=directory_api.own, views=[directory_views.entries, directory_views.leavers]),
        Slice(router=directory_api.router, views=[directory_views.looks]),
        Slice(router=seminars_api.router, views=[seminars_views.seminars]),
        Slice(router=calendar_api.router, views=[calendar_views.feeds]),
        Slice(router=calendar_api.of_learner),
        Slice(router=calendar_api.of_municipality),
        Slice(router=calendar_api.subscription),
    ],
)

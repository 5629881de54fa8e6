"""The academy service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_academy.attendances import api as attendances_api
from kyodo_academy.attendances import lists_api as attendance_lists_api
from kyodo_academy.badges import api as badges_api
from kyodo_academy.calendar import api as calendar_api
from kyodo_academy.calendar import views as calendar_views
from kyodo_academy.certificates import api as certificates_api
from kyodo_academy.certificates import views as certificates_views
from kyodo_academy.completion_rules import api as completion_rules_api
from kyodo_academy.completion_rules import views as completion_rules_views
from kyodo_academy.completions import api as completions_api
from kyodo_academy.completions.issuing import issuing
from kyodo_academy.course_interests import api as course_interests_api
from kyodo_academy.course_interests import views as course_interests_views
from kyodo_academy.courses import api as courses_api
from kyodo_academy.courses import contents_api, proposals_api
from kyodo_academy.courses import views as courses_views
from kyodo_academy.directory import api as directory_api
from kyodo_academy.directory import views as directory_views
from kyodo_academy.e_learning import api as e_learning_api
from kyodo_academy.e_learning import views as e_learning_views
from kyodo_academy.earlier_attendances import api as earlier_attendances_api
from kyodo_academy.earlier_attendances import views as earlier_attendances_views
from kyodo_academy.employees import api as employees_api
from kyodo_academy.employees import views as employees_views
from kyodo_academy.enrolments import api as enrolments_api
from kyodo_academy.enrolments import nominations_api
from kyodo_academy.enrolments import views as enrolments_views
from kyodo_academy.enrolments.lapsing import lapsing
from kyodo_academy.files import views as files_views
from kyodo_academy.frozen_months import api as frozen_months_api
from kyodo_academy.frozen_months import views as frozen_months_views
from kyodo_academy.intakes import api as intakes_api
from kyodo_academy.kpi import api as kpi_api
from kyodo_academy.kpi import open_data as kpi_data
from kyodo_academy.kpi.metrics import measure_kpi
from kyodo_academy.learners import api as learners_api
from kyodo_academy.learners import views as learners_views
from kyodo_academy.lecturers import api as lecturers_api
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
from kyodo_academy.questionnaires import answering_api
from kyodo_academy.questionnaires import api as questionnaires_api
from kyodo_academy.questionnaires import views as questionnaires_views
from kyodo_academy.questionnaires.closing import closing
from kyodo_academy.quizzes import api as quizzes_api
from kyodo_academy.quizzes import views as quizzes_views
from kyodo_academy.reminders import api as reminders_api
from kyodo_academy.reminders import views as reminders_views
from kyodo_academy.reminders.reminding import reminding
from kyodo_academy.reports import api as reports_api
from kyodo_academy.reports import views as reports_views
from kyodo_academy.search import api as search_api
from kyodo_academy.seminars import api as seminars_api
from kyodo_academy.seminars import open_data as seminars_data
from kyodo_academy.seminars import views as seminars_views
from kyodo_academy.sessions import api as sessions_api
from kyodo_academy.sessions import views as sessions_views
from kyodo_academy.statements import api as statements_api
from kyodo_academy.statements import views as statements_views
from kyodo_academy.threads import api as threads_api
from kyodo_academy.threads import moderation_api as threads_moderation_api
from kyodo_academy.threads import views as threads_views
from kyodo_academy.training_requests import api as training_requests_api
from kyodo_academy.training_requests import views as training_requests_views
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
        Slice(router=contents_api.router),
        Slice(router=proposals_api.router),
        Slice(router=course_interests_api.router, views=[course_interests_views.interests]),
        Slice(router=course_interests_api.of_learner),
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
        Slice(router=sessions_api.series),
        Slice(router=sessions_api.router, views=[sessions_views.sessions]),
        Slice(router=enrolments_api.applying),
        Slice(router=enrolments_api.router, views=[enrolments_views.enrolments], chores=[lapsing]),
        Slice(router=reminders_api.router, views=[reminders_views.reminders], chores=[reminding]),
        Slice(router=reminders_api.own),
        Slice(router=training_requests_api.router, views=[training_requests_views.training_requests]),
        Slice(router=nominations_api.router),
        Slice(router=attendances_api.router),
        Slice(router=attendance_lists_api.router),
        Slice(router=attendances_api.checking_in),
        Slice(router=lecturers_api.router),
        Slice(router=quizzes_api.router, views=[quizzes_views.quizzes]),
        Slice(router=quizzes_api.attempting, views=[quizzes_views.results]),
        Slice(router=quizzes_api.results),
        Slice(router=completion_rules_api.router, views=[completion_rules_views.rules]),
        Slice(router=reports_api.router, views=[reports_views.reports]),
        Slice(router=reports_api.of_course),
        Slice(router=completions_api.router, chores=[issuing]),
        Slice(router=certificates_api.router, views=[certificates_views.certificates]),
        Slice(router=certificates_api.checking),
        Slice(router=badges_api.router),
        Slice(router=badges_api.own),
        Slice(router=kpi_api.router, measures=[measure_kpi], data_sets=[kpi_data.data_set]),
        Slice(router=frozen_months_api.router, views=[frozen_months_views.frozen_months]),
        Slice(router=earlier_attendances_api.router, views=[earlier_attendances_views.earlier]),
        Slice(router=employees_api.router, views=[employees_views.workforces]),
        Slice(router=threads_api.router, views=[threads_views.threads]),
        Slice(router=threads_moderation_api.router),
        Slice(router=threads_moderation_api.reporting),
        Slice(router=notices_api.router, views=[notices_views.followings]),
        Slice(router=directory_api.own, views=[directory_views.entries, directory_views.leavers]),
        Slice(router=directory_api.router, views=[directory_views.looks]),
        Slice(router=seminars_api.router, views=[seminars_views.seminars], data_sets=[seminars_data.data_set]),
        Slice(router=calendar_api.router, views=[calendar_views.feeds]),
        Slice(router=calendar_api.of_learner),
        Slice(router=calendar_api.of_municipality),
        Slice(router=calendar_api.subscription),
        Slice(router=questionnaires_api.asking, views=[questionnaires_views.questionnaires], chores=[closing]),
        Slice(router=questionnaires_api.router, views=[questionnaires_views.answers]),
        Slice(router=questionnaires_api.erasing),
        Slice(router=questionnaires_api.lecturing),
        Slice(router=answering_api.own),
        Slice(router=answering_api.answering),
        Slice(router=e_learning_api.offering, views=[e_learning_views.offered]),
        Slice(router=e_learning_api.learning, views=[e_learning_views.learnt]),
        Slice(router=statements_api.router, views=[statements_views.statements]),
    ],
)

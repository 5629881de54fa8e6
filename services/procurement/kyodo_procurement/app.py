"""The procurement service: its slices, nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_platform.open_data import municipalities
from kyodo_platform.service import Service, Slice
from kyodo_procurement.board import api as board_api
from kyodo_procurement.calls import api as calls_api
from kyodo_procurement.calls import calendar_api as calls_calendar_api
from kyodo_procurement.calls import commitments_api as calls_commitments_api
from kyodo_procurement.calls import questions_api as calls_questions_api
from kyodo_procurement.calls import views as calls_views
from kyodo_procurement.catalogue import api as catalogue_api
from kyodo_procurement.catalogue import views as catalogue_views
from kyodo_procurement.evaluations import api as evaluations_api
from kyodo_procurement.evaluations import lots_api as evaluation_lots_api
from kyodo_procurement.evaluations import open_data as awards_data
from kyodo_procurement.evaluations import views as evaluations_views
from kyodo_procurement.figures.metrics import measure_joint_work
from kyodo_procurement.frameworks import api as frameworks_api
from kyodo_procurement.frameworks import views as frameworks_views
from kyodo_procurement.meetings import api as meetings_api
from kyodo_procurement.meetings import views as meetings_views
from kyodo_procurement.meter_months import api as meter_months_api
from kyodo_procurement.meter_months import views as meter_months_views
from kyodo_procurement.ocds import api as ocds_api
from kyodo_procurement.openings import api as openings_api
from kyodo_procurement.openings import views as openings_views
from kyodo_procurement.orders import api as orders_api
from kyodo_procurement.orders import buyer_api as orders_buyer_api
from kyodo_procurement.orders import use_api as orders_use_api
from kyodo_procurement.orders import views as orders_views
from kyodo_procurement.participation import api as participation_api
from kyodo_procurement.participation import open_data as participation_data
from kyodo_procurement.participation import views as participation_views
from kyodo_procurement.projects import api as projects_api
from kyodo_procurement.projects import views as projects_views
from kyodo_procurement.proposals import api as proposals_api
from kyodo_procurement.proposals import views as proposals_views
from kyodo_procurement.questionnaires import api as questionnaires_api
from kyodo_procurement.questionnaires import views as questionnaires_views
from kyodo_procurement.quotations import api as quotations_api
from kyodo_procurement.quotations import views as quotations_views
from kyodo_procurement.roadmap import api as roadmap_api
from kyodo_procurement.roadmap import views as roadmap_views
from kyodo_procurement.savings import api as savings_api
from kyodo_procurement.savings import views as savings_views
from kyodo_procurement.subscriptions import api as subscriptions_api
from kyodo_procurement.subscriptions import views as subscriptions_views
from kyodo_procurement.suggestions import api as suggestions_api
from kyodo_procurement.suggestions import views as suggestions_views
from kyodo_procurement.terms import api as terms_api
from kyodo_procurement.terms import views as terms_views
from kyodo_procurement.themes import api as themes_api
from kyodo_procurement.themes import board as themes_board
from kyodo_procurement.themes import open_data as themes_data
from kyodo_procurement.themes import views as themes_views
from kyodo_procurement.usage import api as usage_api
from kyodo_procurement.usage import views as usage_views
from kyodo_procurement.usage_conflicts import api as usage_conflicts_api
from kyodo_procurement.usage_conflicts import views as usage_conflicts_views
from kyodo_procurement.verifications import api as verifications_api
from kyodo_procurement.verifications import views as verifications_views
from kyodo_procurement.working_groups import api as working_groups_api
from kyodo_procurement.working_groups import views as working_groups_views

service = Service(
    name="procurement",
    title_ja="協働調達",
    title_en="Procurement",
    home=Path(__file__).parent,
    slices=[
        Slice(router=meetings_api.router, views=[meetings_views.meetings]),
        Slice(
            router=questionnaires_api.router,
            views=[questionnaires_views.questionnaires, questionnaires_views.answers],
        ),
        Slice(router=working_groups_api.router, views=[working_groups_views.groups]),
        Slice(router=verifications_api.router, views=[verifications_views.verifications]),
        Slice(
            router=themes_api.router,
            views=[themes_views.themes, themes_views.demands],
            data_sets=[municipalities.data_set, themes_data.data_set],
        ),
        Slice(router=themes_board.router),
        Slice(router=suggestions_api.router, views=[suggestions_views.suggestions, suggestions_views.decisions]),
        Slice(router=proposals_api.router, views=[proposals_views.proposals]),
        Slice(router=projects_api.router, views=[projects_views.projects]),
        Slice(
            router=participation_api.router,
            views=[participation_views.participations, participation_views.notices],
            data_sets=[participation_data.data_set],
        ),
        Slice(router=board_api.router),
        Slice(router=terms_api.router, views=[terms_views.terms]),
        Slice(router=catalogue_api.router, views=[catalogue_views.offerings]),
        Slice(router=subscriptions_api.router, views=[subscriptions_views.subscriptions]),
        Slice(router=roadmap_api.router, views=[roadmap_views.roadmap]),
        Slice(router=usage_api.router, views=[usage_views.usage]),
        Slice(router=meter_months_api.router, views=[meter_months_views.meter_months]),
        Slice(router=usage_conflicts_api.router, views=[usage_conflicts_views.usage_conflicts]),
        Slice(router=calls_api.router, views=[calls_views.calls, calls_views.items]),
        Slice(router=calls_commitments_api.router, views=[calls_views.commitments]),
        Slice(router=calls_questions_api.router, views=[calls_views.questions]),
        Slice(router=calls_calendar_api.router),
        Slice(router=openings_api.router, views=[openings_views.openings]),
        Slice(router=quotations_api.router, views=[quotations_views.quotations]),
        Slice(router=evaluations_api.router, views=[evaluations_views.evaluations]),
        Slice(router=evaluation_lots_api.router, views=[evaluations_views.lots]),
        Slice(router=evaluation_lots_api.awards, data_sets=[awards_data.data_set]),
        Slice(router=evaluation_lots_api.contracts, views=[evaluations_views.contracts]),
        Slice(router=frameworks_api.router, views=[frameworks_views.frameworks]),
        Slice(router=orders_use_api.router),
        Slice(router=orders_buyer_api.router),
        Slice(router=orders_api.router, views=[orders_views.orders]),
        Slice(router=savings_api.router, views=[savings_views.savings]),
        Slice(router=savings_api.report),
        Slice(router=ocds_api.router),
        Slice(measures=[measure_joint_work]),
    ],
    any_order=True,  # what others tell are single suggestions: one unreadable record stops none of the others
)

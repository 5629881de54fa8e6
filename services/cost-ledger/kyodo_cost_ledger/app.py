"""The cost ledger: its slices, and nothing else."""

from __future__ import annotations

from pathlib import Path

from kyodo_cost_ledger.accounts import api as accounts_api
from kyodo_cost_ledger.audit import api as audit_api
from kyodo_cost_ledger.audit.views import books_disagree
from kyodo_cost_ledger.benefits import api as benefits_api
from kyodo_cost_ledger.budgets import api as budgets_api
from kyodo_cost_ledger.budgets import open_data as budgets_data
from kyodo_cost_ledger.budgets.metrics import measure_budgets
from kyodo_cost_ledger.budgets.views import budgets
from kyodo_cost_ledger.charges import api as charges_api
from kyodo_cost_ledger.charges.metrics import measure_charges
from kyodo_cost_ledger.charges.reactions import reactions
from kyodo_cost_ledger.corrections import api as corrections_api
from kyodo_cost_ledger.corrections.views import corrections
from kyodo_cost_ledger.disputes import api as disputes_api
from kyodo_cost_ledger.disputes.views import disputes
from kyodo_cost_ledger.drivers import api as drivers_api
from kyodo_cost_ledger.drivers.views import drivers
from kyodo_cost_ledger.explanations import api as explanations_api
from kyodo_cost_ledger.exports import api as exports_api
from kyodo_cost_ledger.fiscal_years import api as fiscal_years_api
from kyodo_cost_ledger.fiscal_years.views import fiscal_years
from kyodo_cost_ledger.forecasts import api as forecasts_api
from kyodo_cost_ledger.payments import api as payments_api
from kyodo_cost_ledger.payments.views import payments
from kyodo_cost_ledger.periods import api as periods_api
from kyodo_cost_ledger.periods import seals_api
from kyodo_cost_ledger.periods.metrics import measure_periods
from kyodo_cost_ledger.periods.seals import seals
from kyodo_cost_ledger.periods.views import closings, standing_of_periods
from kyodo_cost_ledger.periods.watching import (
    balance_of_postings,
    chain_of_seals,
    measure_imbalance,
    watch_seals,
)
from kyodo_cost_ledger.plans import api as plans_api
from kyodo_cost_ledger.plans.views import plans
from kyodo_cost_ledger.projects import api as projects_api
from kyodo_cost_ledger.projects.views import projects
from kyodo_cost_ledger.quarantine import api as quarantine_api
from kyodo_cost_ledger.quarantine.views import dismissals
from kyodo_cost_ledger.rating import api as rating_api
from kyodo_cost_ledger.rating.views import runs
from kyodo_cost_ledger.statements import api as statements_api
from kyodo_cost_ledger.statements import notices_api
from kyodo_cost_ledger.statements.views import statements
from kyodo_cost_ledger.subsidies import api as subsidies_api
from kyodo_cost_ledger.subsidies.views import subsidies
from kyodo_cost_ledger.usage import api as usage_api
from kyodo_cost_ledger.usage.outcomes import measure_reasons, measure_usage
from kyodo_cost_ledger.usage.views import usage
from kyodo_cost_ledger.whatif import api as whatif_api
from kyodo_cost_ledger.whatif.views import proposals
from kyodo_platform.service import Service, Slice

service = Service(
    name="cost-ledger",
    title_ja="費用負担台帳",
    title_en="Cost ledger",
    home=Path(__file__).parent,
    slices=[
        Slice(router=projects_api.router, views=[projects]),
        Slice(router=drivers_api.router, views=[drivers]),
        Slice(router=usage_api.router, views=[usage], measures=[measure_usage, measure_reasons]),
        Slice(router=quarantine_api.router, views=[dismissals]),
        Slice(router=charges_api.router, reactions=reactions, measures=[measure_charges]),
        Slice(router=explanations_api.router),
        Slice(router=accounts_api.router),
        Slice(router=whatif_api.router, views=[proposals]),
        Slice(router=plans_api.router, views=[plans]),
        Slice(router=forecasts_api.router),
        Slice(router=benefits_api.router),
        Slice(router=periods_api.router, views=[closings], measures=[measure_periods]),
        Slice(router=seals_api.router, views=[seals], measures=[watch_seals, measure_imbalance]),
        Slice(router=fiscal_years_api.router, views=[fiscal_years]),
        Slice(router=corrections_api.router, views=[corrections]),
        Slice(router=disputes_api.router, views=[disputes]),
        Slice(router=disputes_api.frozen),
        Slice(router=statements_api.router, views=[statements]),
        Slice(router=notices_api.router),
        Slice(router=payments_api.router, views=[payments]),
        Slice(router=audit_api.router),
        Slice(router=rating_api.router, views=[runs]),
        Slice(
            router=budgets_api.router, views=[budgets], measures=[measure_budgets], data_sets=[budgets_data.data_set]
        ),
        Slice(router=subsidies_api.router, views=[subsidies]),
        Slice(router=exports_api.router),
    ],
    checks=[books_disagree],
    proofs=[chain_of_seals, balance_of_postings],
    told=standing_of_periods,
    any_order=True,  # charges are a function of the facts: one unreadable record must not stop a municipality's usage
)

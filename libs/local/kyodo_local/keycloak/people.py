"""The people of exercises: invented accounts, one for each role and those whom the scenario names."""

from __future__ import annotations

from collections.abc import Iterator

from kyodo_events.values.municipalities import municipalities
from kyodo_local.demo import plan
from kyodo_local.demo.purchase import OPENERS, SCORERS
from kyodo_local.demo.purchase_plan import purchase
from kyodo_local.demo.who import Who, approver, officer
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role


def people() -> list[Who]:
    """Everybody who has an account in an exercise from the start, in a fixed order.

    People about whom a service keeps a record (experts, supporters, learners) get theirs when the record is made.
    """
    return [*_of_each_role(), *_of_each_municipality(), *_named()]


def username(who: Who) -> str:
    """The name of an account; it is its subject in tokens as well."""
    return who.subject or "-".join(filter(None, [who.role, who.municipality, who.person]))


def _of_each_role() -> Iterator[Who]:
    return (Who(role) for role in Role if role not in MUNICIPAL_ROLES)


def _of_each_municipality() -> Iterator[Who]:
    for municipality in municipalities():
        yield officer(municipality.code)
        yield approver(municipality.code)


def _named() -> Iterator[Who]:
    themes = plan.themes()
    operators = (project.service.operator for project in plan.projects(themes) if project.service)
    yield from (Who(Role.OPERATOR, subject=operator) for operator in operators)
    yield from (*OPENERS, *SCORERS)
    yield from (Who(Role.SUPPLIER, subject=bidder.subject) for bidder in purchase(themes, plan.PCS).bidders)

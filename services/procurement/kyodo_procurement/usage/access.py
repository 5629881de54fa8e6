"""Who reports, corrects and reads usage."""

from __future__ import annotations

from kyodo_platform.identity.model import MUNICIPAL_ROLES, Identity, Role
from kyodo_platform.identity.policies import role

reporters = role(Role.OPERATOR, Role.SUPPLIER, Role.SECRETARIAT)
"""Operators, for their own offerings, and the secretariat. Who operates a service may hold a supplier's token."""

resolvers = reporters | role(Role.AUDITOR)

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OPERATOR, Role.OFFICER, Role.APPROVER)
"""Not suppliers: a route that municipalities read too shows nobody's rows to a role that is in no municipality."""


def only_operated(identity: Identity) -> str | None:
    """The subject whose offerings alone the caller may see; None where the caller's scope says all there is to say.

    Operators are in no municipality, so row-level security alone would show them everything.
    """
    if identity.roles & {Role.SECRETARIAT, Role.AUDITOR}:
        return None
    municipal = identity.municipality is not None and identity.roles & MUNICIPAL_ROLES
    return None if municipal else identity.subject


def reports_for(identity: Identity, operator: str) -> bool:
    """Whether the caller may report the use of a service with this operator."""
    return Role.SECRETARIAT in identity.roles or identity.subject == operator

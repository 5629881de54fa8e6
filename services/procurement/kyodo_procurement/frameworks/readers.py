"""Who reads frameworks and orders: all governments, and the supplier his own."""

from __future__ import annotations

from kyodo_platform.identity.model import Identity, Role
from kyodo_platform.identity.policies import Policy, role

GOVERNMENTS = frozenset({Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER})

supplier: Policy = role(Role.SUPPLIER)
readers: Policy = role(Role.SUPPLIER, *GOVERNMENTS)


def supplier_of(identity: Identity) -> str | None:
    """The supplier whose contracts alone the caller may see; None for the governments, who see all."""
    return None if identity.roles & GOVERNMENTS else identity.subject

"""Who asks: the caller's roles and the municipality whose rows the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyodo_events.values.municipalities import TOKYO

EXTERNAL = "external"  # the organisation of suppliers, experts, supporters and lecturers, who act for no government
NOWHERE = ""  # a scope that equals no municipality's code: no row is seen


class Role(StrEnum):
    """What a caller may be; a token carries one or several of them in the claim `kyodo_roles`."""

    SECRETARIAT = "secretariat"
    OFFICER = "officer"
    APPROVER = "approver"
    OPERATOR = "operator"
    SUPPLIER = "supplier"
    EXPERT = "expert"
    SUPPORTER = "supporter"
    HOST = "host"
    LEARNER = "learner"
    LECTURER = "lecturer"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"


MUNICIPAL_ROLES = frozenset({Role.OFFICER, Role.APPROVER})
"""Roles that mean nothing without a municipality: somebody works for one of the 62."""

TOKYO_WIDE_ROLES = frozenset({Role.SECRETARIAT, Role.AUDITOR, Role.OPERATOR, Role.INTEGRATOR})
"""Roles that see every municipality's rows, unless the token narrows them to one municipality."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified caller.

    `subject` is the issuer's opaque name of the caller, never a person's name. `person` is the id of the record that
    a service keeps of the caller: of the expert, the supporter, the host of a class, the learner or the lecturer.
    """

    subject: str
    roles: frozenset[Role]
    municipality: str | None = None
    person: str | None = None

    @property
    def organisation(self) -> str:
        """For whom the caller acts: a municipality's code, `tokyo` or `external`."""
        if self.municipality is not None:
            return self.municipality
        return TOKYO if self.roles & TOKYO_WIDE_ROLES else EXTERNAL

    @property
    def scope_municipality(self) -> str | None:
        """The municipality whose rows this caller may see; None for all, `NOWHERE` for none.

        A municipality in the token always narrows, whatever the role: a token that says less may see less,
        and a wrongly configured claim then hides rows instead of showing them.
        """
        if self.municipality is not None:
            return self.municipality
        return None if self.roles & TOKYO_WIDE_ROLES else NOWHERE

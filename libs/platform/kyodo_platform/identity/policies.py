"""Who may: the policies that routes name, the first of the two walls between municipalities (promise G7)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from kyodo_events.errors import Forbidden, NotFound, Unauthenticated
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Identity, Role


class Verdict(IntEnum):
    """What a policy says of a caller, from worst to best: of alternatives, the best one counts.

    HIDDEN stands above FORBIDDEN because whoever holds the right role is told 404 about another
    municipality's resource; 403 would say that it exists.
    """

    SIGN_IN = 0
    FORBIDDEN = 1
    HIDDEN = 2
    PERMITTED = 3

    @property
    def status(self) -> int:
        """The HTTP status of the refusal; 200 where there is none."""
        return {Verdict.SIGN_IN: 401, Verdict.FORBIDDEN: 403, Verdict.HIDDEN: 404}.get(self, 200)


class Policy(ABC):
    """Decides from the caller and the path alone; combined with `|`, it permits when any part permits."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Stable text, published in OpenAPI as `x-kyodo-policy`."""

    @property
    def parameters(self) -> frozenset[str]:
        """The path parameters this policy reads; a route without them cannot use it."""
        return frozenset()

    @property
    def persons(self) -> frozenset[str]:
        """Those of the parameters that name a person's record."""
        return frozenset()

    @abstractmethod
    def describe(self) -> str:
        """What a caller needs, for people; completes the sentence 'This needs …'."""

    @abstractmethod
    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        """The verdict on a caller; None is a caller without a token.

        Raises KeyError where the path lacks a parameter of the policy: a wrongly declared route fails closed.
        """

    def permits(self, identity: Identity | None, path_params: Mapping[str, str]) -> None:
        """Return if the caller may go on.

        Raises Unauthenticated (401) without a token, Forbidden (403) without the role, and NotFound (404) for
        another municipality's resource.
        """
        match self.judge(identity, path_params):
            case Verdict.SIGN_IN:
                raise Unauthenticated(reason="This needs an access token.", fault="missing")
            case Verdict.FORBIDDEN:
                raise Forbidden(needed=self.describe())
            case Verdict.HIDDEN:
                asked = ", ".join(path_params[name] for name in sorted(self.parameters))
                raise NotFound(what="record" if self.parameters == self.persons else "municipality", id=asked)

    def verdict_for(self, role: Role | None, *, same_municipality: bool) -> Verdict:
        """The verdict on a caller with exactly this role (None: no token), for the role × route matrix.

        `same_municipality` says whether the path names the caller's own municipality or another one.
        """
        own, other = "own", "other"
        identity = None if role is None else Identity("matrix", frozenset({role}), own, own)
        return self.judge(identity, dict.fromkeys(self.parameters, own if same_municipality else other))

    def allows_role(self, role: Role | None, same_municipality: bool) -> bool:
        """Whether a caller with exactly this role is permitted."""
        return self.verdict_for(role, same_municipality=same_municipality) is Verdict.PERMITTED

    def __or__(self, other: Policy) -> Policy:
        return AnyOf((*_alternatives(self), *_alternatives(other)))


@dataclass(frozen=True, slots=True)
class Public(Policy):
    """Everybody, also without a token."""

    @property
    def name(self) -> str:
        return "public"

    def describe(self) -> str:
        return "nothing"

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        return Verdict.PERMITTED


@dataclass(frozen=True, slots=True)
class SignedIn(Policy):
    """Everybody with a valid token, whatever the role."""

    @property
    def name(self) -> str:
        return "signed_in"

    def describe(self) -> str:
        return "an access token"

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        return Verdict.SIGN_IN if identity is None else Verdict.PERMITTED


@dataclass(frozen=True, slots=True)
class HasRole(Policy):
    """Whoever holds one of the roles; which rows are seen is row-level security's work."""

    roles: frozenset[Role]

    @property
    def name(self) -> str:
        return f"role({','.join(sorted(self.roles))})"

    def describe(self) -> str:
        return _any_role(self.roles)

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        if identity is None:
            return Verdict.SIGN_IN
        return Verdict.PERMITTED if identity.roles & self.roles else Verdict.FORBIDDEN


@dataclass(frozen=True, slots=True)
class OfMunicipality(Policy):
    """Whoever holds one of the roles in the municipality that the path names."""

    label: str
    roles: frozenset[Role]
    parameter: str

    @property
    def name(self) -> str:
        return f"{self.label}({self.parameter})"

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset({self.parameter})

    def describe(self) -> str:
        return f"{_any_role(self.roles)} in the municipality that the path names"

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        asked = path_params[self.parameter]
        if identity is None:
            return Verdict.SIGN_IN
        if not identity.roles & self.roles:
            return Verdict.FORBIDDEN
        return Verdict.PERMITTED if identity.municipality == asked else Verdict.HIDDEN


@dataclass(frozen=True, slots=True)
class OfPerson(Policy):
    """Whoever holds one of the roles and is the person whose record the path names."""

    roles: frozenset[Role]
    parameter: str

    @property
    def name(self) -> str:
        return f"person_of({self.parameter},{','.join(sorted(self.roles))})"

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset({self.parameter})

    @property
    def persons(self) -> frozenset[str]:
        return self.parameters

    def describe(self) -> str:
        return f"{_any_role(self.roles)} and to be the person whose record the path names"

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        asked = path_params[self.parameter]
        if identity is None:
            return Verdict.SIGN_IN
        if not identity.roles & self.roles:
            return Verdict.FORBIDDEN
        return Verdict.PERMITTED if identity.person == asked else Verdict.HIDDEN


@dataclass(frozen=True, slots=True)
class AnyOf(Policy):
    """Alternatives in the order they were written."""

    alternatives: tuple[Policy, ...]

    @property
    def name(self) -> str:
        return "|".join(policy.name for policy in self.alternatives)

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset().union(*(policy.parameters for policy in self.alternatives))

    @property
    def persons(self) -> frozenset[str]:
        return frozenset().union(*(policy.persons for policy in self.alternatives))

    def describe(self) -> str:
        return ", or ".join(policy.describe() for policy in self.alternatives)

    def judge(self, identity: Identity | None, path_params: Mapping[str, str]) -> Verdict:
        return max(policy.judge(identity, path_params) for policy in self.alternatives)


def _alternatives(policy: Policy) -> tuple[Policy, ...]:
    return policy.alternatives if isinstance(policy, AnyOf) else (policy,)


def _any_role(roles: frozenset[Role]) -> str:
    return f"the role {' or '.join(sorted(roles))}"


def role(*roles: Role) -> Policy:
    """Whoever holds one of these roles."""
    if not roles:
        raise TypeError("role() needs at least one role")
    return HasRole(frozenset(roles))


def officer_of(parameter: str) -> Policy:
    """An officer of the municipality in this path parameter."""
    return OfMunicipality("officer_of", frozenset({Role.OFFICER}), parameter)


def approver_of(parameter: str) -> Policy:
    """An approver of the municipality in this path parameter."""
    return OfMunicipality("approver_of", frozenset({Role.APPROVER}), parameter)


def member_of(parameter: str) -> Policy:
    """Anybody who works for the municipality in this path parameter."""
    return OfMunicipality("member_of", MUNICIPAL_ROLES, parameter)


def person_of(parameter: str, *roles: Role) -> Policy:
    """Whoever holds one of these roles and is the person whose record this path parameter names."""
    if not roles:
        raise TypeError("person_of() needs at least one role")
    return OfPerson(frozenset(roles), parameter)


public: Policy = Public()
signed_in: Policy = SignedIn()
secretariat: Policy = role(Role.SECRETARIAT)

"""Policies: every role against every policy, in the own municipality and in another one."""

from __future__ import annotations

import pytest

from kyodo_events.errors import Forbidden, NotFound, Unauthenticated
from kyodo_platform.identity import (
    Identity,
    Policy,
    Role,
    approver_of,
    member_of,
    officer_of,
    person_of,
    public,
    role,
    secretariat,
    signed_in,
)
from kyodo_platform.identity.policies import Verdict

CHIYODA, CHUO = "131016", "131024"
ALL = frozenset(Role)
MUNICIPALITY = "municipality"

# policy, who may where the path names the own municipality, who may where it names another, who is told 404 there
MATRIX: list[tuple[Policy, frozenset[Role], frozenset[Role], frozenset[Role]]] = [
    (public, ALL, ALL, frozenset()),
    (signed_in, ALL, ALL, frozenset()),
    (secretariat, frozenset({Role.SECRETARIAT}), frozenset({Role.SECRETARIAT}), frozenset()),
    (officer_of(MUNICIPALITY), frozenset({Role.OFFICER}), frozenset(), frozenset({Role.OFFICER})),
    (approver_of(MUNICIPALITY), frozenset({Role.APPROVER}), frozenset(), frozenset({Role.APPROVER})),
    (
        member_of(MUNICIPALITY) | secretariat | role(Role.AUDITOR),
        frozenset({Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR}),
        frozenset({Role.SECRETARIAT, Role.AUDITOR}),
        frozenset({Role.OFFICER, Role.APPROVER}),
    ),
]


@pytest.mark.parametrize("asked", list(Role))
@pytest.mark.parametrize(("policy", "own", "other", "hidden"), MATRIX, ids=lambda value: getattr(value, "name", ""))
def test_every_role(
    policy: Policy, own: frozenset[Role], other: frozenset[Role], hidden: frozenset[Role], asked: Role
) -> None:
    assert policy.allows_role(asked, True) is (asked in own)
    assert policy.allows_role(asked, False) is (asked in other)
    identity = Identity("s", frozenset({asked}), CHIYODA)
    if asked in own:
        policy.permits(identity, {MUNICIPALITY: CHIYODA})
    else:
        with pytest.raises(Forbidden):
            policy.permits(identity, {MUNICIPALITY: CHIYODA})
    if asked in other:
        policy.permits(identity, {MUNICIPALITY: CHUO})
    else:
        with pytest.raises(NotFound if asked in hidden else Forbidden):
            policy.permits(identity, {MUNICIPALITY: CHUO})


@pytest.mark.parametrize("policy", [row[0] for row in MATRIX], ids=lambda policy: policy.name)
def test_without_a_token(policy: Policy) -> None:
    path = {MUNICIPALITY: CHIYODA}
    if policy is public:
        policy.permits(None, path)
        return
    assert policy.verdict_for(None, same_municipality=True).status == 401
    with pytest.raises(Unauthenticated):
        policy.permits(None, path)


def test_a_persons_record_is_that_persons() -> None:
    policy = person_of("expert_id", Role.EXPERT)
    anna = Identity("s", frozenset({Role.EXPERT}), person="anna")
    policy.permits(anna, {"expert_id": "anna"})
    with pytest.raises(NotFound):
        policy.permits(anna, {"expert_id": "bernd"})
    with pytest.raises(NotFound):
        policy.permits(Identity("s", frozenset({Role.EXPERT})), {"expert_id": "anna"})
    with pytest.raises(Forbidden):
        policy.permits(Identity("s", frozenset({Role.SUPPORTER}), person="anna"), {"expert_id": "anna"})


def test_an_officer_without_a_municipality_is_an_officer_of_none() -> None:
    with pytest.raises(NotFound):
        officer_of(MUNICIPALITY).permits(Identity("s", frozenset({Role.OFFICER})), {MUNICIPALITY: CHIYODA})


def test_a_caller_without_roles() -> None:
    nobody = Identity("s", frozenset())
    signed_in.permits(nobody, {})
    with pytest.raises(Forbidden):
        (secretariat | officer_of(MUNICIPALITY)).permits(nobody, {MUNICIPALITY: CHIYODA})


def test_several_roles_take_the_best() -> None:
    both = Identity("s", frozenset({Role.SECRETARIAT, Role.OFFICER}), CHIYODA)
    (officer_of(MUNICIPALITY) | secretariat).permits(both, {MUNICIPALITY: CHUO})


def test_names_and_words() -> None:
    policy = secretariat | officer_of("buyer") | role(Role.AUDITOR, Role.OPERATOR)
    assert policy.name == "role(secretariat)|officer_of(buyer)|role(auditor,operator)"
    assert policy.parameters == {"buyer"}
    assert policy.describe() == (
        "the role secretariat, or the role officer in the municipality that the path names, "
        "or the role auditor or operator"
    )
    assert Verdict.HIDDEN.status == 404
    assert Verdict.PERMITTED.status == 200


def test_a_policy_whose_parameter_is_not_in_the_path_fails_closed() -> None:
    with pytest.raises(KeyError):
        officer_of("buyer").permits(Identity("s", frozenset({Role.OFFICER}), CHIYODA), {MUNICIPALITY: CHIYODA})


def test_a_role_policy_needs_a_role() -> None:
    with pytest.raises(TypeError):
        role()

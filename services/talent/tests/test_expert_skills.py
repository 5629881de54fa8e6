"""The levels of a skill: claimed, evidenced, verified, each resting on the one before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.errors import Refused
from kyodo_events.testing import given
from kyodo_events.values.skills import SkillRef, skills
from kyodo_talent.experts.events import DayImpossible, SkillEvidenced, SkillsClaimed, SkillVerified
from kyodo_talent.experts.model import LONGEST, Expert
from kyodo_talent.experts.parts import EvidenceKind, SkillLevel
from kyodo_talent.experts.skillset import LevelTooHigh, SkillNotClaimed, SkillNotEvidenced

TODAY, LATER = date(2024, 6, 1), date(2026, 3, 31)
CLOUD = SkillRef(scheme="dss-p", version="1.2", code="cloud_sre_engineer")
DATA = SkillRef(scheme="dss-p", version="1.2", code="data_engineer")
REGISTERED = ExpertRegistered(pseudonym="expert-test", personas=("engineer",), half_days_per_month=4)


def level(claimed: int, evidenced: int | None = None, verified: int | None = None, of: SkillRef = CLOUD) -> SkillLevel:
    expires_on = None if verified is None else LATER
    return SkillLevel(**dict(of), claimed=claimed, evidenced=evidenced, verified=verified, expires_on=expires_on)


def has(*found: SkillLevel) -> Expert:
    return Expert(id="test").fold([REGISTERED, SkillsClaimed(skills=found)])


def test_claims_are_all_that_is_claimed() -> None:
    outcome = given(Expert).that(REGISTERED).when(lambda e: e.claim_skills([(DATA, 2), (CLOUD, 4)]))
    after = outcome.then(SkillsClaimed(skills=(level(4), level(2, of=DATA))))
    (left,) = list(after.claim_skills([(DATA, 2)]))
    assert left == SkillsClaimed(skills=(level(2, of=DATA),))
    assert list(after.claim_skills([(CLOUD, 4), (DATA, 2)])) == []


def test_evidence_needs_a_claim_of_at_least_its_level() -> None:
    registered = given(Expert).that(REGISTERED)
    registered.when(lambda e: e.show_evidence(CLOUD, 3, EvidenceKind.CERTIFICATE)).refuses(
        SkillNotClaimed(**dict(CLOUD))
    )
    claimed = registered.that(SkillsClaimed(skills=(level(3),)))
    claimed.when(lambda e: e.show_evidence(CLOUD, 4, EvidenceKind.CERTIFICATE)).refuses(
        LevelTooHigh(code=CLOUD.code, given=4, rests_on="claimed", limit=3)
    )
    claimed.when(lambda e: e.show_evidence(CLOUD, 3, EvidenceKind.CERTIFICATE)).then(
        SkillEvidenced(skill=CLOUD, level=3, kind=EvidenceKind.CERTIFICATE, skills=(level(3, 3),))
    )


def test_verification_needs_evidence_of_at_least_its_level_and_a_day_to_come() -> None:
    claimed = given(Expert).that(REGISTERED, SkillsClaimed(skills=(level(4),)))
    claimed.when(lambda e: e.verify_skill(CLOUD, 3, LATER, TODAY)).refuses(SkillNotEvidenced(code=CLOUD.code))
    evidenced = given(Expert).that(REGISTERED, SkillsClaimed(skills=(level(4, 3),)))
    evidenced.when(lambda e: e.verify_skill(CLOUD, 4, LATER, TODAY)).refuses(
        LevelTooHigh(code=CLOUD.code, given=4, rests_on="evidenced", limit=3)
    )
    evidenced.when(lambda e: e.verify_skill(CLOUD, 3, TODAY, TODAY)).refuses(
        DayImpossible(day=TODAY, latest=TODAY + LONGEST)
    )
    evidenced.when(lambda e: e.verify_skill(CLOUD, 3, LATER, TODAY)).then(
        SkillVerified(skill=CLOUD, level=3, expires_on=LATER, skills=(level(4, 3, 3),))
    )


@pytest.mark.parametrize(
    ("new", "left"),
    [(5, level(5, 3, 3)), (3, level(3, 3, 3)), (2, level(2))],
)
def test_a_claim_below_what_it_carries_takes_that_back(new: int, left: SkillLevel) -> None:
    (event,) = list(has(level(4, 3, 3)).claim_skills([(CLOUD, new)]))
    assert event == SkillsClaimed(skills=(left,))


def test_weaker_evidence_takes_the_verification_back() -> None:
    (event,) = list(has(level(4, 4, 3)).show_evidence(CLOUD, 2, EvidenceKind.INTERVIEW))
    assert isinstance(event, SkillEvidenced)
    assert event.skills == (level(4, 2),)


def test_a_verified_level_counts_on_its_last_day_and_not_the_day_after() -> None:
    skill = level(4, 3, 3)
    assert (skill.proven(LATER), skill.proven(LATER + timedelta(days=1))) == (3, None)


refs = st.sampled_from([SkillRef(scheme=one.scheme, version=one.version, code=one.code) for one in skills()[:4]])
levels = st.integers(0, 5)


def _claim(claims: dict[SkillRef, int]) -> object:
    return lambda expert: expert.claim_skills(list(claims.items()))


steps = st.one_of(
    st.dictionaries(refs, levels, max_size=4).map(_claim),
    st.builds(lambda ref, n: lambda e: e.show_evidence(ref, n, EvidenceKind.INTERVIEW), refs, levels),
    st.builds(lambda ref, n: lambda e: e.verify_skill(ref, n, LATER, TODAY), refs, levels),
)


@given_any(st.lists(steps, max_size=12))
def test_no_level_is_ever_above_what_it_rests_on(taken: list[object]) -> None:
    expert = Expert(id="test").fold([REGISTERED])
    for step in taken:
        try:
            events: Events = step(expert)  # type: ignore[operator]
            expert = expert.fold(list(events))
        except Refused:
            continue
        for skill in expert.skills:
            assert skill.evidenced is None or skill.evidenced <= skill.claimed
            assert skill.verified is None or (skill.evidenced is not None and skill.verified <= skill.evidenced)
            assert (skill.verified is None) == (skill.expires_on is None)
    assert [skill.key for skill in expert.skills] == sorted({skill.key for skill in expert.skills})

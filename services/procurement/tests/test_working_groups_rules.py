"""Working groups: who may speak, and what is recommended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.municipalities import TOKYO, municipalities
from kyodo_procurement.meetings.model import MeetingNotHeld
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.working_groups.model import (
    ApproachProposed,
    ApproachRecommended,
    GroupMemberJoined,
    GroupMemberLeft,
    GroupMet,
    IssueAlreadyResolved,
    IssueRaised,
    IssueResolved,
    Matter,
    NotAMember,
    OpenIssuesNotNamed,
    Recommendation,
    ThemeNotReady,
    WorkingGroup,
    WorkingGroupOpened,
)

CHIYODA, MUSASHINO = "131016", "132039"
TODAY, EARLIER = date(2023, 5, 10), date(2023, 5, 9)
ISSUE = Matter(title_ja="契約の単位", text="団体ごとか。")
APPROACH = Matter(title_ja="共同調達で進める")
MINUTES, SHA256 = "要旨", hashlib.sha256("要旨".encode()).hexdigest()

opened = WorkingGroupOpened(theme_ja="共同電子申請システム")
joined = GroupMemberJoined(municipality=CHIYODA)
left = GroupMemberLeft(municipality=CHIYODA)
raised = IssueRaised(municipality=CHIYODA, issue=1, matter=ISSUE)
resolved = IssueResolved(issue=1, resolution="団体ごとに契約する。", recorded_by=CHIYODA)
proposed = ApproachProposed(municipality=CHIYODA, approach=1, matter=APPROACH)
met = GroupMet(meeting=1, held_on=TODAY, text=MINUTES, sha256=SHA256, recorded_by=TOKYO)


def theme(status: ThemeStatus, deadline: date | None = None) -> Theme:
    return Theme(id="test", status=status, name_ja=opened.theme_ja, deadline=deadline)


def recommended(*open_issues: int) -> ApproachRecommended:
    recommendation = Recommendation(approach=1, proposed_by=CHIYODA, matter=APPROACH, open_issues=open_issues)
    return ApproachRecommended(recommendation=recommendation)


@pytest.mark.parametrize("status", [ThemeStatus.SURVEYED, ThemeStatus.SELECTED])
def test_a_group_is_opened_once_the_needs_are_known(status: ThemeStatus) -> None:
    given(WorkingGroup).when(lambda group: group.open(theme(status), TODAY)).then(opened)


def test_a_survey_whose_deadline_is_over_counts_as_closed() -> None:
    late, still = theme(ThemeStatus.SURVEYING, EARLIER), theme(ThemeStatus.SURVEYING, TODAY)
    given(WorkingGroup).when(lambda group: group.open(late, TODAY)).then(opened)
    given(WorkingGroup).when(lambda group: group.open(still, TODAY)).refuses(
        ThemeNotReady(status=ThemeStatus.SURVEYING)
    )


@pytest.mark.parametrize("status", [ThemeStatus.DRAFTED, ThemeStatus.SHELVED, ThemeStatus.MERGED])
def test_no_group_is_opened_for_what_nobody_works_on(status: ThemeStatus) -> None:
    given(WorkingGroup).when(lambda group: group.open(theme(status), TODAY)).refuses(ThemeNotReady(status=status))


def test_any_municipality_joins_leaves_and_comes_back() -> None:
    group = given(WorkingGroup).that(opened)
    assert group.when(lambda group: group.join(CHIYODA)).then(joined).members == {CHIYODA}
    group.that(joined).when(lambda group: group.join(CHIYODA)).then()
    assert group.that(joined).when(lambda group: group.leave(CHIYODA)).then(left).members == frozenset()
    group.when(lambda group: group.leave(CHIYODA)).then()
    group.that(joined, left).when(lambda group: group.join(CHIYODA)).then(joined)


def record(party: str) -> Callable[[WorkingGroup], Events]:
    return lambda group: group.record_meeting(TODAY, MINUTES, party, TODAY)


@pytest.mark.parametrize(
    "act",
    [
        record(MUSASHINO),
        lambda group: group.raise_issue(MUSASHINO, ISSUE),
        lambda group: group.resolve(1, "解決", MUSASHINO),
        lambda group: group.propose(MUSASHINO, APPROACH),
    ],
)
def test_only_members_speak(act: Callable[[WorkingGroup], Events]) -> None:
    past = given(WorkingGroup).that(opened, joined, raised)
    past.when(act).refuses(NotAMember(municipality=MUSASHINO))
    assert past.that(GroupMemberJoined(municipality=MUSASHINO)).when(act).events


def test_who_has_left_speaks_no_longer_but_what_was_said_stays() -> None:
    group = given(WorkingGroup).that(opened, joined, raised, proposed, left)
    group.when(lambda group: group.raise_issue(CHIYODA, APPROACH)).refuses(NotAMember(municipality=CHIYODA))
    group.when(lambda group: group.recommend(1, [1])).then(recommended(1))


def test_a_meeting_is_recorded_once_it_was_held() -> None:
    group = given(WorkingGroup).that(opened)
    group.when(record(TOKYO)).then(met)
    group.that(met).when(record(TOKYO)).then()
    group.when(lambda group: group.record_meeting(TODAY, MINUTES, TOKYO, EARLIER)).refuses(
        MeetingNotHeld(held_on=TODAY)
    )


def test_issues_are_raised_and_resolved() -> None:
    group = given(WorkingGroup).that(opened, joined)
    assert group.when(lambda group: group.raise_issue(CHIYODA, ISSUE)).then(raised).open_issues == (1,)
    group.that(raised).when(lambda group: group.raise_issue(CHIYODA, ISSUE)).then()
    resolve = group.that(raised).when(lambda group: group.resolve(1, resolved.resolution, CHIYODA))
    assert resolve.then(resolved).open_issues == ()
    done = group.that(raised, resolved)
    done.when(lambda group: group.resolve(1, resolved.resolution, TOKYO)).then()
    done.when(lambda group: group.resolve(1, "別の結論", TOKYO)).refuses(IssueAlreadyResolved(issue=1))
    done.when(lambda group: group.resolve(2, "結論", TOKYO)).refuses(NotFound(what="issue", id=2))
    done.when(lambda group: group.raise_issue(CHIYODA, ISSUE)).then(raised.model_copy(update={"issue": 2}))


def test_an_approach_is_recommended_and_a_later_one_replaces_it() -> None:
    group = given(WorkingGroup).that(opened, joined)
    group.when(lambda group: group.recommend(1, [])).refuses(NotFound(what="approach", id=1))
    group.when(lambda group: group.propose(CHIYODA, APPROACH)).then(proposed)
    group.that(proposed).when(lambda group: group.propose(CHIYODA, APPROACH)).then()
    after = group.that(proposed).when(lambda group: group.recommend(1, [])).then(recommended())
    assert after.recommended == recommended().recommendation
    group.that(proposed, recommended()).when(lambda group: group.recommend(1, [])).then()
    second = ApproachProposed(municipality=CHIYODA, approach=2, matter=ISSUE)
    replaced = Recommendation(approach=2, proposed_by=CHIYODA, matter=ISSUE, open_issues=())
    later = group.that(proposed, recommended(), second).when(lambda group: group.recommend(2, []))
    assert later.then(ApproachRecommended(recommendation=replaced)).recommended == replaced


numbers = st.integers(1, 6)


@given_any(raised=st.integers(0, 6), resolved=st.sets(numbers), named=st.lists(numbers))
def test_a_recommendation_never_hides_an_open_issue(raised: int, resolved: set[int], named: list[int]) -> None:
    past = [
        IssueRaised(municipality=CHIYODA, issue=n, matter=Matter(title_ja=f"課題{n}")) for n in range(1, raised + 1)
    ]
    done = [IssueResolved(issue=n, resolution="済", recorded_by=TOKYO) for n in sorted(resolved) if n <= raised]
    outcome = given(WorkingGroup).that(opened, joined, proposed, *past, *done).when(lambda g: g.recommend(1, named))
    still = tuple(n for n in range(1, raised + 1) if n not in resolved)
    if set(named) == set(still):
        outcome.then(recommended(*still))
    else:
        outcome.refuses(OpenIssuesNotNamed(open_issues=list(still)))


def test_all_62_may_be_members() -> None:
    codes = [municipality.code for municipality in municipalities()]
    group = WorkingGroup(id="test").fold([opened, *(GroupMemberJoined(municipality=code) for code in codes)])
    assert group.members == set(codes)


def test_words_name_municipalities_and_open_issues() -> None:
    assert joined.in_words() == "千代田区が参加した"
    assert recommended().in_words() == "進め方1「共同調達で進める」を推奨とした（未解決の課題：なし）"
    assert recommended(1, 3).in_words().endswith("（未解決の課題：1、3）")

"""Participation agreements: from invitation to signature, from notice to the end, and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.projects import (
    ParticipantJoined,
    ParticipantLeft,
    ProjectConcluded,
    ProjectStarted,
    ProjectSuspended,
    Stage,
)
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.participation.events import (
    AgreementStatus,
    NoticeGiven,
    ParticipationIntended,
    ParticipationInvited,
    ParticipationKind,
    ParticipationSigned,
)
from kyodo_procurement.participation.model import (
    AlreadyTakesPart,
    DoesNotTakePart,
    LeavesBeforeJoining,
    NoticeReachesBack,
    Period,
)
from kyodo_procurement.projects.model import Project, ProjectStatus
from kyodo_procurement.projects.refusals import ProjectNotActive

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
FULL, ASSOCIATE = ParticipationKind
MARCH, APRIL, JULY, AUGUST = (Month(f"2024-0{number}") for number in (3, 4, 7, 8))
IN_APRIL = date(2024, 4, 30)

started = ProjectStarted(name_ja="共同電子申請", theme_id="theme", stage=Stage.FULL)
invited = ParticipationInvited(municipality=CHIYODA)
intended = ParticipationIntended(municipality=CHIYODA)


def signed(
    municipality: str = CHIYODA, from_month: Month = APRIL, kind: ParticipationKind = FULL
) -> tuple[Event, Event]:
    return (
        ParticipationSigned(municipality=municipality, from_month=from_month, kind=kind),
        ParticipantJoined(municipality=municipality, from_month=from_month),
    )


def left(last_month: Month, municipality: str = CHIYODA, reason: str = "") -> tuple[Event, Event]:
    return (
        NoticeGiven(municipality=municipality, last_month=last_month, reason=reason),
        ParticipantLeft(municipality=municipality, last_month=last_month),
    )


def after(*past: Event) -> Given[Project]:
    return given(Project).that(started, *past)


def test_from_invitation_to_the_end() -> None:
    project = after().when(lambda project: project.invite(CHIYODA)).then(invited)
    assert project.agreement(CHIYODA).status(APRIL) is AgreementStatus.INVITED
    project = after(invited).when(lambda project: project.intend(CHIYODA)).then(intended)
    assert project.agreement(CHIYODA).status(APRIL) is AgreementStatus.INTENDED
    project = after(invited, intended).when(lambda project: project.sign(CHIYODA, APRIL, FULL)).then(*signed())
    agreement = project.agreement(CHIYODA)
    assert [agreement.status(month) for month in (MARCH, APRIL)] == [AgreementStatus.SIGNED, AgreementStatus.ACTIVE]
    project = (
        after(*signed())
        .when(lambda project: project.give_notice(CHIYODA, JULY, "自前の仕組み", IN_APRIL))
        .then(*left(JULY, reason="自前の仕組み"))
    )
    agreement = project.agreement(CHIYODA)
    assert [agreement.status(month) for month in (APRIL, JULY)] == [AgreementStatus.NOTICE_GIVEN] * 2
    assert agreement.status(AUGUST) is AgreementStatus.ENDED


def test_what_was_done_before_changes_nothing() -> None:
    after(invited).when(lambda project: project.invite(CHIYODA)).then()
    after(invited, intended).when(lambda project: project.invite(CHIYODA)).then()
    after(intended).when(lambda project: project.intend(CHIYODA)).then()
    after(*signed()).when(lambda project: project.sign(CHIYODA, APRIL, FULL)).then()
    # also when that month is over by now
    after(*signed(), *left(APRIL)).when(
        lambda project: project.give_notice(CHIYODA, APRIL, "", date(2024, 12, 1))
    ).then()


def test_nobody_needs_an_invitation_to_mean_to_or_to_sign() -> None:
    after().when(lambda project: project.intend(CHIYODA)).then(intended)
    after().when(lambda project: project.sign(CHIYODA, JULY, ASSOCIATE)).then(*signed(CHIYODA, JULY, ASSOCIATE))


def test_a_participant_is_not_asked_and_does_not_sign_again() -> None:
    refusal = AlreadyTakesPart(from_month=APRIL, until="further notice")
    participant = after(*signed())
    participant.when(lambda project: project.invite(CHIYODA)).refuses(refusal)
    participant.when(lambda project: project.intend(CHIYODA)).refuses(refusal)
    participant.when(lambda project: project.sign(CHIYODA, JULY, FULL)).refuses(refusal)
    participant.when(lambda project: project.sign(CHIYODA, APRIL, ASSOCIATE)).refuses(refusal)


def test_whoever_left_comes_back_after_the_last_month() -> None:
    gone = after(*signed(), *left(JULY))
    gone.when(lambda project: project.sign(CHIYODA, JULY, FULL)).refuses(AlreadyTakesPart(from_month=APRIL, until=JULY))
    gone.when(lambda project: project.invite(CHIYODA)).then(invited)
    project = gone.when(lambda project: project.sign(CHIYODA, AUGUST, ASSOCIATE)).then(
        *signed(CHIYODA, AUGUST, ASSOCIATE)
    )
    assert project.participants == {CHIYODA: (Period(APRIL, JULY), Period(AUGUST, None, ASSOCIATE))}
    assert all(project.is_taking_part(CHIYODA, month) for month in (APRIL, JULY, AUGUST))
    assert not project.is_taking_part(CHIYODA, MARCH)


def test_only_participants_give_notice_and_only_once() -> None:
    after(intended).when(lambda project: project.give_notice(CHIYODA, JULY, "", IN_APRIL)).refuses(DoesNotTakePart())
    after(*signed(), *left(JULY)).when(lambda project: project.give_notice(CHIYODA, AUGUST, "", IN_APRIL)).refuses(
        DoesNotTakePart()
    )


def test_notice_is_given_neither_for_before_the_first_month_nor_for_one_that_is_over() -> None:
    after(*signed(CHIYODA, JULY)).when(lambda project: project.give_notice(CHIYODA, APRIL, "", IN_APRIL)).refuses(
        LeavesBeforeJoining(from_month=JULY, last_month=APRIL)
    )
    after(*signed()).when(lambda project: project.give_notice(CHIYODA, JULY, "", date(2024, 8, 1))).refuses(
        NoticeReachesBack(last_month=JULY, now=AUGUST)
    )
    after(*signed()).when(lambda project: project.give_notice(CHIYODA, JULY, "", date(2024, 7, 31))).then(*left(JULY))


def test_nobody_joins_what_is_concluded_but_whoever_takes_part_may_leave() -> None:
    over = after(*signed(), ProjectConcluded(reason="終了"))
    refusal = ProjectNotActive(status=ProjectStatus.CONCLUDED)
    over.when(lambda project: project.invite(MUSASHINO)).refuses(refusal)
    over.when(lambda project: project.intend(MUSASHINO)).refuses(refusal)
    over.when(lambda project: project.sign(MUSASHINO, JULY, FULL)).refuses(refusal)
    over.when(lambda project: project.give_notice(CHIYODA, JULY, "", IN_APRIL)).then(*left(JULY))


def test_late_joiners_are_welcome_also_while_a_project_rests() -> None:
    resting = after(ProjectSuspended(reason="制度改正待ち"))
    resting.when(lambda project: project.sign(MUSASHINO, JULY, FULL)).then(*signed(MUSASHINO, JULY))


def test_a_participant_from_before_agreements_were_kept_is_a_full_one() -> None:
    project = Project().fold([started, ParticipantJoined(municipality=CHIYODA, from_month=APRIL)])
    assert project.full_participants(APRIL) == (CHIYODA,)
    assert project.agreement(CHIYODA).status(APRIL) is AgreementStatus.ACTIVE


def test_who_takes_part_from_a_month_on_and_who_has_a_vote() -> None:
    project = Project().fold(
        [started, *signed(MUSASHINO, AUGUST), *signed(), *left(JULY), *signed(OKUTAMA, APRIL, ASSOCIATE)]
    )
    assert project.taking_part_from(APRIL) == project.taking_part_from(JULY) == (CHIYODA, MUSASHINO, OKUTAMA)
    assert project.taking_part_from(AUGUST) == (MUSASHINO, OKUTAMA)
    assert project.full_participants(JULY) == (CHIYODA, MUSASHINO)
    assert project.full_participants(AUGUST) == (MUSASHINO,)


MONTHS = [Month.of(2024, number) for number in range(1, 13)]
moves = st.tuples(st.sampled_from(["sign", "give_notice"]), st.sampled_from(MONTHS), st.sampled_from(ParticipationKind))


@given_any(st.lists(moves, max_size=12))
def test_a_municipality_never_takes_part_twice_in_a_month(moves: list[tuple[str, Month, ParticipationKind]]) -> None:
    project = Project().fold([started])
    for move, month, kind in moves:
        try:
            if move == "sign":
                events = list(project.sign(CHIYODA, month, kind))
            else:
                events = list(project.give_notice(CHIYODA, month, "", date(2024, 1, 1)))
        except Refused:
            continue
        project = project.fold(events)
    periods = project.participants.get(CHIYODA, ())
    for month in MONTHS:
        assert sum(period.includes(month) for period in periods) <= 1
    assert all(period.last_month is not None for period in periods[:-1])


@pytest.mark.parametrize("kind", ParticipationKind)
def test_a_notice_leaves_all_that_was_recorded_before_as_it_is(kind: ParticipationKind) -> None:
    """Orders, usage and charges are events of their own: a notice adds its two to the project and touches no other."""
    project = Project(id="test").fold([started, *signed(CHIYODA, APRIL, kind), *signed(MUSASHINO)])
    events = list(project.give_notice(CHIYODA, JULY, "", IN_APRIL))
    assert events == list(left(JULY))
    gone = project.fold(events)
    assert gone.agreement(MUSASHINO) == project.agreement(MUSASHINO)
    assert all(gone.is_taking_part(CHIYODA, month) for month in (APRIL, JULY))

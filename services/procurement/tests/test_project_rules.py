"""Projects: what may happen, and when."""

from __future__ import annotations

from kyodo_events.contracts.procurement import ParticipantJoined, ParticipantLeft, ProjectStarted, Stage
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.projects.model import (
    AlreadyTakesPart,
    BurdenTermsNumbered,
    DoesNotTakePart,
    LeavesBeforeJoining,
    Project,
    ThemeNotSelected,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus

CHIYODA, MUSASHINO = "131016", "132039"
APRIL, JULY, AUGUST = Month("2024-04"), Month("2024-07"), Month("2024-08")
THEME = "0193f1a0-0000-7000-8000-000000000001"

started = ProjectStarted(name_ja="共同電子申請システム", theme_id=THEME, stage=Stage.FULL)


def joined(municipality: str, from_month: Month = APRIL) -> ParticipantJoined:
    return ParticipantJoined(municipality=municipality, from_month=from_month)


def left(municipality: str, last_month: Month) -> ParticipantLeft:
    return ParticipantLeft(municipality=municipality, last_month=last_month)


def test_a_selected_theme_becomes_a_project_with_its_first_participants() -> None:
    theme = Theme(id=THEME, status=ThemeStatus.SELECTED)
    participants = {MUSASHINO: JULY, CHIYODA: APRIL}
    given(Project).when(lambda project: project.start(theme, started.name_ja, Stage.FULL, participants)).then(
        started, joined(CHIYODA), joined(MUSASHINO, JULY)
    )


def test_a_theme_that_is_not_selected_becomes_no_project() -> None:
    theme = Theme(id=THEME, status=ThemeStatus.SURVEYED)
    given(Project).when(lambda project: project.start(theme, started.name_ja, Stage.FULL, {})).refuses(
        ThemeNotSelected(status=ThemeStatus.SURVEYED)
    )


def test_a_municipality_joins_and_joining_again_changes_nothing() -> None:
    given(Project).that(started).when(lambda project: project.join(CHIYODA, APRIL)).then(joined(CHIYODA))
    given(Project).that(started, joined(CHIYODA)).when(lambda project: project.join(CHIYODA, APRIL)).then()


def test_a_participant_does_not_join_for_another_month() -> None:
    given(Project).that(started, joined(CHIYODA)).when(lambda project: project.join(CHIYODA, JULY)).refuses(
        AlreadyTakesPart(from_month=APRIL, asked=JULY)
    )


def test_whoever_left_comes_back_after_the_last_month() -> None:
    gone = given(Project).that(started, joined(CHIYODA), left(CHIYODA, JULY))
    gone.when(lambda project: project.join(CHIYODA, JULY)).refuses(AlreadyTakesPart(from_month=APRIL, asked=JULY))
    project = gone.when(lambda project: project.join(CHIYODA, AUGUST)).then(joined(CHIYODA, AUGUST))
    assert project.taking_part_from(AUGUST) == (CHIYODA,)


def test_a_participant_leaves_and_leaving_again_changes_nothing() -> None:
    given(Project).that(started, joined(CHIYODA)).when(lambda project: project.leave(CHIYODA, APRIL)).then(
        left(CHIYODA, APRIL)
    )
    given(Project).that(started, joined(CHIYODA), left(CHIYODA, APRIL)).when(
        lambda project: project.leave(CHIYODA, APRIL)
    ).then()


def test_nobody_leaves_before_joining() -> None:
    given(Project).that(started, joined(CHIYODA, JULY)).when(lambda project: project.leave(CHIYODA, APRIL)).refuses(
        LeavesBeforeJoining(from_month=JULY, last_month=APRIL)
    )


def test_only_participants_leave_and_only_once() -> None:
    given(Project).that(started).when(lambda project: project.leave(CHIYODA, JULY)).refuses(DoesNotTakePart())
    given(Project).that(started, joined(CHIYODA), left(CHIYODA, JULY)).when(
        lambda project: project.leave(CHIYODA, AUGUST)
    ).refuses(DoesNotTakePart())


def test_who_takes_part_from_a_month_on() -> None:
    project = Project().fold([started, joined(MUSASHINO, AUGUST), joined(CHIYODA), left(CHIYODA, JULY)])
    assert project.taking_part_from(APRIL) == (CHIYODA, MUSASHINO)
    assert project.taking_part_from(JULY) == (CHIYODA, MUSASHINO)
    assert project.taking_part_from(AUGUST) == (MUSASHINO,)


def test_proposals_of_terms_are_numbered_from_one() -> None:
    given(Project).that(started).when(lambda project: project.number_terms()).then(BurdenTermsNumbered(number=1))
    given(Project).that(started, BurdenTermsNumbered(number=1)).when(lambda project: project.number_terms()).then(
        BurdenTermsNumbered(number=2)
    )

"""The rules of programmes: given, when, then."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_supporter_matching.programmes.model import (
    Programme,
    ProgrammeIsRetired,
    TrainingProgrammeDrafted,
    TrainingProgrammePublished,
    TrainingProgrammeRetired,
)
from kyodo_supporter_matching.programmes.values import Content
from tests.support.supporter_matching.training import (
    BASICS,
    CONTENT,
    NEXT,
    RAW,
)

drafted = TrainingProgrammeDrafted(content=CONTENT)
published = TrainingProgrammePublished(number=1, content=CONTENT)


def test_a_draft_becomes_the_next_version_and_versions_stay() -> None:
    given(Programme).when(lambda one: one.write(CONTENT)).then(drafted)
    given(Programme).that(drafted).when(Programme.publish).then(published)
    first = given(Programme).that(drafted, published)
    first.when(lambda one: one.write(NEXT)).then(TrainingProgrammeDrafted(content=NEXT))
    second = first.that(TrainingProgrammeDrafted(content=NEXT)).when(Programme.publish)
    programme = second.then(TrainingProgrammePublished(number=2, content=NEXT))
    assert (programme.content_of(1), programme.content_of(2), programme.draft) == (CONTENT, NEXT, None)
    for number in (0, 3):
        with pytest.raises(NotFound):
            programme.content_of(number)


def test_what_changes_nothing_is_not_said_again() -> None:
    given(Programme).that(drafted).when(lambda one: one.write(CONTENT)).then()
    given(Programme).that(drafted, published).when(lambda one: one.write(CONTENT)).then()
    given(Programme).that(drafted, published).when(Programme.publish).then()
    given(Programme).that(drafted, TrainingProgrammeRetired(reason_ja="後継")).when(lambda one: one.retire("再")).then()


def test_a_retired_programme_gets_nothing_new() -> None:
    retired = given(Programme).that(
        TrainingProgrammeDrafted(content=CONTENT), TrainingProgrammeRetired(reason_ja="後継")
    )
    refused = ProgrammeIsRetired(programme_id="test")
    retired.when(Programme.publish).refuses(refused)
    retired.when(lambda one: one.write(NEXT)).refuses(refused)


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": []},
        {"units": [BASICS, BASICS]},
        {"refresher": []},
        {"refresher": ["nothing"]},
        {"refresher": ["basics", "basics"]},
        {"passing_score": 0},
        {"passing_score": 101},
        {"most_attempts": 0},
        {"valid_months": 0},
    ],
)
def test_what_is_no_programme(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(RAW | wrong)

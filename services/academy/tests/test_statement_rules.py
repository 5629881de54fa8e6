"""What statements say, as whole numbers; how people and activities are called; what they may not hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kyodo_academy.statements.incoming import StatementIn
from kyodo_academy.statements.values import (
    PROGRESS,
    VIDEO_PROGRESS,
    Duration,
    Names,
    duration_of,
    percent_of,
    seconds_of,
    unit_in,
    unit_path,
)

COURSE, LEARNER = "01941f29-7c00-7000-8000-000000000021", "01941f29-7c00-7000-8000-000000000011"
NAMES = Names("https://kyodo.example.jp/")
DURATION: TypeAdapter[str] = TypeAdapter(Duration)


def said(**changed: Any) -> dict[str, Any]:
    return {
        "actor": {"account": {"homePage": NAMES.home_page, "name": f"learner-{LEARNER}"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/progressed"},
        "object": {"id": NAMES.activity(unit_path(COURSE, "basics"))},
    } | changed


@given_any(st.integers(0, 10**8))
def test_a_duration_comes_back_as_it_was(seconds: int) -> None:
    assert seconds_of(DURATION.validate_python(duration_of(seconds))) == seconds


@pytest.mark.parametrize(
    ("duration", "seconds"), [("PT4M30S", 270), ("PT1H0.999S", 3600), ("P1DT1S", 86_401), ("P2W", 1_209_600)]
)
def test_durations_are_whole_seconds(duration: str, seconds: int) -> None:
    assert seconds_of(DURATION.validate_python(duration)) == seconds


@pytest.mark.parametrize("duration", ["P", "PT", "P1Y", "P1M", "4M", "PT-4M", "P1W2D"])
def test_what_is_no_duration_or_varies_in_length_is_refused(duration: str) -> None:
    with pytest.raises(ValidationError):
        DURATION.validate_python(duration)


def test_shares_are_whole_percent() -> None:
    assert [percent_of(share) for share in (0, 0.005, 0.285, 0.994, 0.995, 1)] == [0, 1, 29, 99, 100, 100]


def test_a_unit_is_found_by_its_name_and_nothing_else_is() -> None:
    iri = NAMES.activity(unit_path(COURSE, "basics"))
    assert iri == f"https://kyodo.example.jp/xapi/courses/{COURSE}/units/basics"
    assert unit_in(NAMES.path_of(iri)) == (COURSE, "basics")
    for other in (f"{iri}/more", iri.replace("units", "parts"), iri.replace("kyodo", "other"), iri.upper()):
        assert unit_in(NAMES.path_of(other)) is None


def test_scores_and_progress_are_read_in_percent() -> None:
    for score, percent in (
        ({"scaled": 0.857}, 86),
        ({"scaled": -0.5}, 0),
        ({"raw": 15, "min": 10, "max": 20}, 50),
        ({"raw": 7}, None),
        ({"scaled": 0.2, "raw": 9, "max": 10}, 20),
    ):
        assert StatementIn.model_validate(said(result={"score": score})).score == percent
    for extensions, progress in (({PROGRESS: 40}, 40), ({VIDEO_PROGRESS: 0.4}, 40), ({"https://x.example/y": 1}, None)):
        assert StatementIn.model_validate(said(result={"extensions": extensions})).progress == progress


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"actor": {"mbox": "mailto:placeholder@example.jp"}}, ("actor", "mbox")),
        ({"actor": {**said()["actor"], "name": "見本 学"}}, ("actor", "name")),
        ({"actor": {"account": {"homePage": NAMES.home_page, "name": "A-00001"}}}, ("actor", "account", "name")),
        ({"result": {"score": {"scaled": 1.5}}}, ("result", "score", "scaled")),
        ({"result": {"score": {"raw": 11, "max": 10}}}, ("result", "score")),
        ({"result": {"duration": "P1M"}}, ("result", "duration")),
        ({"result": {"extensions": {PROGRESS: 101}}}, ("result", "extensions", PROGRESS)),
        ({"timestamp": "2026-06-22"}, ("timestamp",)),
        ({"version": "0.9"}, ("version",)),
        ({"attachments": []}, ("attachments",)),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changed: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        StatementIn.model_validate(said(**changed))
    assert place in {tuple(error["loc"]) for error in refused.value.errors()}

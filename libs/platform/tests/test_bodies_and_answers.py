"""Bodies refuse what they do not know; answers are made from aggregates and rows alike; migrations go forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import ValidationError

from kyodo_events.aggregate import Aggregate
from kyodo_platform.database.migrations import forward_only
from kyodo_platform.resources import Body, Resource, labelled

COLOURS_JA = {"red": "赤", "blue": "青"}


@dataclass(frozen=True)
class Ball(Aggregate, category="ball"):
    colours: tuple[str, ...] = ()
    weight: int = 0

    @property
    def is_heavy(self) -> bool:
        return self.weight > 10


class BallIn(Body):
    weight: int


class BallOut(Resource):
    id: str
    is_heavy: bool
    colours: Annotated[dict[str, str], labelled(COLOURS_JA)]


def test_a_body_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        BallIn.model_validate({"weight": 1, "wieght": 2})


def test_an_aggregate_and_its_row_give_the_same_answer() -> None:
    ball = Ball(id="b", version=3, colours=("blue", "red"), weight=11)
    row = {"id": "b", "version": 3, "colours": ["blue", "red"], "is_heavy": True, "weight": 11}
    assert BallOut.of(ball) == BallOut.of(row)
    assert BallOut.of(ball).model_dump() == {
        "id": "b",
        "version": 3,
        "is_heavy": True,
        "colours": {"blue": "青", "red": "赤"},
    }


def test_an_answer_that_was_made_reads_as_itself() -> None:
    answer = BallOut.of(Ball(id="b", version=1, colours=("red",)))
    assert BallOut.model_validate(answer.model_dump()) == answer


def test_migrations_only_go_forward() -> None:
    with pytest.raises(RuntimeError, match="only goes forward"):
        forward_only()

"""Planted bugs of talent: each breaks one promise, so that a test can show that its check would notice.

They are patched in by tests, never switched on in the product.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kyodo_platform.personal import PersonalData
from kyodo_talent.profiles import api as profiles_api
from kyodo_talent.profiles.schemas import ProfileWritten
from kyodo_talent.schedules.events import HoldLapsed
from kyodo_talent.schedules.model import Schedule

TWO = 2


def answer_and_log_what_is_written(patch: pytest.MonkeyPatch) -> None:
    """Who writes a profile is answered with it, which an Idempotency-Key stores; and it is logged, to find faults."""
    seal, texts = PersonalData.seal, dict[str, str]()

    async def seal_and_log(self: PersonalData, person: str, given: Mapping[str, str]) -> dict[str, str]:
        texts.update(given)
        logging.getLogger("kyodo_talent.profiles").debug("sealing %r", given)
        return await seal(self, person, given)

    def answer(**fields: Any) -> ProfileWritten:
        return ProfileWritten(**fields | {"fields": list(texts.values())})

    patch.setattr(PersonalData, "seal", seal_and_log)
    patch.setattr(profiles_api, "ProfileWritten", answer)


def show_everybody(patch: pytest.MonkeyPatch) -> None:
    """Whoever may ask for a profile reads it, without consent or look."""

    async def may_read(*_: Any) -> bool:
        return True

    patch.setattr("kyodo_talent.profiles.api._may_read", may_read)


def forget_who_relied_on_an_expired_hold(patch: pytest.MonkeyPatch) -> None:
    """An expired hold is left out of the sums, and nothing is recorded: a slower clock still confirms it."""

    def nothing(_: Schedule, __: Any) -> Iterator[HoldLapsed]:
        return iter(())

    patch.setattr(Schedule, "_lapsed", nothing)

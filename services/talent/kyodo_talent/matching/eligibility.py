"""Who can be asked by whom, for all pairs at once: the rule of `values.fits`, by classes instead of pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kyodo_talent.matching.values import Candidate, Instance, Seeker, fits


def asking_class(seeker: Seeker) -> tuple[str, str, str]:
    """All that decides who can be asked."""
    return seeker.persona.value, seeker.mode.value, seeker.area.value


def asked_class(candidate: Candidate) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    """All that decides by whom somebody can be asked."""
    return (
        tuple(sorted(persona.value for persona in candidate.personas)),
        tuple(sorted(area.value for area in candidate.areas)),
        candidate.remote,
        candidate.on_site,
    )


def eligible(instance: Instance) -> npt.NDArray[np.bool_]:
    """Requests × experts. There are few classes, so each pair of classes is looked at once."""
    seekers, of_seeker = _classes([asking_class(one) for one in instance.seekers])
    candidates, of_candidate = _classes([asked_class(one) for one in instance.candidates])
    by_class = np.array(
        [[fits(instance.seekers[s], instance.candidates[c]) for c in candidates] for s in seekers], dtype=np.bool_
    ).reshape(len(seekers), len(candidates))
    return by_class[np.ix_(of_seeker, of_candidate)]


def _classes(keys: list[tuple[object, ...]]) -> tuple[list[int], list[int]]:
    """The place of the first member of each class, and the class of each member."""
    number: dict[tuple[object, ...], int] = {}
    first, of = [], []
    for place, key in enumerate(keys):
        if key not in number:
            number[key] = len(number)
            first.append(place)
        of.append(number[key])
    return first, of

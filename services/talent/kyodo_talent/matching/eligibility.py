"""Who can be asked by whom, for all pairs at once: the rules of `values.fits`, by classes instead of pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kyodo_talent.matching.values import Candidate, Instance, Seeker, suits


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
    """Requests × experts. There are few classes, so each pair of classes is looked at once; then who is barred goes."""
    seekers, of_seeker = _classes([asking_class(one) for one in instance.seekers])
    candidates, of_candidate = _classes([asked_class(one) for one in instance.candidates])
    by_class = np.array(
        [[suits(instance.seekers[s], instance.candidates[c]) for c in candidates] for s in seekers], dtype=np.bool_
    ).reshape(len(seekers), len(candidates))
    found = by_class[np.ix_(of_seeker, of_candidate)]
    place = {one.expert_id: number for number, one in enumerate(instance.candidates)}
    for number, seeker in enumerate(instance.seekers):
        found[number, [place[expert_id] for expert_id in seeker.barred if expert_id in place]] = False
    return found


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

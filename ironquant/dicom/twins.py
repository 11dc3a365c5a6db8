"""Trains that show the same images more than once: repeated breath-holds, filtered and unfiltered twins.

All stay listed and readable; one of them is preferred, and every one says so. The rules that decide
stand in ``resources/vendors.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Finding, SeriesRef
from ironquant.dicom.frames import same_repetition_time
from ironquant.dicom.geometry import SLICE_TOLERANCE_MM
from ironquant.dicom.grid import TE_TOLERANCE_MS
from ironquant.resources import load_table

_STEP_TOLERANCE_MM = 0.01


@dataclass(frozen=True, eq=False)
class Traits:
    """What tells whether two trains show the same images, and which of them serves better.

    Attributes
    ----------
    corners : ndarray, shape (slice, 3)
        Centre of the first pixel of every slice (LPS, mm).
    steps : ndarray, shape (2, 3)
        From a pixel to the next along a row and down a column.
    protocol : tuple
        What scans of one protocol share.
    repetition_time : float or None
        None under ECG gating.
    acquired : str
        When; compared as text.
    rank : int
        Among the repeats of one series.
    """

    corners: NDArray[np.float64]
    steps: NDArray[np.float64]
    protocol: tuple[object, ...]
    repetition_time: float | None = None
    filters: tuple[str, ...] = ()
    lossy: bool = False
    acquired: str = ""
    rank: int = 0


@dataclass(frozen=True)
class _Candidate:
    ref: SeriesRef
    traits: Traits


_RANKS: dict[str, Callable[[_Candidate], float | str | tuple[str, int, int]]] = {
    "slices": lambda one: len(one.traits.corners),
    "echoes": lambda one: len(one.ref.te_ms),
    "unfiltered": lambda one: -len(one.traits.filters),
    "lossless": lambda one: not one.traits.lossy,
    "later": lambda one: (one.traits.acquired, one.ref.number or 0, one.traits.rank),
}


def twins_marked(refs: Sequence[SeriesRef]) -> tuple[SeriesRef, ...]:
    """Mark readable trains that show the same images: one is preferred, the others are its twins.

    Returns
    -------
    tuple of SeriesRef
        In the same order. `SeriesRef.twin_of` names the preferred train; every member of a group has the
        finding ``twin_preferred`` or ``twin_passed_over``, with the other series and the reason.
    """
    groups: list[list[_Candidate]] = []
    for ref in refs:
        traits = getattr(ref.source, "traits", None)
        if not ref.readable or traits is None:
            continue
        candidate = _Candidate(ref, traits)
        for group in groups:
            if all(_same_images(member, candidate) for member in group):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    marked: dict[int, SeriesRef] = {}
    for group in groups:
        if len(group) > 1:
            marked |= _judged(group)
    return tuple(marked.get(id(ref), ref) for ref in refs)


def _judged(group: list[_Candidate]) -> dict[int, SeriesRef]:
    """Prefer one of a group."""
    order: list[str] = load_table("vendors")["twins"]["order"]
    best = max(group, key=lambda one: tuple(_RANKS[rule](one) for rule in order))
    marked = {}
    reasons = []
    for one in group:
        if one is best:
            continue
        reason = next((rule for rule in order if _RANKS[rule](one) != _RANKS[rule](best)), "first")
        reasons.append(f"twin_{reason}")
        params = {"series": best.ref.label or best.ref.key, "reason": f"twin_{reason}"}
        told = (*one.ref.findings, Finding("twin_passed_over", "info", params))
        marked[id(one.ref)] = replace(one.ref, twin_of=best.ref.key, findings=told)
    others = ", ".join(one.ref.label or one.ref.key for one in group if one is not best)
    preferred = Finding("twin_preferred", "info", {"series": others, "reason": reasons[0]})
    marked[id(best.ref)] = replace(best.ref, findings=(*best.ref.findings, preferred))
    return marked


def show_the_same(one: SeriesRef, other: SeriesRef) -> bool:
    """Whether two trains were taken at the same places and echo times by one protocol."""
    traits = [getattr(ref.source, "traits", None) for ref in (one, other)]
    if traits[0] is None or traits[1] is None:
        return False
    return _same_images(_Candidate(one, traits[0]), _Candidate(other, traits[1]))


def _same_images(one: _Candidate, other: _Candidate) -> bool:
    """Whether one train shows what the other shows, of which some slices or echoes may be missing."""
    if one.ref.shape[1:] != other.ref.shape[1:] or one.traits.protocol != other.traits.protocol:
        return False
    if not same_repetition_time(one.traits.repetition_time, other.traits.repetition_time):
        return False
    if one.ref.organ_guess != other.ref.organ_guess:
        return False
    if not np.allclose(one.traits.steps, other.traits.steps, rtol=0, atol=_STEP_TOLERANCE_MM):
        return False
    times = [np.asarray(candidate.ref.te_ms)[:, None] for candidate in (one, other)]
    return _one_within_the_other(times[0], times[1], TE_TOLERANCE_MS) and _one_within_the_other(
        one.traits.corners, other.traits.corners, SLICE_TOLERANCE_MM
    )


def _one_within_the_other(first: NDArray[np.float64], second: NDArray[np.float64], tolerance: float) -> bool:
    """Whether every point of the smaller set is one of the larger."""
    fewer, more = sorted((first, second), key=len)
    distances = np.linalg.norm(fewer[:, None, :] - more[None, :, :], axis=-1)
    return bool((distances.min(axis=1) <= tolerance).all())

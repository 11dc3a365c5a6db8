"""Series that hold one echo each of one train → that train."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

import numpy as np

from ironquant.core import MIN_ECHOES
from ironquant.dicom.classify import MAP_PREFIX
from ironquant.dicom.frames import same_repetition
from ironquant.dicom.geometry import SLICE_TOLERANCE_MM, clusters, height, same_matrix, same_stack
from ironquant.dicom.grid import TE_TOLERANCE_MS, te_numbers
from ironquant.dicom.grouping import Train, alike, grouped, parameters
from ironquant.dicom.repeats import runs
from ironquant.dicom.stems import description_stem


def merged(trains: list[Train]) -> list[Train]:
    """Join series that hold one echo each of the same train; all others stay as they are.

    Those whose frame of reference no other series has are tried again without it: some consoles draw
    one for every series. They are joined only if a train comes of it.
    """
    single = [train for train in trains if _is_single_echo(train)]
    result = [train for train in trains if not _is_single_echo(train)]
    lone: list[Train] = []
    for run in _all_runs(single, lambda train: (*_kind(train), train.frames[0].file.frame_of_reference)):
        (lone if len(run) == 1 else result).append(_joined(run))
    for run in _all_runs(lone, _kind):
        result += [_joined(run)] if len(run) >= MIN_ECHOES else run
    return result


def _all_runs(trains: list[Train], kind: Callable[[Train], tuple[Hashable, ...]]) -> Iterator[list[Train]]:
    for named in grouped(trains, kind).values():
        fullest_first = sorted(named, key=lambda train: -len(train.frames))
        for group in alike([fullest_first], _same_place):
            yield from _runs(group)


def _is_single_echo(train: Train) -> bool:
    header = train.frames[0].map_header
    if train.component.startswith(MAP_PREFIX) or (header is not None and header.trusted):
        return False  # two maps are not two echoes
    times = [frame.te_ms for frame in train.frames]
    return None not in times and max(te_numbers(train.frames)) == 0


def _kind(train: Train) -> tuple[Hashable, ...]:
    """What series that hold one echo each of one train have in common, but for their place."""
    first = train.frames[0]
    return (
        train.component,
        train.flavour,
        description_stem(first.file.description),
        parameters(first),
    )


def _same_place(first: Train, second: Train) -> bool:
    """Whether the second train holds slices of the first; consoles write positions with their rounding."""
    one, other = (min(train.frames, key=height) for train in (first, second))
    if not (same_matrix(one, other) and same_stack(one, other) and same_repetition(one, other)):
        return False
    heights = [np.asarray([height(frame) for frame in train.frames]) for train in (first, second)]
    distances = np.abs(heights[0][None, :] - heights[1][:, None])
    return bool((distances.min(axis=1) <= SLICE_TOLERANCE_MM).all())


def _runs(group: list[Train]) -> list[list[Train]]:
    """Cut into runs in the order of acquisition in which no echo time comes twice."""
    ordered = sorted(group, key=_order)
    echoes = clusters([_first_te(train) for train in ordered], TE_TOLERANCE_MS)
    return [[ordered[place] for place in run] for run in runs(echoes)[0]]


def _order(train: Train) -> tuple[int, str, float]:
    first = train.frames[0]
    return first.file.series_number or 0, first.acquisition_time, _first_te(train)


def _first_te(train: Train) -> float:
    return train.frames[0].te_ms or 0.0


def _joined(run: list[Train]) -> Train:
    if len(run) == 1:
        return run[0]
    ordered = sorted(run, key=_first_te)
    uids = tuple(dict.fromkeys(uid for train in ordered for uid in train.series_uids))
    return replace(
        ordered[0],
        frames=tuple(frame for train in ordered for frame in train.frames),
        series_uids=uids,
        flavour="series-per-echo" if len(uids) > 1 else ordered[0].flavour,
        findings=tuple(dict.fromkeys(finding for train in ordered for finding in train.findings)),
    )

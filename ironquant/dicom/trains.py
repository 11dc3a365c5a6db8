"""Images → echo trains. Never by file name or instance number: consoles repeat both."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ironquant.core import MIN_ECHOES, Finding
from ironquant.dicom.classify import MAP_PREFIX
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import SLICE_TOLERANCE_MM, height, same_matrix, same_stack, slice_numbers
from ironquant.dicom.grid import te_numbers

_COMPARED = 64
"""A series of more stacks than this is no train; comparing each with each would take for ever."""
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Train:
    """Images that belong to one train, not yet ordered.

    Attributes
    ----------
    series_uids : tuple of str
        The series it comes from, by ascending echo time.
    split : bool
        Whether its series holds other trains of the same component.
    """

    frames: tuple[Frame, ...]
    series_uids: tuple[str, ...]
    component: str
    flavour: str
    split: bool = False
    findings: tuple[Finding, ...] = ()


def trains_of(frames: Iterable[Frame]) -> list[Train]:
    """Group the images of one examination into trains.

    One series may hold several trains (components, matrices, positions, acquisitions), and one train
    may come from several series (one per echo) or files (one per echo).
    """
    found: list[Train] = []
    by_series = _grouped(frames, lambda frame: (frame.file.series_group, frame.file.flavour, frame.component))
    for (series, flavour, component), members in by_series.items():
        parts, findings = _parts(members)
        for part in parts:
            found.append(
                Train(
                    frames=tuple(part),
                    series_uids=(str(series),),
                    component=str(component),
                    flavour=str(flavour),
                    split=len(parts) > 1,
                    findings=findings if len(parts) > 1 else (),
                )
            )
    return _merged(found)


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _parts(frames: list[Frame]) -> tuple[list[list[Frame]], tuple[Finding, ...]]:
    """Split the images of one series and component where they cannot be one train."""
    findings: list[Finding] = []
    matrices = _alike([frames], same_matrix)
    if len(matrices) > 1:
        shapes = tuple(dict.fromkeys(f"{part[0].rows}x{part[0].columns}" for part in matrices))
        findings.append(Finding("mixed_matrix", "warning", {"shapes": shapes}))
    stacks = _alike(matrices, same_stack)
    if len(stacks) > len(matrices):
        findings.append(Finding("mixed_geometry", "warning"))
    acquisitions = [piece for stack in stacks for piece in _by_parameters(stack)]
    acquisitions = [piece for part in acquisitions for piece in _by_repeats(part)]
    acquisitions = [piece for part in acquisitions for piece in _by_echo_times(part)]
    if len(acquisitions) > len(stacks):
        findings.append(Finding("mixed_acquisitions", "warning", {"n_acquisitions": len(acquisitions)}))
    return acquisitions, tuple(findings)


def _alike(parts: Sequence[list[Item]], same: Callable[[Item, Item], bool]) -> list[list[Item]]:
    """Split each part into groups whose images are alike."""
    result: list[list[Item]] = []
    for part in parts:
        groups: list[list[Item]] = []
        for item in part:
            for group in groups[-_COMPARED:]:
                if same(group[0], item):
                    group.append(item)
                    break
            else:
                groups.append([item])
        result += groups
    return result


def parameters(frame: Frame) -> tuple[Hashable, ...]:
    """What images of one acquisition share; under ECG gating TR follows the heart.

    Filtered and unfiltered images of one acquisition are two trains: their echoes must not mix.
    """
    acquisition = frame.file.acquisition
    tr = None if acquisition.ecg_gated else _rounded(frame.repetition_time, 0)
    name = re.sub(r"\d+", "", acquisition.sequence_name)
    return _rounded(frame.flip_angle, 0), tr, name, frame.filters


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _by_parameters(frames: list[Frame]) -> list[list[Frame]]:
    return list(_grouped(frames, parameters).values())


def _by_repeats(frames: list[Frame]) -> list[list[Frame]]:
    """Split repeats that are whole trains, by the first mark that tells them apart.

    A single image sent twice, or one mark per slice or echo, is no repeat.
    """
    timed = [frame for frame in frames if frame.te_ms is not None]
    if not timed:
        return [frames]
    places = dict(zip(map(id, timed), zip(slice_numbers(timed), te_numbers(timed), strict=True), strict=True))
    for mark in range(len(timed[0].repeat_marks)):
        groups = _grouped(frames, lambda frame, mark=mark: (_natural(frame.repeat_marks[mark]),))  # type: ignore[misc]
        pieces = [
            (group, {places[id(frame)] for frame in group if id(frame) in places})
            for _, group in sorted(groups.items())
        ]
        whole = all(
            len(grid) == sum(id(frame) in places for frame in group) and len(_echoes(grid)) >= MIN_ECHOES
            for group, grid in pieces
        )
        repeats = _repeats(pieces) if whole else [frames]
        if len(repeats) > 1:
            return repeats
    return [frames]


def _natural(mark: str) -> tuple[float, str]:
    """Sort numbers by value, all else by its characters."""
    try:
        return float(mark), ""
    except ValueError:
        return math.inf, mark


def _echoes(grid: set[tuple[int, int]]) -> set[int]:
    return {echo for _, echo in grid}


def _repeats(pieces: list[tuple[list[Frame], set[tuple[int, int]]]]) -> list[list[Frame]]:
    """Lay pieces (one breath-hold each, in their order) together to repeats of the stack.

    If every piece holds one slice and every slice comes equally often, the n-th piece of a slice belongs
    to the n-th repeat. Otherwise a piece joins the repeat before it, unless they meet in an image or
    hold other echo times.
    """
    stacks = [{slice_ for slice_, _ in grid} for _, grid in pieces]
    counts = Counter(slice_ for stack in stacks for slice_ in stack)
    by_rank = all(len(stack) == 1 for stack in stacks) and len(set(counts.values())) == 1
    seen: Counter[int] = Counter()
    repeats: list[tuple[list[Frame], set[tuple[int, int]]]] = []
    for (group, grid), stack in zip(pieces, stacks, strict=True):
        number = seen[min(stack)] if by_rank else len(repeats) - 1
        seen.update(stack)
        joins = 0 <= number < len(repeats) and not repeats[number][1] & grid
        if joins and _alike_echoes(_echoes(repeats[number][1]), _echoes(grid)):
            repeats[number] = (repeats[number][0] + group, repeats[number][1] | grid)
        else:
            repeats.append((group, grid))
    return [group for group, _ in repeats]


def _alike_echoes(first: set[int], second: set[int]) -> bool:
    """Whether two sets of echo times are those of one train, of which some images may be missing."""
    return 2 * len(first & second) >= min(len(first), len(second))


def _by_echo_times(frames: list[Frame]) -> list[list[Frame]]:
    """Split slices whose echo times are those of another train altogether."""
    timed = [frame for frame in frames if frame.te_ms is not None]
    if not timed:
        return [frames]
    slices, echoes = slice_numbers(timed), te_numbers(timed)
    sets: dict[int, set[int]] = {}
    for slice_, echo in zip(slices, echoes, strict=True):
        sets.setdefault(slice_, set()).add(echo)
    families: list[tuple[set[int], set[int]]] = []  # echo times, slices
    for slice_, own in sorted(sets.items(), key=lambda item: -len(item[1])):
        for times, members in families:
            if _alike_echoes(times, own):
                members.add(slice_)
                break
        else:
            families.append((set(own), {slice_}))
    if len(families) == 1 or any(len(times) < MIN_ECHOES for times, _ in families):
        return [frames]
    place = dict(zip(map(id, timed), slices, strict=True))
    parts = [[f for f in timed if place[id(f)] in members] for _, members in families]
    parts[0] += [frame for frame in frames if frame.te_ms is None]
    return parts


def _merged(trains: list[Train]) -> list[Train]:
    """Join series that hold one echo each of the same train."""
    single = [train for train in trains if _is_single_echo(train)]
    result = [train for train in trains if not _is_single_echo(train)]
    for named in _grouped(single, _kind).values():
        for group in _alike([named], _same_place):
            for run in _runs(group):
                result.append(run[0] if len(run) == 1 else _joined(run))
    return result


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
        first.file.frame_of_reference,
        description_stem(first.file.description),
        parameters(first),
    )


def _same_place(first: Train, second: Train) -> bool:
    """Whether two trains hold the same slices; consoles write positions with their rounding."""
    one, other = (min(train.frames, key=height) for train in (first, second))
    if len(first.frames) != len(second.frames) or not (same_matrix(one, other) and same_stack(one, other)):
        return False
    heights = [sorted(map(height, train.frames)) for train in (first, second)]
    return bool(np.allclose(heights[0], heights[1], rtol=0, atol=SLICE_TOLERANCE_MM))


def description_stem(description: str) -> str:
    """Return a series description without what numbers its echo: ``T2* TE=4.6`` → ``t2*``."""
    stem = re.sub(
        r"(?:\b|_)(?:te|echo|e)[ _:=-]*\d+(?:[.,]\d+)?(?:[ _]*ms)?(?![a-z])", " ", description.lower()
    )
    stem = re.sub(r"(?:[ _-]+\d+(?:[.,]\d+)?(?:[ _]*ms)?)+\s*$", " ", stem)
    return re.sub(r"[\s_]+", " ", stem).strip(" -,;")


def _runs(group: list[Train]) -> list[list[Train]]:
    """Cut into runs of rising series numbers in which no echo time comes twice."""
    runs: list[list[Train]] = []
    times: list[float] = []
    for train in sorted(group, key=lambda train: (train.frames[0].file.series_number or 0, _first_te(train))):
        te = _first_te(train)
        if not runs or any(abs(te - other) <= 0.01 for other in times):
            runs.append([])
            times = []
        runs[-1].append(train)
        times.append(te)
    return runs


def _first_te(train: Train) -> float:
    return train.frames[0].te_ms or 0.0


def _joined(run: list[Train]) -> Train:
    ordered = sorted(run, key=_first_te)
    uids = tuple(dict.fromkeys(uid for train in ordered for uid in train.series_uids))
    return replace(
        ordered[0],
        frames=tuple(frame for train in ordered for frame in train.frames),
        series_uids=uids,
        flavour="series-per-echo" if len(uids) > 1 else ordered[0].flavour,
        findings=tuple(dict.fromkeys(finding for train in ordered for finding in train.findings)),
    )

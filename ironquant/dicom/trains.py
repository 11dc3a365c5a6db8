"""Images → echo trains. Never by file name or instance number: consoles repeat both."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from ironquant.core import MIN_ECHOES, Finding
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import height, same_matrix, same_stack, slice_numbers
from ironquant.dicom.grid import te_numbers

_COMPARED = 64
"""A series of more stacks than this is no train; comparing each with each would take for ever."""


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


def _grouped(
    items: Iterable[Frame], key: Callable[[Frame], tuple[Hashable, ...]]
) -> dict[tuple[Hashable, ...], list[Frame]]:
    groups: dict[tuple[Hashable, ...], list[Frame]] = {}
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


def _alike(parts: Sequence[list[Frame]], same: Callable[[Frame, Frame], bool]) -> list[list[Frame]]:
    """Split each part into groups whose images are alike."""
    result: list[list[Frame]] = []
    for part in parts:
        groups: list[list[Frame]] = []
        for frame in part:
            for group in groups[-_COMPARED:]:
                if same(group[0], frame):
                    group.append(frame)
                    break
            else:
                groups.append([frame])
        result += groups
    return result


def _parameters(frame: Frame) -> tuple[Hashable, ...]:
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
    return list(_grouped(frames, _parameters).values())


def _by_repeats(frames: list[Frame]) -> list[list[Frame]]:
    """Split repeats (acquisition number, temporal position, trigger time) that are whole trains.

    A single image sent twice, or one acquisition number per slice or echo, is no repeat.
    """
    timed = [frame for frame in frames if frame.te_ms is not None]
    if not timed:
        return [frames]
    places = dict(zip(map(id, timed), zip(slice_numbers(timed), te_numbers(timed), strict=True), strict=True))
    for mark in range(len(timed[0].repeat_marks)):
        groups = list(_grouped(frames, lambda frame, mark=mark: (frame.repeat_marks[mark],)).values())  # type: ignore[misc]
        grids = [[places[id(frame)] for frame in group if id(frame) in places] for group in groups]
        if len(groups) > 1 and _are_repeats(grids):
            return groups
    return [frames]


def _are_repeats(grids: list[list[tuple[int, int]]]) -> bool:
    """Whether every group is a train without duplicates and the groups meet or differ in echoes."""
    echoes = [{echo for _, echo in grid} for grid in grids]
    if any(len(own) < MIN_ECHOES for own in echoes):
        return False
    if any(len(set(grid)) < len(grid) for grid in grids):
        return False
    first = set(grids[0])
    return any(
        first & set(grid) or not _nested(echoes[0], own)
        for grid, own in zip(grids[1:], echoes[1:], strict=True)
    )


def _nested(first: set[int], second: set[int]) -> bool:
    return first <= second or second <= first


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
            if 2 * len(times & own) >= len(own):
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
    single: dict[tuple[Hashable, ...], list[Train]] = {}
    result: list[Train] = []
    for train in trains:
        if _is_single_echo(train):
            single.setdefault(_place_and_name(train), []).append(train)
        else:
            result.append(train)
    for group in single.values():
        for run in _runs(group):
            result.append(run[0] if len(run) == 1 else _joined(run))
    return result


def _is_single_echo(train: Train) -> bool:
    times = [frame.te_ms for frame in train.frames]
    return None not in times and max(te_numbers(train.frames)) == 0


def _place_and_name(train: Train) -> tuple[Hashable, ...]:
    first = train.frames[0]
    heights = tuple(sorted({round(height(frame), 1) for frame in train.frames}))
    directions = (*(first.row_direction or ()), *(first.column_direction or ()))
    lowest = min(train.frames, key=height)
    return (
        train.component,
        train.flavour,
        first.file.frame_of_reference,
        description_stem(first.file.description),
        _parameters(first),
        first.rows,
        first.columns,
        tuple(round(value, 2) for value in directions),
        tuple(round(value, 2) for value in first.spacing or ()),
        tuple(round(value, 1) for value in lowest.position or ()),
        heights,
    )


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

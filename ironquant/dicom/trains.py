"""Images → echo trains. Never by file name or instance number: consoles repeat both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ironquant.core import MIN_ECHOES, Finding
from ironquant.dicom.frames import Frame, same_repetition
from ironquant.dicom.geometry import same_matrix, same_stack, slice_numbers
from ironquant.dicom.grid import in_seconds, te_numbers
from ironquant.dicom.grouping import Train, alike, grouped, parameters
from ironquant.dicom.perecho import merged
from ironquant.dicom.repeats import alike_echoes, by_repeats
from ironquant.dicom.stems import description_stem

_BREATH_HOLD_TR = 1.2
"""Repetition times of the slices of one stack may differ by this factor where each waits for the heart."""


def trains_of(frames: Iterable[Frame]) -> list[Train]:
    """Group the images of one examination into trains.

    One series may hold several trains (components, matrices, positions, acquisitions), and one train
    may come from several series (one per echo) or files (one per echo).
    """
    found: list[Train] = []
    by_series = grouped(
        in_ms(frames), lambda frame: (frame.file.series_group, frame.file.flavour, frame.component)
    )
    for (series, flavour, component), members in by_series.items():
        parts, findings = _parts(members)
        for rank, part in enumerate(parts):
            found.append(
                Train(
                    frames=tuple(part),
                    series_uids=(series,),
                    component=component,
                    flavour=flavour,
                    split=len(parts) > 1,
                    rank=rank,
                    findings=findings if len(parts) > 1 else (),
                )
            )
    return merged(found)


def in_ms(frames: Iterable[Frame]) -> list[Frame]:
    """Take echo times for seconds where even the latest would be absurdly short in ms.

    Asked of all series together that may hold one echo each of one train.
    """
    result: list[Frame] = []
    for members in grouped(frames, lambda frame: description_stem(frame.file.description)).values():
        if in_seconds([frame.te_ms for frame in members]):
            members = [
                frame if frame.te_ms is None else replace(frame, te_ms=1000.0 * frame.te_ms, te_seconds=True)
                for frame in members
            ]
        result += members
    return result


def _parts(frames: list[Frame]) -> tuple[list[list[Frame]], tuple[Finding, ...]]:
    """Split the images of one series and component where they cannot be one train."""
    findings: list[Finding] = []
    matrices = alike([frames], same_matrix)
    if len(matrices) > 1:
        shapes = tuple(dict.fromkeys(f"{part[0].rows}x{part[0].columns}" for part in matrices))
        findings.append(Finding("mixed_matrix", "warning", {"shapes": shapes}))
    stacks = alike(matrices, same_stack)
    if len(stacks) > len(matrices):
        findings.append(Finding("mixed_geometry", "warning"))
    acquisitions = [piece for stack in stacks for piece in _by_parameters(stack)]
    acquisitions = [piece for part in acquisitions for piece in by_repeats(part)]
    acquisitions = [piece for part in acquisitions for piece in _by_echo_times(part)]
    if len(acquisitions) > len(stacks):
        findings.append(Finding("mixed_acquisitions", "warning", {"n_acquisitions": len(acquisitions)}))
    return acquisitions, tuple(findings)


def _by_parameters(frames: list[Frame]) -> list[list[Frame]]:
    """Split by flip angle, sequence and filters; by repetition time unless only the heart changed it."""
    result: list[list[Frame]] = []
    for members in grouped(frames, parameters).values():
        parts = alike([members], same_repetition)
        result += [members] if len(parts) > 1 and _breath_holds(parts) else parts
    return result


def _breath_holds(parts: list[list[Frame]]) -> bool:
    """Whether the parts are slices of one stack, each of a breath-hold with the heart's own rhythm."""
    frames = [frame for part in parts for frame in part]
    times = {frame.repetition_time for frame in frames}
    told = [time for time in times if time is not None]
    if len(told) < len(times) or max(told) > _BREATH_HOLD_TR * min(told):
        return False
    slices: dict[int, list[Frame]] = {}
    for frame, number in zip(frames, slice_numbers(frames), strict=True):
        slices.setdefault(number, []).append(frame)
    alone = all(len({frame.repetition_time for frame in own}) == 1 for own in slices.values())
    echoes = {tuple(sorted(round(frame.te_ms or 0.0, 2) for frame in own)) for own in slices.values()}
    # Two trains of a series have two repetition times, a stack in breath-holds nearly one per slice.
    return alone and len(echoes) == 1 and 2 * len(times) > len(slices) + 1


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
            if alike_echoes(times, own):
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

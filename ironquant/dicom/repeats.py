"""Repeats of one stack within one series, laid apart by the mark that tells them: no image number does."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ironquant.core import MIN_ECHOES
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import slice_numbers
from ironquant.dicom.grid import te_numbers

Item = TypeVar("Item")
Place = tuple[int, int]


@dataclass(frozen=True)
class _Piece:
    """Images that were surely acquired together.

    Attributes
    ----------
    grid : set of tuple
        Their slices and echoes.
    """

    frames: list[Frame]
    grid: set[Place]

    @property
    def slices(self) -> set[int]:
        return {slice_ for slice_, _ in self.grid}

    @property
    def echoes(self) -> set[int]:
        return {echo for _, echo in self.grid}


def by_repeats(frames: list[Frame]) -> list[list[Frame]]:
    """Split repeats that are whole trains, the first acquired first.

    The first mark decides whose values tell the repeats apart; where every image has a value of its own
    (the time of its read-out), the first by whose order the echoes of a slice come again and again. A
    single image sent twice, or one mark per slice or echo, is no repeat.
    """
    timed = [frame for frame in frames if frame.te_ms is not None]
    if not timed:
        return [frames]
    places = dict(zip(map(id, timed), zip(slice_numbers(timed), te_numbers(timed), strict=True), strict=True))
    marks = range(len(timed[0].repeat_marks))
    for mark in marks:
        repeats = _repeats(_pieces_by_value(frames, places, mark))
        if len(repeats) > 1:
            return repeats
    if len(set(places.values())) < len(timed):
        for mark in marks:
            repeats = _repeats(_pieces_by_order(timed, places, mark))
            if len(repeats) > 1:
                repeats[0] += [frame for frame in frames if frame.te_ms is None]
                return repeats
    return [frames]


def runs(keys: Sequence[Hashable]) -> tuple[list[list[int]], bool]:
    """Cut a sequence where a key comes again.

    Returns
    -------
    runs : list of list of int
        The places of each run. Where a cut takes a train in two because one image came twice, the keys
        are dealt out instead, so that the later of two is in the later run.
    clean : bool
        Whether nothing had to be dealt out.
    """
    cut: list[list[int]] = [[]]
    for place, key in enumerate(keys):
        if key in {keys[other] for other in cut[-1]}:
            cut.append([])
        cut[-1].append(place)
    sets = [{keys[place] for place in run} for run in cut]
    complete = any(len(own) == len(set(keys)) for own in sets)
    if complete or all(_mostly_shared(one, other) for one, other in itertools.pairwise(sets)):
        return cut, True
    counts = Counter(keys)
    dealt: list[list[int]] = [[] for _ in range(max(counts.values()))]
    for place, key in enumerate(keys):
        dealt[len(dealt) - counts[key]].append(place)
        counts[key] -= 1
    return dealt, False


def alike_echoes(first: set[int], second: set[int]) -> bool:
    """Whether two sets of echo times are those of one train, of which some images may be missing."""
    return 2 * len(first & second) >= min(len(first), len(second))


def _mostly_shared(first: set[Hashable], second: set[Hashable]) -> bool:
    return 2 * len(first & second) > max(len(first), len(second))


def _pieces_by_value(frames: Iterable[Frame], places: dict[int, Place], mark: int) -> list[_Piece]:
    """Return the images of each value of a mark; none if they are no whole trains."""
    groups: dict[tuple[int, Decimal, str], list[Frame]] = {}
    for frame in frames:
        groups.setdefault(_natural(frame.repeat_marks[mark]), []).append(frame)
    pieces = []
    for _, group in sorted(groups.items()):
        timed = [frame for frame in group if id(frame) in places]
        piece = _Piece(group, {places[id(frame)] for frame in timed})
        if len(piece.grid) < len(timed) or len(piece.echoes) < MIN_ECHOES:
            return []
        pieces.append(piece)
    return pieces


def _pieces_by_order(frames: Iterable[Frame], places: dict[int, Place], mark: int) -> list[_Piece]:
    """Return the runs of echoes of each slice in the order of a mark; none if it does not tell them."""
    slices: dict[int, list[Frame]] = {}
    for frame in sorted(frames, key=lambda frame: _natural(frame.repeat_marks[mark])):
        slices.setdefault(places[id(frame)][0], []).append(frame)
    found = []
    for members in slices.values():
        named = {(places[id(frame)], frame.repeat_marks[mark]) for frame in members}
        if len(named) < len(members):
            return []
        cut, clean = runs([places[id(frame)] for frame in members])
        if not clean:
            return []
        for run in cut:
            piece = [members[number] for number in run]
            grid = {places[id(frame)] for frame in piece}
            if len(grid) < MIN_ECHOES:
                return []
            found.append(_Piece(piece, grid))
    return sorted(found, key=lambda piece: _natural(piece.frames[0].repeat_marks[mark]))


def _natural(mark: str) -> tuple[int, Decimal, str]:
    """Sort numbers by value, all else by its characters."""
    try:
        number = Decimal(mark)
    except InvalidOperation:
        return 1, Decimal(0), mark
    return (0, number, "") if number.is_finite() else (1, Decimal(0), mark)


def _repeats(pieces: Sequence[_Piece]) -> list[list[Frame]]:
    """Lay pieces (one breath-hold each, in their order) together to repeats of the stack.

    If every piece holds one slice and every slice comes equally often, the n-th piece of a slice belongs
    to the n-th repeat. Otherwise a piece joins the repeat before it, unless they meet in an image or
    hold other echo times.
    """
    counts = Counter(slice_ for piece in pieces for slice_ in piece.slices)
    by_rank = all(len(piece.slices) == 1 for piece in pieces) and len(set(counts.values())) == 1
    seen: Counter[int] = Counter()
    repeats: list[_Piece] = []
    for piece in pieces:
        number = seen[min(piece.slices)] if by_rank else len(repeats) - 1
        seen.update(piece.slices)
        before = repeats[number] if 0 <= number < len(repeats) else None
        if before is None or before.grid & piece.grid or not alike_echoes(before.echoes, piece.echoes):
            repeats.append(piece)
        else:
            repeats[number] = _Piece(before.frames + piece.frames, before.grid | piece.grid)
    return [repeat.frames for repeat in repeats]

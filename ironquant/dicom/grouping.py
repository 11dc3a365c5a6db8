"""Trains not yet ordered, and what their images have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ironquant.core import Finding
from ironquant.dicom.frames import Frame

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
    rank : int
        Among the trains of its series and component, repeats in the order of their acquisition.
    """

    frames: tuple[Frame, ...]
    series_uids: tuple[str, ...]
    component: str
    flavour: str
    split: bool = False
    rank: int = 0
    findings: tuple[Finding, ...] = ()


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Return the items by a key of theirs."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def alike(parts: Sequence[list[Item]], same: Callable[[Item, Item], bool]) -> list[list[Item]]:
    """Split each part into groups whose items are alike: each is compared with the first of a group."""
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
    """What images of one acquisition share, but for the repetition time.

    Filtered and unfiltered images of one acquisition are two trains: their echoes must not mix.
    """
    name = re.sub(r"\d+", "", frame.file.acquisition.sequence_name)
    flip = None if frame.flip_angle is None else round(frame.flip_angle)
    return flip, name, frame.filters

"""Echo times given by hand, for NIfTI files whose sidecars do not tell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ironquant.dicom.classify import MAP_PREFIX
from ironquant.dicom.grid import in_seconds
from ironquant.dicom.niftifile import NiftiVolume
from ironquant.dicom.niftinames import stem_of


def with_times(volumes: Iterable[NiftiVolume], te_ms: Sequence[float]) -> list[NiftiVolume]:
    """Give echo times to files that have none.

    Parameters
    ----------
    volumes : iterable of NiftiVolume
    te_ms : sequence of float
        In the order of the volumes of a 4-D file, or of files of one folder, kind and size whose names
        differ in numbers only (``echo2`` before ``echo10``).

    Returns
    -------
    list of NiftiVolume
        In the same order. Only where the number of volumes is that of `te_ms`; files that tell an echo
        time of their own, and maps, stay as they are. Where it is so nowhere, each is marked.
    """
    found = list(volumes)
    seconds = in_seconds(te_ms)
    if seconds:
        te_ms = [1000.0 * te for te in te_ms]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index, volume in enumerate(found):
        if any(volume.te_ms) or volume.component.startswith(MAP_PREFIX):
            continue
        place = tuple(round(value, 2) for value in volume.affine)
        # A 4-D file is a train of its own.
        name = volume.path if volume.shape[3] > 1 else _stem(volume)
        groups.setdefault((volume.path.parent, name, volume.component, volume.shape, place), []).append(index)
    sizes = {key: sum(found[index].shape[3] for index in members) for key, members in groups.items()}
    fitting = [members for key, members in groups.items() if sizes[key] == len(te_ms)]
    if not fitting:
        for index in (index for members in groups.values() for index in members):
            found[index] = replace(found[index], n_te_refused=len(te_ms))
    for members in fitting:
        times = iter(te_ms)
        for index in sorted(members, key=lambda index: _by_numbers(found[index])):
            volume = found[index]
            own = tuple(next(times) for _ in range(volume.shape[3]))
            # What the files are called in common holds them together where no sidecar names a series.
            sidecar = {"SeriesDescription": _stem(volume), **volume.sidecar}
            found[index] = replace(volume, te_ms=own, sidecar=sidecar, te_by_hand=True, te_in_seconds=seconds)
    return found


def _stem(volume: NiftiVolume) -> str:
    return re.sub(r"\d+", "", stem_of(volume.path)).strip("_- ")


def _by_numbers(volume: NiftiVolume) -> tuple[tuple[int, ...], str]:
    name = stem_of(volume.path)
    return tuple(int(digits) for digits in re.findall(r"\d+", name)), name

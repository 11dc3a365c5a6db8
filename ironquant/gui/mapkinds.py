"""The maps that can lie over an image, and the scale of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import OrganMaps, OrganResult
from ironquant.export.pictures import MIN_R_SQUARED, map_top_ms

_RATE_TOPS_PER_S = (50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
_LEAST_R_SQUARED = 0.9
"""Fits are told apart above it."""


@dataclass(frozen=True)
class Scale:
    """What the colours of a map mean.

    Attributes
    ----------
    low, high : float
        Values at the ends of the colour table.
    cuts : tuple of float
        Where the grade changes, within these.
    """

    title: str
    unit: str
    low: float
    high: float
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True)
class _Kind:
    values: Callable[[OrganMaps], NDArray[Any]]
    scale: Callable[[float | None, tuple[float, ...]], Scale]
    """From T2* (ms) of the organ and the cuts of its scheme (ms)."""


def _t2star_scale(t2star_ms: float | None, cuts_ms: tuple[float, ...]) -> Scale:
    top_ms = map_top_ms(t2star_ms)
    return Scale("T2*", "ms", 0.0, top_ms, tuple(cut for cut in cuts_ms if cut < top_ms))


def _r2star_scale(t2star_ms: float | None, cuts_ms: tuple[float, ...]) -> Scale:
    wanted = 2000.0 / (t2star_ms or 20.0)
    top = next((top for top in _RATE_TOPS_PER_S if top >= wanted), _RATE_TOPS_PER_S[-1])
    return Scale("R2*", "s⁻¹", 0.0, top, tuple(1000.0 / cut for cut in cuts_ms if 1000.0 / cut < top))


def _quality_scale(t2star_ms: float | None, cuts_ms: tuple[float, ...]) -> Scale:
    return Scale("R²", "", _LEAST_R_SQUARED, 1.0)


MAP_KINDS = MappingProxyType(
    {
        "t2star": _Kind(lambda maps: maps.t2star_ms, _t2star_scale),
        "r2star": _Kind(lambda maps: maps.r2star_per_s, _r2star_scale),
        "rsquared": _Kind(lambda maps: maps.r_squared, _quality_scale),
    }
)


def slice_values(maps: OrganMaps, kind: str, slice_index: int) -> NDArray[Any]:
    """Return a slice of a map, NaN where a fit explains too little to be shown."""
    values = np.asarray(MAP_KINDS[kind].values(maps)[slice_index], dtype=np.float64)
    quality = np.nan_to_num(maps.r_squared[slice_index], nan=-1.0)
    return np.where(quality >= MIN_R_SQUARED, values, np.nan)


def scale_of(kind: str, result: OrganResult | None) -> Scale:
    """Return the scale on which the value of an organ lies near the middle."""
    from ironquant.iron import grade_cuts_ms

    t2star_ms = None if result is None else result.t2star_ms.value
    return MAP_KINDS[kind].scale(t2star_ms, () if result is None else grade_cuts_ms(result))

"""What a scanner-made map says within a region: no fit, only statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import EchoSeries, PixelStatistics, ScannerMap, Value
from ironquant.fitting.pixels import rate_statistics

_TE_MS = tuple(float(te) for te in np.arange(1.0, 13.0))


@dataclass(frozen=True)
class MapValues:
    """A region of a map of T2* or R2*.

    Attributes
    ----------
    t2star_ms : Value
        1000 over the median R2*. A bound where the median lies at the limit of the map: T2* is at most
        that of an R2* limit, at least that of a T2* limit.
    pixels : PixelStatistics
        Quartiles in R2*; pixels without a value are excluded.
    n_pixels : int
    gap_share, cap_share : float
        Share of the pixels without a value, and of those with one at the limit of the map.
    """

    t2star_ms: Value
    pixels: PixelStatistics
    n_pixels: int
    gap_share: float
    cap_share: float


def map_values(scanner_map: ScannerMap, mask: NDArray[np.bool_]) -> MapValues:
    """Return what a map of T2* or R2* says within a mask.

    Raises
    ------
    ValueError
        Of a map of another quantity.
    """
    rate = np.asarray(scanner_map.r2star_per_s[mask], dtype=np.float64)
    answered = np.isfinite(rate)
    pixels = rate_statistics(rate, answered)
    at_cap = np.zeros(rate.shape, dtype=bool)
    if scanner_map.cap is not None:
        at_cap = scanner_map.values[mask] >= np.float32(scanner_map.cap) * (1.0 - 1e-6)
    value = Value()
    if pixels.t2star_ms_median is not None:
        value = Value(pixels.t2star_ms_median)  # without a fit, there is no precision of one
        if 2 * int(at_cap.sum()) > int(answered.sum()):
            value = Value(value.value, "upper" if scanner_map.quantity == "r2star" else "lower")
    return MapValues(
        t2star_ms=value,
        pixels=pixels,
        n_pixels=len(rate),
        gap_share=float(np.mean(~answered)) if len(rate) else 0.0,
        cap_share=float(at_cap.sum() / answered.sum()) if answered.any() else 0.0,
    )


def quartiles(scanner_map: ScannerMap, mask: NDArray[np.bool_]) -> tuple[float, float, float] | None:
    """Return lower quartile, median and upper quartile of any map within a mask, None without a value."""
    values = scanner_map.values[mask]
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, median, high = np.percentile(values.astype(np.float64), [25.0, 50.0, 75.0])
    return float(low), float(median), float(high)


def decay_of(scanner_map: ScannerMap) -> EchoSeries:
    """Return the decay that a map of T2* or R2* describes, for what looks for organs in an echo train.

    All tissue is equally bright at TE 0; where the map has no value there is no signal.
    """
    rate = np.asarray(scanner_map.r2star_per_s, dtype=np.float64)[..., None]
    signal = np.nan_to_num(1000.0 * np.exp(-rate * np.asarray(_TE_MS) / 1000.0), nan=0.0)
    return EchoSeries(
        key=scanner_map.key,
        instance_uid=scanner_map.instance_uid,
        description=scanner_map.description,
        signal=signal.astype(np.float32),
        te_ms=_TE_MS,
        affine=scanner_map.affine,
        number=scanner_map.number,
        acquisition=scanner_map.acquisition,
        organ_guess=scanner_map.organ_guess,
        guess_reason=scanner_map.guess_reason,
    )

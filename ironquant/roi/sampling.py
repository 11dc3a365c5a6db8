"""The signal of a region: its pixels on every echo, followed where the patient moved between echoes.

The mean signal of an echo is that of the pixels whose centres lie inside the contours as they are moved on
this echo (`region_mask`), so that their number may differ by a few between echoes. A pixel that is fitted by
itself is read on each echo from the pixel nearest to where it moved; nothing is interpolated, because that
would change the noise. Moved by whole pixels, both are the same pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import EchoSeries, Region, RegionError
from ironquant.fitting import RegionCurve, echo_curve, region_curve
from ironquant.roi.masks import Mask, region_mask, voxel_shift


@dataclass(frozen=True, eq=False)
class RegionSignal:
    """The pixels of a region on a series.

    Attributes
    ----------
    mask : ndarray of bool, shape (slice, row, column)
        Where the contours lie.
    pixels : ndarray of float32, shape (pixel, echo)
        In the order of `mask`; NaN where a pixel moved out of the image.
    echo_masks : tuple of ndarray
        The mask on every echo; empty where the patient lay still.
    """

    series: EchoSeries
    mask: Mask
    pixels: NDArray[np.float32]
    echo_masks: tuple[Mask, ...] = ()

    def curve(self, *, kept: NDArray[np.bool_] | None = None, slice_index: int | None = None) -> RegionCurve:
        """Return the mean signal per echo.

        Parameters
        ----------
        kept : ndarray of bool, shape (pixel,), optional
            The pixels that count; by default all.
        slice_index : int, optional
            The only slice that counts.
        """
        if kept is None and self.echo_masks:
            here = slice(None) if slice_index is None else slice(slice_index, slice_index + 1)
            signal = self.series.signal
            return echo_curve(
                [signal[here, ..., echo][mask[here]] for echo, mask in enumerate(self.echo_masks)]
            )
        counts = np.ones(len(self.pixels), dtype=bool) if kept is None else kept
        if slice_index is not None:
            counts = counts & (np.nonzero(self.mask)[0] == slice_index)
        return region_curve(self.pixels if counts.all() else self.pixels[counts])


def region_signal(region: Region, series: EchoSeries) -> RegionSignal:
    """Read a region on every echo of a series.

    Raises
    ------
    RegionError
        ``region_empty`` if no pixel centre lies inside, on any echo; ``region_shift_echo`` if it is moved on
        an echo that the series does not have.
    """
    mask, n_echoes = region_mask(region, series), len(series.te_ms)
    if not region.echo_shifts:
        return RegionSignal(series, mask, series.signal[mask])
    last = region.echo_shifts[-1].echo
    if last > n_echoes:
        raise RegionError("region_shift_echo", organ=str(region.organ), echo=last, n_echoes=n_echoes)
    shifts = {entry.echo: entry.shift_mm for entry in region.echo_shifts}
    known: dict[tuple[float, float, float] | None, Mask] = {None: mask}
    places, masks, columns = np.argwhere(mask), [], []
    for echo in range(1, n_echoes + 1):
        shift = shifts.get(echo)
        if shift not in known:
            known[shift] = region_mask(region, series, echo)
        masks.append(known[shift])
        columns.append(_read(series, places, voxel_shift(region, series, echo)[0], echo))
    return RegionSignal(series, mask, np.column_stack(columns), tuple(masks))


def _read(
    series: EchoSeries, places: NDArray[np.intp], shift: tuple[int, int, int], echo: int
) -> NDArray[np.float32]:
    """Return the signal of (slice, row, column) moved by (column, row, slice), NaN outside the image."""
    moved = places + shift[::-1]
    inside = np.all((moved >= 0) & (moved < series.shape), axis=1)
    read = np.full(len(moved), np.nan, dtype=np.float32)
    read[inside] = series.signal[..., echo - 1][tuple(moved[inside].T)]
    return read

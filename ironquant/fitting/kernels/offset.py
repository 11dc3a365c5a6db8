"""Offset fits from rows of echoes to columns of results, for voxels whose case is clear (`clear.py`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.kernels.clear import store
from ironquant.fitting.kernels.lanes import APART, compiled
from ironquant.fitting.kernels.passes import CONSTANT, EVEN, FIT_ROWS, QUICK, SEARCH, Clock, clock_of, settle
from ironquant.fitting.kernels.tile import CLEAR, SCALE
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import STEP_TOLERANCE, WELL_EXPLAINED
from ironquant.fitting.solver import OFFSET_TOLERANCE
from ironquant.fitting.train import Train

CHUNK = 4096
"""Voxels whose fits stay in the cache."""
STEPS, PLAIN_STEPS = 5, 2
"""Of Newton: with the constant from a search (few need more), without it after single precision."""


@compiled
def _all(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    clock: Clock,
    first_te: float,
    sigma: float,
    least_first: float,
    slowest: float,
    fastest: float,
    quantiles: Array,
    columns: tuple[Array, Array, Array, Array],
    offsets: Array,
    counts: NDArray[np.int16],
    status: NDArray[np.int8],
) -> NDArray[np.intp]:
    """Go through the voxels in chunks: with the constant, then without it who needs none."""
    left, n_left = np.empty(len(rows), np.intp), 0
    fit, plain = np.empty((FIT_ROWS, CHUNK + APART)), np.empty(CHUNK, np.intp)
    used, parameters = np.full(CHUNK, np.int16(curves.shape[1])), np.empty(CHUNK, np.int16)
    for begin in range(0, len(rows), CHUNK):
        end = min(begin + CHUNK, len(rows))
        part, own, m = source[begin:end], rows[begin:end], end - begin
        fit[CLEAR] = 1.0
        settle(
            curves,
            part,
            np.arange(m),
            EVEN,
            fit,
            True,
            SEARCH,
            STEPS,
            OFFSET_TOLERANCE,
            -1.0,
            clock,
            fit,
        )
        count = 0
        for voxel in range(m):
            needed = fit[CONSTANT, voxel] > 0.0
            parameters[voxel] = 3 if needed else 2
            offsets[own[voxel]] = fit[CONSTANT, voxel] * fit[SCALE, voxel] if needed else 0.0
            plain[count] = voxel
            count += 0 if needed | (fit[CLEAR, voxel] == 0.0) else 1
        settle(
            curves,
            part,
            plain[:count],
            EVEN,
            fit,
            False,
            QUICK,
            PLAIN_STEPS,
            STEP_TOLERANCE,
            WELL_EXPLAINED,
            clock,
            fit,
        )
        n_left += store(
            curves,
            part,
            own,
            used,
            parameters,
            fit,
            first_te,
            sigma,
            least_first,
            slowest,
            fastest,
            quantiles,
            columns,
            counts,
            status,
            left[n_left:],
        )
    return left[:n_left].copy()


def fit_clear_offset(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    train: Train,
    first_te: float,
    sigma: float | None,
    least_first: float,
    rate_bounds: tuple[float, float],
    quantiles: Array,
    columns: tuple[Array, Array, Array, Array],
    offsets: Array,
    counts: NDArray[np.int16],
    status: NDArray[np.int8],
) -> NDArray[np.intp]:
    """Fit S0·exp(−TE·R2*) + C, C ≥ 0, where the case is clear, and return the rows that are not done.

    Parameters
    ----------
    offsets : ndarray, shape (all voxels,)
        Column of C; that of rows which are not done means nothing.

    Others as in `clear.fit_clear`.

    Returns
    -------
    ndarray of int
    """
    lowest, highest = float(train.grid[0]) * (1 + 1e-9), float(train.grid[-1]) * (1 - 1e-9)
    curves = curves.view()
    curves.flags.writeable = False  # one compiled version for both kinds
    return _all(
        curves,
        source,
        rows,
        clock_of(train),
        first_te,
        -1.0 if sigma is None else sigma,
        least_first,
        max(lowest, rate_bounds[0]),
        min(highest, rate_bounds[1]),
        quantiles,
        columns,
        offsets,
        counts,
        status,
    )

"""Decays S = A·exp(−R·t) (+ C) of many voxels at once, by the compiled kernels or by NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting import projection
from ironquant.fitting.compiled import kernel
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import STEP_TOLERANCE
from ironquant.fitting.train import Train, train_of

OFFSET_TOLERANCE = 1e-9
"""With a constant the problem is so ill-conditioned for slow decays that the square is not small."""
START_TOLERANCE = 1e-2
"""Of a fit from which another begins."""
LEAST_SHARE = 1e-9
"""Weights of squares are limited as if every S² were at least this share of the largest."""


@dataclass(frozen=True, eq=False)
class Decay:
    """Solution per voxel; every array has shape (voxel,).

    Attributes
    ----------
    rate : ndarray
        1 / (unit of the echo times).
    amplitude, offset : ndarray
    rss : ndarray
        Weighted residual sum of squares.
    information : ndarray
        The variance of the rate is (residual variance) / information.
    variation : ndarray
        Weighted sum of squares about the weighted mean.
    at_slowest, at_fastest : ndarray of bool
        The minimum lies on the edge of the search range.
    """

    rate: Array
    amplitude: Array
    offset: Array
    rss: Array
    information: Array
    variation: Array
    at_slowest: NDArray[np.bool_]
    at_fastest: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> Decay:
        """Return the solutions of some voxels."""
        return Decay(*(part[rows] for part in vars(self).values()))

    def put(self, rows: NDArray[np.intp], other: Decay) -> None:
        """Take over the solutions of some voxels, in place."""
        for own, taken in zip(vars(self).values(), vars(other).values(), strict=True):
            own[rows] = taken


def solve_decay(
    curves: Array,
    te: Array,
    weights: Array | None = None,
    *,
    intercept: bool = False,
    near: Array | None = None,
    tolerance: float | None = None,
) -> Decay:
    """Minimize Σ w·(S − A·exp(−R·t) − C)² over A, R and, if asked, C.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        Finite values.
    te : ndarray, shape (echo,)
        Echo times, ascending.
    weights : ndarray, shape (echo, voxel) or (echo, 1), optional
        Non-negative; 0 leaves an echo out. Default: equal.
    intercept : bool
        Whether C is fitted; else it is 0.
    near : ndarray, shape (voxel,), optional
        Rates of the same curves with other weights. Where they prove to be near, nothing is searched.
    tolerance : float, optional
        Of the last (relative) step, which leaves an error of about its square.

    Returns
    -------
    Decay
    """
    if weights is None:
        weights = np.ones((len(te), 1))
    train = train_of(tuple(te.tolist()))
    solve = kernel("solve_decay") or projection.solve
    if tolerance is None:
        tolerance = OFFSET_TOLERANCE if intercept else STEP_TOLERANCE
    return decay_of(train, te[0], *solve(curves, weights, train, intercept, tolerance, near))


def beginning(curves: Array, te: Array) -> tuple[Array, Array]:
    """Return rate and amplitude of S = A·exp(−R·t), to some 1e-4: where the fit of another model begins."""
    if kernel("solve_decay") is not None:
        decay = solve_decay(curves, te, tolerance=START_TOLERANCE)
        return decay.rate, decay.amplitude
    rate, amplitude = projection.start(curves, train_of(tuple(te.tolist())), START_TOLERANCE)
    return rate, amplitude * np.exp(rate * te[0])


def decay_of(
    train: Train,
    first_te: float,
    rate: Array,
    amplitude: Array,
    offset: Array,
    rss: Array,
    information: Array,
    variation: Array,
) -> Decay:
    """Return a solution whose amplitude was that at the first echo."""
    return Decay(
        rate=rate,
        amplitude=amplitude * np.exp(rate * first_te),
        offset=offset,
        rss=rss,
        information=information,
        variation=variation,
        at_slowest=rate <= train.grid[0] * (1 + 1e-9),
        at_fastest=rate >= train.grid[-1] * (1 - 1e-9),
    )


def noise_free_weights(square: Array) -> Array:
    """Return 1/S², the weights of squared magnitudes well above the noise, limited where S vanishes."""
    return np.asarray(1.0 / np.maximum(square, LEAST_SHARE * np.max(square, axis=0) + TINY))

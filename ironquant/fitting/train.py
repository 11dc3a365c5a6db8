"""What the solvers need of a train of echoes: times, where a search starts, the range of rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ironquant.fitting.modelfit import Array

# The search range in units of the echo times, so that scaling TE scales T2* exactly:
SLOWEST = 0.01
"""Smallest R times last echo time: T2* of 100 times the train is indistinguishable from no decay."""
FASTEST = 8.0
"""Largest R times first echo time: the first echo holds exp(−8) = 0.03 % of S0."""
GRID_RATIO = 2.4
"""Of neighbouring grid points at most; the minimum in R is wider than that."""
EVEN_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Train:
    """What the solvers need of a train of echoes.

    Attributes
    ----------
    tau : ndarray, shape (echo,)
        Times since the first echo.
    step : float
        Spacing of even echoes; 0 where they are uneven.
    grid : ndarray, shape (point,)
        Rates from which a search starts: geometric, a multiple of four of them.
    padded : ndarray, shape (padded,)
        `tau`, its end repeated up to a multiple of four.
    basis : ndarray, shape (point, padded)
        exp(−grid·padded).
    """

    tau: Array
    step: float
    grid: Array
    padded: Array
    basis: Array


@lru_cache(maxsize=256)
def train_of(te: tuple[float, ...]) -> Train:
    """Prepare a train of echoes."""
    tau = np.asarray(te) - te[0]
    steps = np.diff(tau)
    step = float(steps.mean()) if np.ptp(steps) <= EVEN_TOLERANCE * tau[-1] else 0.0
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    count = int(np.ceil(np.log(high / low) / np.log(GRID_RATIO))) + 1
    grid = np.geomspace(low, high, 4 * -(-count // 4))
    padded = np.concatenate([tau, np.full(-len(tau) % 4, tau[-1])])
    return Train(tau, step, grid, padded, np.exp(-np.outer(grid, padded)))

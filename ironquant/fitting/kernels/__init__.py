"""Compiled twins of the NumPy solvers; loaded only through `ironquant.fitting.compiled`."""

from __future__ import annotations

import numpy as np

from ironquant.fitting.chi import chi_table
from ironquant.fitting.kernels.decay import solve as solve_decay
from ironquant.fitting.kernels.rician import solve as solve_rician

__all__ = ["prepare", "solve_decay", "solve_rician"]


def prepare() -> None:
    """Compile, or load from the cache on disk, everything for the types in use."""
    tau, ones = np.arange(4.0), np.ones(1)
    solve_decay(np.ones((4, 1)), tau, np.ones((4, 1)), np.geomspace(0.01, 1.0, 4), False, 1.0)
    solve_rician(np.ones((4, 1)), tau, ones, chi_table(1), 0.0 * ones, ones, 0.1, 2.0, 1.0)

"""Compiled twins of the NumPy solvers; loaded only through `ironquant.fitting.compiled`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ironquant.fitting.biexpsearch import pairs_of
from ironquant.fitting.chi import chi_table
from ironquant.fitting.fatsearch import FatData, fat_train
from ironquant.fitting.kernels.biexp import solve as refine_two
from ironquant.fitting.kernels.clear import fit_clear
from ironquant.fitting.kernels.decay import solve as solve_decay
from ironquant.fitting.kernels.fatwater import solve as refine_fat
from ironquant.fitting.kernels.freeterm import solve as solve_free_term
from ironquant.fitting.kernels.freeterm import test_term
from ironquant.fitting.kernels.offset import fit_clear_offset
from ironquant.fitting.kernels.rician import solve as solve_rician
from ironquant.fitting.kernels.squares import solve as solve_squares
from ironquant.fitting.solver import train_of

__all__ = [
    "fit_clear",
    "fit_clear_offset",
    "prepare",
    "refine_fat",
    "refine_two",
    "solve_decay",
    "solve_free_term",
    "solve_rician",
    "solve_squares",
    "test_term",
]


def prepare() -> Iterator[None]:
    """Compile, or load from the cache on disk, everything for the types in use; yields after each part."""
    train, ones, curves = train_of((1.0, 2.0, 3.0, 4.0)), np.ones(1), np.ones((4, 1))
    for kind in (np.float32, np.float64):
        columns, counts, status = (np.ones(1),) * 4, np.ones((2, 1), np.int16), np.ones(1, np.int8)
        bounds, quantiles = (0.0, 1.0), np.ones(5)
        for floor in (None, np.zeros(1)):
            fit_clear(
                np.ones((1, 4), kind),
                np.arange(1),
                np.arange(1),
                train,
                1.0,
                floor,
                None,
                0.0,
                bounds,
                quantiles,
                columns,
                counts,
                status,
            )
            yield
        fit_clear_offset(
            np.ones((1, 4), kind),
            np.arange(1),
            np.arange(1),
            train,
            1.0,
            None,
            0.0,
            bounds,
            quantiles,
            columns,
            np.ones(1),
            counts,
            status,
        )
        yield
    solve_decay(curves, curves, train, intercept=False)
    yield
    solve_squares(curves, 0.1, 1e-9, train)
    yield
    solve_free_term(curves, True, train)
    test_term(curves, train)
    yield
    solve_rician(curves, train, ones, chi_table(1), 0.0 * ones, ones)
    yield
    refine_two(curves, None, pairs_of((1.0, 2.0, 3.0, 4.0)), np.zeros((2, 1)))
    yield
    fat = fat_train((1.0, 2.0, 3.0, 4.0), 1.5)
    refine_fat(FatData(curves, curves, ones, ones, np.ones((4, 1)), fat), np.zeros((3, 1)))

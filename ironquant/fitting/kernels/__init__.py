"""Compiled twins of the NumPy solvers; loaded only through `ironquant.fitting.compiled`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

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
from ironquant.fitting.modelfit import Array
from ironquant.fitting.train import train_of

__all__ = [
    "PARTS",
    "fit_clear",
    "fit_clear_offset",
    "refine_fat",
    "refine_two",
    "solve_decay",
    "solve_free_term",
    "solve_rician",
    "solve_squares",
    "test_term",
]


def _clear(kind: type[np.floating], floor: Array | None) -> None:
    columns, counts, status = (np.ones(1),) * 4, np.ones((2, 1), np.int16), np.ones(1, np.int8)
    fit_clear(
        np.ones((1, 4), kind),
        np.arange(1),
        np.arange(1),
        _TRAIN,
        1.0,
        floor,
        None,
        0.0,
        (0.0, 1.0),
        np.ones(5),
        columns,
        counts,
        status,
    )


def _clear_offset(kind: type[np.floating]) -> None:
    columns, counts, status = (np.ones(1),) * 4, np.ones((2, 1), np.int16), np.ones(1, np.int8)
    fit_clear_offset(
        np.ones((1, 4), kind),
        np.arange(1),
        np.arange(1),
        _TRAIN,
        1.0,
        None,
        0.0,
        (0.0, 1.0),
        np.ones(5),
        columns,
        np.ones(1),
        counts,
        status,
    )


def _fat() -> None:
    fat = fat_train((1.0, 2.0, 3.0, 4.0), 1.5)
    refine_fat(FatData(_CURVES, _CURVES, _ONES, _ONES, np.ones((4, 1)), fat), np.zeros((3, 1)))


_TRAIN, _ONES, _CURVES = train_of((1.0, 2.0, 3.0, 4.0)), np.ones(1), np.ones((4, 1))
PARTS: Mapping[str, tuple[Callable[[], object], ...]] = MappingProxyType(
    {
        "fit_clear": tuple(
            partial(_clear, kind, floor) for kind in (np.float32, np.float64) for floor in (None, np.zeros(1))
        ),
        "fit_clear_offset": tuple(partial(_clear_offset, kind) for kind in (np.float32, np.float64)),
        "solve_decay": (partial(solve_decay, _CURVES, _CURVES, _TRAIN, intercept=False, tolerance=1e-6),),
        "solve_squares": (partial(solve_squares, _CURVES, 0.1, 1e-9, _TRAIN),),
        "solve_free_term": (partial(solve_free_term, _CURVES, True, _TRAIN),),
        "test_term": (partial(test_term, _CURVES, _TRAIN),),
        "solve_rician": (lambda: solve_rician(_CURVES, _TRAIN, _ONES, chi_table(1), 0.0 * _ONES, _ONES),),
        "refine_two": (lambda: refine_two(_CURVES, None, pairs_of((1.0, 2.0, 3.0, 4.0)), np.zeros((2, 1))),),
        "refine_fat": (_fat,),
    }
)
"""By kernel (`compiled.KERNELS`) what compiles it for the types in use, or loads it from disk."""

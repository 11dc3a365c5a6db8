"""Voxels whose case is clear, by the compiled kernels: from the echoes to the results in one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import student_975
from ironquant.fitting.arguments import Problem
from ironquant.fitting.compiled import kernel, using_kernels
from ironquant.fitting.models import MODELS
from ironquant.fitting.output import Output
from ironquant.fitting.train import train_of
from ironquant.fitting.truncation import FLOOR_FACTOR, falls, own_floor


def fit_clear_cases(problem: Problem, rows: NDArray[np.intp], output: Output) -> NDArray[np.intp]:
    """Fit and store the voxels that the kernels answer by themselves; return the others."""
    truncated = problem.model is MODELS["truncation"]
    offset = problem.model is MODELS["offset"] and len(problem.te) > problem.model.least_echoes
    asked = truncated or offset or problem.model is MODELS["mono"]
    plain = problem.weights is None and problem.r_squared_target is None
    if not (asked and plain and rows.size) or len(problem.te) < problem.model.least_echoes:
        return rows
    with using_kernels():
        solve = kernel("fit_clear_offset" if offset else "fit_clear")
    if solve is None:
        return rows
    signals, source = problem.flat, rows
    held = signals.dtype in (np.float32, np.float64) and signals.flags.c_contiguous
    if not held or len(problem.chosen) < signals.shape[1]:
        signals, source = problem.signals(rows).astype(np.float64), np.arange(rows.size)
    noise, floor = problem.noise, None
    if truncated and noise is not None:
        floor = np.array([noise.floor])
    elif truncated:
        floor = np.zeros(rows.size)
        with np.errstate(all="ignore"), using_kernels():
            low = np.flatnonzero(falls(signals[source, 0], signals[source, -1]))
            floor[low] = own_floor(problem.curves(rows[low])[0], problem.te, problem.n_coils)
    slowest, fastest = problem.rate_bounds or (0.0, np.inf)
    train, first_te = train_of(tuple(problem.te.tolist())), float(problem.te[0])
    sigma = None if noise is None else noise.sigma
    limits = -np.inf if noise is None else FLOOR_FACTOR * noise.floor, (slowest, fastest)
    quantiles = student_975(np.arange(len(problem.te) + 1))
    left: NDArray[np.intp]
    if offset:
        left = solve(
            signals,
            source,
            rows,
            train,
            first_te,
            sigma,
            *limits,
            quantiles,
            output.main,
            output.column("offset"),
            output.counts,
            output.status,
        )
        output.column("offset")[left] = np.nan
    else:
        left = solve(
            signals,
            source,
            rows,
            train,
            first_te,
            floor,
            sigma,
            *limits,
            quantiles,
            output.main,
            output.counts,
            output.status,
        )
    return left

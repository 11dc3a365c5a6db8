"""`fit`: one call for every model, any leading shape, in blocks that fit the cache, on all cores."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import (
    CancelToken,
    Fit,
    FitArgumentError,
    FitStatus,
    Progress,
    no_progress,
    student_975,
)
from ironquant.fitting.arguments import LARGEST, SMALLEST, Problem, prepare
from ironquant.fitting.clear import fit_clear_cases
from ironquant.fitting.compiled import kernels_for_volume, ready, using_kernels
from ironquant.fitting.modelfit import Array, ModelFit
from ironquant.fitting.output import Output
from ironquant.fitting.truncation import FLOOR_FACTOR, goodness_of_fit

T = TypeVar("T")

BLOCK_VOXELS, KERNEL_VOXELS = 44_000, 16_360
"""In a block, two pieces long; of the general path through the kernels. No powers of two: else all echoes
of a voxel would fall on one place of the cache, which holds few."""
MALLOPT = {-3: 32 * 2**20, -1: 256 * 2**20, -2: 64 * 2**20}
"""Of glibc (malloc.h), in bytes: M_MMAP_THRESHOLD, up to which arrays lie in memory that is used again;
M_TRIM_THRESHOLD, how much of it is kept when it is free; M_TOP_PAD, the size of the parts in which all but
the first thread have theirs: smaller ones go back whenever they are empty."""
VOLUME_VOXELS = 20_000
"""From here on a fit uses the compiled kernels."""
MANY_VOXELS = 2_000_000
"""From here on they are loaded first, whatever the model."""
MEASURABLE_FIRST_TE_FRACTION = 0.7
"""Below this fraction of the first echo T2* is a bound (clinical reference, section 1.3)."""


def fit(
    signal: ArrayLike,
    te_ms: Sequence[float] | NDArray[np.floating],
    model: str = "mono",
    *,
    sigma: float | None = None,
    n_coils: int = 1,
    weights: ArrayLike | Literal["none"] | None = None,
    echoes: Sequence[int] | None = None,
    mask: ArrayLike | None = None,
    bounds: tuple[float, float] | None = None,
    field_t: float | None = None,
    precession: int = 1,
    r_squared_target: float | None = None,
    limits: bool = True,
    threads: int | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Fit:
    """Fit T2* to multi-echo decays.

    Parameters
    ----------
    signal : array_like, shape (..., echo)
        Magnitude, any real dtype; for ``cse`` complex.
    te_ms : sequence of float, shape (echo,)
        Echo times in ms, strictly ascending, positive; even or uneven.
    model : str
        ======================= =====================================================================
        ``mono``                S0·exp(−TE·R2*), nonlinear least squares on all echoes
        ``truncation``          the same on the leading echoes; rule in `ironquant.fitting.truncation`
        ``second-moment``       S² = A² + 2·L·σ², efficient weights (Feng, MRM 2013;70:1765)
        ``rician``              first moment: S = E[M] of non-central chi noise (the same paper)
        ``offset``              S0·exp(−TE·R2*) + C
        ``loglinear``           straight line through ln S, weights S²
        ``arlo``                auto-regression (Pei, MRM 2015;73:843); closed form
        ``biexp``               two components; research, 12 echoes or more
        ``fat-water``           magnitude with the six fat peaks, one R2*; `field_t` needed
        ``cse``                 complex: field map, water, fat, one R2*; `field_t` needed
        ======================= =====================================================================
    sigma : float, optional
        Noise SD per channel. None: not needed by ``mono``, ``offset``, ``loglinear``, ``arlo``,
        ``biexp`` and ``cse`` (uncertainty then comes from the residual); ``truncation`` goes by the
        curve alone; ``second-moment`` and ``rician`` estimate it per voxel from the curve;
        ``fat-water`` takes the noise floor as nothing. It is never refused.
    n_coils : int
        Effective channels L of the noise.
    weights : "none" or array_like, shape (echo,) or like `signal`, optional
        Relative weights of the squared residuals, for ``mono``, ``truncation``, ``offset``,
        ``biexp`` and ``loglinear`` (there of ln S; by default S², "none": equal).
    echoes : sequence of int, optional
        Echoes to use, numbered from 1; ``truncation`` then uses exactly these.
    mask : array_like of bool, shape (...), optional
        Voxels to fit; the others get status MASKED.
    bounds : tuple of float, optional
        T2* in ms between which an answer is accepted; at or beyond them the status is AT_BOUND.
    field_t : float, optional
        Actual field in tesla.
    precession : {1, -1}
        Sense of complex phase: −1 where fat, which precesses slower, gains phase against water.
    r_squared_target : float, optional
        ``truncation`` keeps the most leading echoes whose fit reaches this R².
    limits : bool
        Whether limits are computed where there is no value; maps of T2* alone do without.
    threads : int, optional
        Default: all cores. Results do not depend on it.
    progress, cancel
        For long work.

    Returns
    -------
    Fit
        Shaped like `signal` without its echo axis. Where the status is not OK every number is NaN,
        but ``extra["t2star_bound_ms"]`` holds the limit that the likelihood sets, where it sets
        one: T2* is at most that where the status is BELOW_FIRST_ECHO, at least that where it is
        NO_DECAY.

    Raises
    ------
    FitArgumentError
        Shapes, echo times, weights, bounds or echoes that do not fit together or to the model.
    SettingsError
        ``model_unknown``.
    CancelledError
        If cancelled.
    """
    problem = prepare(
        signal,
        te_ms,
        model,
        sigma=sigma,
        n_coils=n_coils,
        weights=weights,
        echoes=echoes,
        mask=mask,
        bounds=bounds,
        field_t=field_t,
        precession=precession,
        r_squared_target=r_squared_target,
    )
    if threads is not None and threads < 1:
        raise FitArgumentError("fit_arguments", reason="threads must be at least 1")
    count = problem.count
    volume = count >= VOLUME_VOXELS
    output = Output(problem, limits=limits)

    def first_pass(block: slice) -> tuple[NDArray[np.intp], int]:
        """Clear what is not to be fitted, answer clear cases; return what remains, of how many."""
        output.clear(block)
        rows = problem.rows(block)
        return (fit_clear_cases(problem, rows, output) if volume else rows), rows.size

    used = problem.model.kernels
    with ExitStack() as stack:
        if volume:
            _keep_memory()
            stack.enter_context(kernels_for_volume(used, problem.model.kernels_pay or count >= MANY_VOXELS))
        workers = stack.enter_context(_Workers(threads or _cores(), cancel))
        clear, remaining = 0, []
        for left, wanted in workers.map(first_pass, len(problem.flat), BLOCK_VOXELS):
            remaining.append(left)
            clear += wanted - left.size
            if wanted > left.size:
                progress(clear / count, "fit")
        rows = np.concatenate([np.arange(0), *remaining])
        done = clear / max(count, 1)
        size = min(BLOCK_VOXELS, KERNEL_VOXELS) if volume and ready(used) else BLOCK_VOXELS
        parts = workers.map(lambda block: fit_rows(problem, rows[block], output, volume), rows.size, size)
        for number, _ in enumerate(parts, start=1):
            progress(done + (1.0 - done) * number / -(-rows.size // size), "fit")
    return output.as_fit()


@cache
def _keep_memory() -> None:
    """Let memory that is freed stay with this process (mallopt(3)).

    Else glibc fetches much of it from the system anew with every block, page by page, threads waiting for one
    another: up to a fifth of a fit, a tenth of a first one. Other systems know no such thing.
    """
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for parameter, value in MALLOPT.items():
            mallopt(parameter, value)


def _cores() -> int:
    """Return how many cores this process may use; ``OMP_NUM_THREADS`` says so where others use the rest."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Workers:
    """Some threads, or this one alone, that do a range block by block."""

    def __init__(self, threads: int, cancel: CancelToken | None) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="ironquant-fit") if threads > 1 else None
        self._cancel = cancel

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[[slice], T], count: int, size: int) -> Iterator[T]:
        """Return what the work gives for every block of that size, in their order."""
        blocks = [slice(start, min(start + size, count)) for start in range(0, count, size)]

        def checked(block: slice) -> T:
            if self._cancel is not None:
                self._cancel.check()
            return work(block)

        if self._pool is None or len(blocks) <= 1:
            return map(checked, blocks)
        return self._pool.map(checked, blocks)


def fit_rows(problem: Problem, rows: NDArray[np.intp], output: Output, volume: bool) -> None:
    """Fit some voxels, of a `volume` with the compiled kernels, and store what can be answered."""
    curves, weights = problem.curves(rows)
    status = np.full(curves.shape[1], FitStatus.OK, dtype=np.int8)
    if len(problem.te) < problem.model.least_echoes:
        status[:] = FitStatus.TOO_FEW_ECHOES
        output.put(rows, status)
        return
    magnitude = np.abs(curves) if problem.model.complex_signal else curves
    most, least = magnitude.max(axis=0), magnitude.min(axis=0)
    # A NaN fails every comparison.
    finite = (most < LARGEST) & (least > -LARGEST)
    lit = most > SMALLEST
    status[~lit] = FitStatus.NOISE_FLOOR
    status[~finite] = FitStatus.NOT_FINITE
    valid = np.flatnonzero(finite & lit)
    if valid.size == 0:
        output.put(rows, status)
        return
    if valid.size < status.size:
        curves = np.take(curves, valid, axis=1)
        magnitude = np.abs(curves) if problem.model.complex_signal else curves
        weights = weights if weights is None or weights.shape[1] == 1 else np.take(weights, valid, axis=1)
    # What overflows or is undefined in a hopeless curve fails the comparisons of `_status`.
    with np.errstate(all="ignore"), using_kernels(volume):
        result = problem.model.solve(curves, problem.te, problem.conditions(weights))
        rate_se = result.rate_se
        quantile = student_975(result.rate_dof)
        spread = quantile * rate_se
        judged = _status(problem, result, curves, spread)
        status[valid] = judged
        output.put(rows, status, valid, result, rate_se, goodness_of_fit(result, magnitude, weights))
        output.put_bounds(rows, valid, judged, curves, result, result.rate + quantile * result.steady_se)


def _status(problem: Problem, result: ModelFit, curves: Array, spread: Array) -> NDArray[np.int8]:
    """Say per voxel whether there is an answer, and if not, why."""
    te = problem.te
    status = np.full(len(result.rate), FitStatus.OK, dtype=np.int8)
    unsure = ~(spread < result.rate) | ~(result.amplitude > 0) | ~np.isfinite(result.amplitude)
    fast = result.rate * MEASURABLE_FIRST_TE_FRACTION * te[0] > 1.0
    status[unsure | result.at_slowest] = FitStatus.NO_DECAY
    status[(unsure & fast) | result.at_fastest] = FitStatus.BELOW_FIRST_ECHO
    if problem.noise is not None and not problem.model.complex_signal:
        status[curves[0] <= FLOOR_FACTOR * problem.noise.floor] = FitStatus.NOISE_FLOOR
    if problem.rate_bounds is not None:
        slowest, fastest = problem.rate_bounds
        outside = (result.rate <= slowest) | (result.rate >= fastest)
        status[outside & (status == FitStatus.OK)] = FitStatus.AT_BOUND
    return status

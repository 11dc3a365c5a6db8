"""Result arrays of a whole call, filled block by block, from several threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Fit, FitStatus
from ironquant.fitting.arguments import Problem
from ironquant.fitting.limits import likely_rates
from ironquant.fitting.modelfit import Array, ModelFit

BOUND = "t2star_bound_ms"
_COLUMNS = ("t2star", "t2star_se", "rate", "rate_se", "shortest", "longest", "s0", "offset", "sigma", "r2")


class Output:
    """Columns of numbers over all voxels, NaN until a block is put."""

    def __init__(self, problem: Problem) -> None:
        total = len(problem.flat)
        # A block that is put is written whole; only voxels outside the mask need a value before.
        masked = problem.indices is not None
        self.columns = {
            name: np.full(total, np.nan) if masked else np.empty(total) for name in (*_COLUMNS, BOUND)
        }
        self.extra: dict[str, Array] = {}
        self.used = np.zeros(total, dtype=np.intp)
        self.status = np.full(total, FitStatus.MASKED, dtype=np.int8)
        self._problem = problem
        for name in problem.model.extras:
            self.extra[name] = np.full(total, np.nan)

    def put(
        self,
        block: slice,
        status: NDArray[np.int8],
        valid: NDArray[np.bool_] | None = None,
        result: ModelFit | None = None,
        rate_se: Array | None = None,
        quantile: Array | None = None,
        r_squared: Array | None = None,
    ) -> None:
        """Store a block; `status` covers all its voxels, the rest those that are `valid`."""
        rows = self._problem.rows(block)
        self.status[rows] = status
        if valid is None or result is None or rate_se is None or quantile is None or r_squared is None:
            for column in self.columns.values():
                column[rows] = np.nan
            return
        good = status == FitStatus.OK
        within = good[valid]

        def store(column: Array, value: Array) -> None:
            if valid.all():
                column[rows] = np.where(within, value, np.nan)
            else:
                whole = np.full(len(status), np.nan)
                whole[good] = value[within]
                column[rows] = whole

        rate, spread = result.rate, quantile * rate_se
        t2star = 1.0 / rate
        nothing = np.zeros_like(rate)
        noise = self._problem.noise
        given = np.full_like(rate, np.nan if noise is None else noise.sigma)
        values = (
            t2star,
            rate_se * t2star**2,
            1000.0 * rate,
            1000.0 * rate_se,
            1.0 / (rate + spread),
            1.0 / (rate - spread),
            result.amplitude,
            nothing if result.offset is None else result.offset,
            given if result.sigma is None or noise is not None else result.sigma,
            r_squared,
            nothing * np.nan,
        )
        for column, value in zip(self.columns.values(), values, strict=True):
            store(column, value)
        for name, value in result.extra.items():
            store(self.extra[name], value)
        used = np.zeros(len(status), dtype=np.intp)
        used[valid] = result.used
        self.used[rows] = used

    def put_bounds(
        self,
        problem: Problem,
        block: slice,
        valid: NDArray[np.bool_],
        judged: NDArray[np.int8],
        curves: Array,
        fastest: Array,
    ) -> None:
        """Store the limits of T2* where there is no value.

        Parameters
        ----------
        judged : ndarray of int8, shape (valid voxel,)
        fastest : ndarray, shape (valid voxel,)
            Upper end of the interval of the rate.
        """
        short, flat = judged == FitStatus.BELOW_FIRST_ECHO, judged == FitStatus.NO_DECAY
        limited = np.flatnonzero(short | flat)
        if limited.size == 0 or problem.model.complex_signal:
            return
        if problem.noise is not None:
            noise = problem.noise
            square = curves[:, limited] ** 2
            floor = noise.n_coils * noise.sigma**2
            variance = 4.0 * noise.sigma**2 * (np.maximum(square - 2.0 * floor, 0.0) + floor)
            least, most = likely_rates(square, np.maximum(variance, 1e-300), problem.te, noise)
            rate = np.where(short[limited], least, most)
        else:
            rate = np.where(short[limited], np.nan, fastest[limited])
        bound = 1.0 / rate
        whole = np.full(len(valid), np.nan)
        whole[np.flatnonzero(valid)[limited]] = np.where(np.isfinite(bound) & (bound > 0), bound, np.nan)
        self.columns[BOUND][problem.rows(block)] = whole

    def as_fit(self, problem: Problem) -> Fit:
        """Give everything its shape."""
        shape = problem.shape
        column = {name: array.reshape(shape) for name, array in self.columns.items()}
        extra = {name: array.reshape(shape) for name, array in self.extra.items()}
        return Fit(
            model=problem.name,
            te_ms=tuple(problem.all_te.tolist()),
            t2star_ms=column["t2star"],
            t2star_se_ms=column["t2star_se"],
            r2star_per_s=column["rate"],
            r2star_se_per_s=column["rate_se"],
            ci95=np.stack([column["shortest"], column["longest"]], axis=-1),
            s0=column["s0"],
            offset=column["offset"],
            sigma=column["sigma"],
            r_squared=column["r2"],
            n_echoes_used=self.used.reshape(shape),
            status=self.status.reshape(shape),
            extra={BOUND: column[BOUND], **extra},
        )

"""Result arrays of a whole call, filled block by block, from several threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Fit, FitStatus
from ironquant.fitting.arguments import Problem
from ironquant.fitting.limits import voxel_limits
from ironquant.fitting.modelfit import Array, ModelFit

MAIN = ("rate", "rate_se", "s0", "r_squared")
BOUND = "t2star_bound_ms"
STEADY = 0.05
"""Residual SD over mean signal below which a curve is no noise: that of 90 channels scatters so."""


class Output:
    """Columns of numbers over all voxels, of no value until their blocks are cleared and put.

    So each thread is the first to write to its part, and fetches its memory from the system.
    """

    def __init__(self, problem: Problem, *, limits: bool = True) -> None:
        self._problem, total = problem, len(problem.flat)
        model, given = problem.model, () if problem.noise is None else ("sigma",)
        self._estimated = tuple(name for name in model.estimates if name not in given)
        bounds = (BOUND,) if limits and not model.complex_signal else ()
        self._columns = {name: np.empty(total) for name in (*MAIN, *model.extras, *self._estimated, *bounds)}
        self.main = tuple(self._columns[name] for name in MAIN)
        self.counts = np.zeros((2, total), dtype=np.int16)
        self.status = np.empty(total, dtype=np.int8)

    def clear(self, block: slice) -> None:
        """Say of a range of voxels that they are not fitted; a fit that is put writes over it."""
        for name, column in self._columns.items():
            if name == BOUND or self._problem.mask is not None:
                column[block] = np.nan
        self.status[block] = FitStatus.MASKED

    def column(self, name: str) -> Array:
        """Return a column, shape (voxel,)."""
        return self._columns[name]

    def put(
        self,
        rows: NDArray[np.intp],
        status: NDArray[np.int8],
        valid: NDArray[np.intp] | None = None,
        result: ModelFit | None = None,
        rate_se: Array | None = None,
        r_squared: Array | None = None,
    ) -> None:
        """Store some voxels; `status` covers all of them, the rest those that are `valid`."""
        self.status[rows] = status
        if valid is None or result is None or rate_se is None or r_squared is None:
            for column in self._columns.values():
                column[rows] = np.nan
            return
        main = 1000.0 * result.rate, 1000.0 * rate_se, result.amplitude, r_squared
        values = {**dict(zip(MAIN, main, strict=True)), **result.extra}
        values |= {name: getattr(result, name) for name in self._estimated}
        bad = np.flatnonzero(status[valid] != FitStatus.OK)
        for name, value in values.items():
            self._store(name, rows, valid, len(status), value, bad)
        self.counts[0, rows] = _spread(result.rate_dof, valid, len(status))
        self.counts[1, rows] = _spread(result.used, valid, len(status))

    def _store(
        self,
        name: str,
        rows: NDArray[np.intp],
        valid: NDArray[np.intp],
        count: int,
        value: Array,
        bad: NDArray[np.intp],
    ) -> None:
        column = self._columns[name]
        if valid.size < count:
            whole = np.full(count, np.nan)
            whole[valid] = value
            whole[valid[bad]] = np.nan
            column[rows] = whole
        elif bad.size:
            cleared = value.copy()
            cleared[bad] = np.nan
            column[rows] = cleared
        else:
            column[rows] = value

    def put_bounds(
        self,
        rows: NDArray[np.intp],
        valid: NDArray[np.intp],
        judged: NDArray[np.int8],
        curves: Array,
        result: ModelFit,
        fastest: Array,
    ) -> None:
        """Store the limits of T2* where there is no value.

        Parameters
        ----------
        judged : ndarray of int8, shape (valid voxel,)
        curves : ndarray, shape (echo, valid voxel)
        fastest : ndarray, shape (valid voxel,)
            Upper end of the interval of the rate of a steady curve.
        """
        short, flat = judged == FitStatus.BELOW_FIRST_ECHO, judged == FitStatus.NO_DECAY
        limited = np.flatnonzero(short | flat)
        if BOUND not in self._columns or limited.size == 0:
            return
        noise = self._problem.noise
        if noise is not None and noise.sigma > 0:
            part = np.take(curves, limited, axis=1)
            least, most = voxel_limits(part, self._problem.te, noise)
            rate = np.where(short[limited], least, most)
        else:
            # Without a known noise a flat curve may be all noise, unless it scatters little.
            size = np.take(curves, limited, axis=1).mean(axis=0)
            steady = np.sqrt(result.misfit / result.dof)[limited] < STEADY * size
            rate = np.where(steady & flat[limited], fastest[limited], np.nan)
        bound = 1.0 / rate
        whole = np.full(len(rows), np.nan)
        whole[valid[limited]] = np.where(np.isfinite(bound) & (bound > 0), bound, np.nan)
        self._columns[BOUND][rows] = whole

    def as_fit(self) -> Fit:
        """Give everything its shape."""
        problem, shape = self._problem, self._problem.shape
        column = {name: array.reshape(shape) for name, array in self._columns.items()}
        return Fit(
            model=problem.name,
            te_ms=tuple(problem.all_te.tolist()),
            r2star_per_s=column["rate"],
            r2star_se_per_s=column["rate_se"],
            s0=column["s0"],
            r_squared=column["r_squared"],
            dof=self.counts[0].reshape(shape),
            n_echoes_used=self.counts[1].reshape(shape),
            status=self.status.reshape(shape),
            estimated={name: column[name] for name in self._estimated},
            sigma_given=None if problem.noise is None else problem.noise.sigma,
            extra={
                BOUND: column.get(BOUND, np.broadcast_to(np.nan, shape)),
                **{name: column[name] for name in problem.model.extras},
            },
        )


def _spread(value: NDArray[np.intp], valid: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return the values of valid voxels among all of a block, 0 elsewhere."""
    if valid.size == count:
        return value
    whole = np.zeros(count, dtype=np.intp)
    whole[valid] = value
    return whole

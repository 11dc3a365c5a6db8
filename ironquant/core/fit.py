"""A fit: parameter maps with their errors, and why a number is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ironquant.core.student import student_975

FloatArray = NDArray[np.floating]


class FitStatus(IntEnum):
    """Why a fit has, or has not, a number."""

    OK = 0
    BELOW_FIRST_ECHO = 1
    NOISE_FLOOR = 2
    NO_DECAY = 3
    AT_BOUND = 4
    NOT_FINITE = 5
    TOO_FEW_ECHOES = 6
    MASKED = 7


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameter maps of one fit, shaped like the input without its echo axis.

    What follows from other maps (T2* from R2*, the intervals) is made when first asked for: a fit of
    a whole volume is not slower, nor larger, than what is used of it. NaN where `status` is not OK.

    Attributes
    ----------
    r2star_per_s, r2star_se_per_s : ndarray
        Estimate and standard error.
    s0, r_squared : ndarray
    dof : ndarray of int
        Degrees of freedom of the standard error; 0 where the noise was known (normal quantile).
    n_echoes_used : ndarray of int
    status : ndarray of int8
        `FitStatus` values.
    estimated : mapping of str to ndarray
        ``offset`` and ``sigma`` where the model fitted them.
    sigma_given : float or None
    extra : mapping of str to ndarray
        ``t2star_bound_ms`` (a limit where only that is known; which: see `ironquant.fit`) and
        model-specific parameters.
    """

    model: str
    te_ms: tuple[float, ...]
    r2star_per_s: FloatArray
    r2star_se_per_s: FloatArray
    s0: FloatArray
    r_squared: FloatArray
    dof: NDArray[np.integer]
    n_echoes_used: NDArray[np.integer]
    status: NDArray[np.int8]
    estimated: Mapping[str, FloatArray] = field(default_factory=dict)
    sigma_given: float | None = None
    extra: Mapping[str, FloatArray] = field(default_factory=dict)

    @cached_property
    def t2star_ms(self) -> FloatArray:
        """T2* in ms."""
        return np.asarray(1000.0 / self.r2star_per_s)

    @cached_property
    def t2star_se_ms(self) -> FloatArray:
        """Standard error of T2* in ms."""
        return np.asarray(self.r2star_se_per_s * self.t2star_ms / self.r2star_per_s)

    @cached_property
    def ci95(self) -> FloatArray:
        """95 % interval of T2* in ms (symmetric in R2*, Student t), shape (..., 2)."""
        spread = student_975(self.dof) * self.r2star_se_per_s
        ends = (1000.0 / (self.r2star_per_s + spread), 1000.0 / (self.r2star_per_s - spread))
        return np.stack(ends, axis=-1)

    @property
    def relative_error(self) -> FloatArray:
        """Standard error of R2* over its value, which is that of T2* too."""
        return np.asarray(self.r2star_se_per_s / self.r2star_per_s)

    @cached_property
    def offset(self) -> FloatArray:
        """Constant beneath the decay; 0 for models without."""
        return self._estimated("offset", 0.0)

    @cached_property
    def sigma(self) -> FloatArray:
        """Noise SD per channel, given or estimated; NaN where neither."""
        return self._estimated("sigma", np.nan if self.sigma_given is None else self.sigma_given)

    def _estimated(self, name: str, otherwise: float) -> FloatArray:
        if name in self.estimated:
            return self.estimated[name]
        return np.where(self.status == FitStatus.OK, otherwise, np.nan)

"""What every model takes and returns: blocks of curves, echo by echo.

Inside the engine a block of curves has shape (echo, voxel): a sum over echoes is then a sum of long
rows, for NumPy and for the compiled kernels alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.noise import Noise

if TYPE_CHECKING:
    from ironquant.fitting.solver import Decay

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Conditions:
    """What is known beside the curves.

    Attributes
    ----------
    noise : Noise or None
        SD per channel and effective channels, where known.
    n_coils : int
        Effective channels, which may be known where the SD is not.
    field_t : float or None
        Actual field in tesla; only models with fat need it.
    weights : ndarray, shape (echo, voxel) or (echo, 1), or None
        Given by the caller; None: those of the model.
    precession : {1, -1}
        Sense of the phase of complex data: 1 where a spin of higher frequency gains positive phase.
    r_squared_target : float or None
        Truncation keeps the most leading echoes whose fit reaches it, instead of its own rule.
    fits_by_length : Decay or None
        Of a single curve without weights, where they are known: its fits to the first three echoes, to the
        first four, and so on to all (`truncation.leading_fits`).
    """

    noise: Noise | None = None
    n_coils: int = 1
    field_t: float | None = None
    weights: Array | None = None
    precession: int = 1
    r_squared_target: float | None = None
    fits_by_length: Decay | None = None


@dataclass(frozen=True, eq=False)
class ModelFit:
    """One model on a block of curves; every array has shape (voxel,).

    Attributes
    ----------
    rate : ndarray
        R2* in 1/ms.
    amplitude : ndarray
        S0.
    unit_variance : ndarray
        Variance of the rate for residuals of variance 1.
    residual_variance : ndarray
        What the residuals say their variance is (of the fitted quantity, weights included).
    known_variance : ndarray or None
        Variance of the rate from the known noise; None where the noise is not known.
    misfit : ndarray
        Σ (S − expected magnitude)² over the echoes used.
    dof : ndarray of int
        Degrees of freedom of `residual_variance`.
    used : ndarray of int
        Number of leading echoes that were fitted.
    at_slowest, at_fastest : ndarray of bool
        The minimum lies on the edge of the search range.
    variation : ndarray or None
        Σ (S − mean)² over the echoes used, where the solver knows it.
    offset : ndarray or None
    added_variance : ndarray or None
        What an estimate of the noise adds to the variance of the rate, where it does; contained in
        `unit_variance` times `residual_variance`.
    sigma : ndarray or None
        Noise SD per channel where the model estimated it.
    extra : mapping of str to ndarray
        Further parameters by the name that `Fit.extra` gives them.
    """

    rate: Array
    amplitude: Array
    unit_variance: Array
    residual_variance: Array
    known_variance: Array | None
    misfit: Array
    dof: NDArray[np.intp]
    used: NDArray[np.intp]
    at_slowest: NDArray[np.bool_]
    at_fastest: NDArray[np.bool_]
    variation: Array | None = None
    offset: Array | None = None
    added_variance: Array | None = None
    sigma: Array | None = None
    extra: Mapping[str, Array] = field(default_factory=dict)

    @property
    def residual_se(self) -> Array:
        """Standard error of the rate (1/ms) by the residual alone, whatever is known of the noise."""
        return np.asarray(np.sqrt(self.unit_variance * self.residual_variance))

    @property
    def rate_se(self) -> Array:
        """Standard error of the rate (1/ms): by the noise where it is known, else by the residual."""
        return self.residual_se if self.known_variance is None else np.sqrt(self.known_variance)

    @property
    def steady_se(self) -> Array:
        """Standard error of the rate of a curve too steady to be noise, which no noise term explains."""
        if self.added_variance is None:
            return self.rate_se
        return np.sqrt(np.maximum(self.rate_se**2 - self.added_variance, 0.0))

    @property
    def rate_dof(self) -> NDArray[np.intp]:
        """Degrees of freedom of `rate_se`; 0 where the noise is known."""
        return self.dof if self.known_variance is None else np.zeros_like(self.dof)


Solve = Callable[[Any, Array, Conditions], ModelFit]
"""A model: curves (echo, voxel), real or complex, echo times in ms, conditions → fit."""


def all_echoes(curves: Array) -> NDArray[np.intp]:
    """Return the number of echoes for every voxel."""
    return np.full(curves.shape[1], curves.shape[0], dtype=np.intp)

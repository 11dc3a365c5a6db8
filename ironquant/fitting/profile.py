"""Profile intervals of a region's rate: where the residual has risen as far as Student's t allows.

Venables and Ripley, Modern Applied Statistics with S, section 8.4; Bates and Watts, Nonlinear
Regression Analysis, 1988, section 6.1.2. Unlike the standard error it follows the curvature of the
model: towards high iron the interval is longer on the fast side.
"""

from __future__ import annotations

import math

import numpy as np

from ironquant.core import student_975_of
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.modelfit import Array, Conditions, ModelFit
from ironquant.fitting.secondmoment import efficient_weights
from ironquant.fitting.truncation import leading

POINTS = 81
REACH = 4.0
"""Rates are tried up to this many half-widths of the symmetric interval."""
NARROW = 1e-4
"""Half-width relative to the rate up to which the profile is symmetric; far below, it is rounding."""
_STEPS = np.linspace(-1.0, 1.0, POINTS)


def profile_interval(
    name: str, curve: Array, te: Array, conditions: Conditions, fitted: ModelFit
) -> tuple[float, float]:
    """Return the 95 % interval of the rate of one curve, in 1/ms; NaN on a side without an end.

    Parameters
    ----------
    name : str
        Model.
    curve, te : ndarray, shape (echo,)
    fitted : ModelFit
        Of this curve alone.

    Returns
    -------
    tuple of float
        The symmetric interval for models whose residual is not profiled (straight line, ARLO, two
        components, fat, and the first moment, whose echoes scatter unequally), and where it is narrow.
    """
    rate = float(fitted.rate[0])
    rate_se, quantile = float(fitted.residual_se[0]), student_975_of(int(fitted.dof[0]))
    spread = quantile * rate_se
    if name not in _PROFILED or not math.isfinite(spread) or not spread > NARROW * rate > 0:
        return rate - spread, rate + spread
    # In log rate: the interval stays positive whatever its width.
    reach = REACH * math.log1p(spread / rate)
    rates = rate * np.exp(reach * _STEPS)
    rise = _PROFILED[name](curve, te, conditions, fitted, rates)
    middle = POINTS // 2
    rise = (rise - rise[middle]) / float(fitted.residual_variance[0])
    # The profile t: the root of the rise is nearly straight where the rise itself is a parabola.
    away = np.sqrt(np.maximum(rise, 0.0)) - quantile
    return _crossing(rates[middle::-1], away[middle::-1]), _crossing(rates[middle:], away[middle:])


def _crossing(rates: Array, away: Array) -> float:
    """Return the first rate where `away` passes zero, between the points around it; else NaN."""
    at = int((away > 0).argmax())
    if at == 0:  # none, or the first one
        return float("nan")
    part = away[at - 1] / (away[at - 1] - away[at])
    return float(rates[at - 1] + part * (rates[at] - rates[at - 1]))


def _linear(signal: Array, te: Array, weights: Array, rates: Array, *, intercept: bool = False) -> Array:
    """Weighted residual sum at each rate, amplitude (and offset) projected out."""
    basis = np.exp(-np.outer(rates, te - te[0]))
    y = signal
    if intercept:
        basis = basis - (basis @ weights)[:, None] / weights.sum()
        y = signal - weights @ signal / weights.sum()
    explained = (basis @ (weights * y)) ** 2 / np.maximum(basis**2 @ weights, TINY)
    return np.asarray(weights @ y**2 - explained)


def _least_squares(curve: Array, te: Array, conditions: Conditions, fitted: ModelFit, rates: Array) -> Array:
    weights = leading(fitted.used, conditions.weights, len(te))[:, 0]
    return _linear(curve, te, weights, rates, intercept=fitted.offset is not None)


def _second_moment(curve: Array, te: Array, conditions: Conditions, fitted: ModelFit, rates: Array) -> Array:
    sigma = float(fitted.sigma[0]) if fitted.sigma is not None else 0.0
    noise_square = 2.0 * conditions.n_coils * sigma**2
    square = curve**2 - noise_square
    decay = (fitted.amplitude[0] * np.exp(-fitted.rate[0] * te)) ** 2
    weights = efficient_weights(decay[:, None], square[:, None], noise_square)[:, 0]
    return _linear(square, 2.0 * te, weights, rates)


_PROFILED = {
    "mono": _least_squares,
    "truncation": _least_squares,
    "offset": _least_squares,
    "second-moment": _second_moment,
}

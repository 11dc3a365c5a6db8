"""Limits of agreement of two methods or readers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ironquant.statistics.estimates import Z_975, Estimate, FloatColumn, paired

Scale = Literal["difference", "percent", "ratio"]


@dataclass(frozen=True)
class BlandAltman:
    """Bias and limits of agreement of first − second.

    Attributes
    ----------
    scale : {"difference", "percent", "ratio"}
        ``difference``: in the unit of the numbers; ``percent``: 100 (first − second) / their mean;
        ``ratio``: first / second, computed on logarithms, so that 1 is agreement.
    bias, lower, upper : Estimate
        Mean difference, and mean ∓ 1.96 SD (for ``ratio`` exponentiated).
    sd : float
        SD of the differences; for ``ratio`` of the natural logarithm of the ratio.
    slope : Estimate or None
        Proportional bias: slope of the differences against the means of the pairs (``ratio``: of log
        ratio against mean logarithm); None where the means are all alike.
    slope_p : float or None
        Two-sided p of slope = 0.
    """

    scale: Scale
    n: int
    bias: Estimate
    sd: float
    lower: Estimate
    upper: Estimate
    slope: Estimate | None
    slope_p: float | None


def bland_altman(first: ArrayLike, second: ArrayLike, scale: Scale = "difference") -> BlandAltman:
    """Return bias and 95 % limits of agreement, each with its 95 % confidence interval.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Paired and finite; for ``percent`` and ``ratio`` above zero.
    scale : {"difference", "percent", "ratio"}

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three pairs.
    ValueError
        For numbers that are not finite, or not above zero where the scale needs it.

    Notes
    -----
    Bland & Altman, Lancet 1986;1:307 (limits, and their proof with peak flow meters) and Stat Methods
    Med Res 1999;8:135 (per cent, logarithms, regression on the mean). The intervals of the limits are
    the exact ones, from the non-central t distribution, of Carkeet, Optom Vis Sci 2015;92:e71; for
    hundreds of pairs they equal Bland and Altman's √(3/n) SD, for ten they are wider and not symmetric.
    """
    a, b = paired(first, second)
    if scale != "difference" and min(a.min(), b.min()) <= 0:
        raise ValueError("percent and ratio need numbers above zero")
    if scale == "ratio":
        difference, mean = np.log(a) - np.log(b), (np.log(a) + np.log(b)) / 2
    else:
        difference, mean = a - b, (a + b) / 2
        if scale == "percent":
            difference = 100.0 * difference / mean
    bias, sd, lower, upper = _limits(difference)
    if scale == "ratio":
        bias, lower, upper = (_exponential(entry) for entry in (bias, lower, upper))
    slope, p = _regression(mean, difference)
    return BlandAltman(scale, len(a), bias, sd, lower, upper, slope, p)


def _limits(difference: FloatColumn) -> tuple[Estimate, float, Estimate, Estimate]:
    from scipy import stats

    n = len(difference)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    error = sd / math.sqrt(n)
    half = float(stats.t.ppf(0.975, n - 1)) * error
    # (mean + z SD) is a quantile of the differences; its pivot is non-central t.
    shift = Z_975 * math.sqrt(n)
    low, high = float(stats.nct.ppf(0.025, n - 1, shift)), float(stats.nct.ppf(0.975, n - 1, shift))
    upper = Estimate(bias + Z_975 * sd, (bias + low * error, bias + high * error))
    lower = Estimate(bias - Z_975 * sd, (bias - high * error, bias - low * error))
    return Estimate(bias, (bias - half, bias + half)), sd, lower, upper


def _exponential(entry: Estimate) -> Estimate:
    low, high = entry.ci95 or (entry.value, entry.value)
    return Estimate(math.exp(entry.value), (_exp(low), _exp(high)))


def _exp(number: float) -> float:
    return math.exp(min(number, 700.0))


def _regression(mean: FloatColumn, difference: FloatColumn) -> tuple[Estimate | None, float | None]:
    """Return the least-squares slope of the differences against the means, and its p."""
    from scipy import stats

    if np.ptp(mean) <= 1e-12 * float(np.abs(mean).max()):
        return None, None
    if np.ptp(difference) == 0:
        return Estimate(0.0, (0.0, 0.0)), 1.0
    fitted = stats.linregress(mean, difference)
    slope, error = float(fitted.slope), float(fitted.stderr)
    half = float(stats.t.ppf(0.975, len(mean) - 2)) * error
    return Estimate(slope, (slope - half, slope + half)), float(fitted.pvalue)

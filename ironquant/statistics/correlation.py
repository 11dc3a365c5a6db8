"""Correlation and concordance of two sets of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ironquant.statistics.estimates import Z_975, Estimate, FloatColumn, paired


@dataclass(frozen=True)
class Correlation:
    """A coefficient between −1 and 1.

    Attributes
    ----------
    coefficient : Estimate
    p : float or None
        Two-sided, of no association; None for concordance.
    """

    n: int
    coefficient: Estimate
    p: float | None


def concordance(first: ArrayLike, second: ArrayLike) -> Correlation | None:
    """Return Lin's concordance correlation: how near the pairs lie to the line of identity.

    Returns
    -------
    Correlation or None
        None where all numbers are the same.

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three pairs.

    Notes
    -----
    Lin, Biometrics 1989;45:255 (moments over n; interval by the inverse hyperbolic tangent), with the
    corrected variance of Biometrics 2000;56:324.
    """
    a, b = paired(first, second)
    n = len(a)
    shift = float(a.mean() - b.mean())
    total = float(a.var() + b.var()) + shift**2
    if total <= 1e-24 * float(np.abs(np.concatenate([a, b])).max()) ** 2:
        return None
    covariance = float(((a - a.mean()) * (b - b.mean())).mean())
    value = 2.0 * covariance / total
    return Correlation(n, Estimate(value, _lin_interval(a, b, value, covariance, shift)), None)


def _lin_interval(
    a: FloatColumn, b: FloatColumn, value: float, covariance: float, shift: float
) -> tuple[float, float] | None:
    product = float(a.std() * b.std())
    if not product:
        return None
    r = covariance / product
    if 1.0 - abs(value) < 1e-12:
        return (value, value)
    if not r:
        return None
    u2 = shift**2 / product
    spread = (1 - r**2) * value**2 / ((1 - value**2) * r**2)
    spread += 2 * value**3 * (1 - value) * u2 / (r * (1 - value**2) ** 2)
    spread -= value**4 * u2**2 / (2 * r**2 * (1 - value**2) ** 2)
    return _fisher(value, max(spread, 0.0), len(a) - 2)


def pearson(first: ArrayLike, second: ArrayLike) -> Correlation | None:
    """Return Pearson's correlation; None where one set of numbers does not vary.

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three pairs.

    Notes
    -----
    Interval by Fisher's transform, 1/(n − 3); None for three pairs. Correlation is not agreement.
    """
    return _correlation(first, second, ranks=False)


def spearman(first: ArrayLike, second: ArrayLike) -> Correlation | None:
    """Return Spearman's rank correlation; None where one set of numbers does not vary.

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three pairs.

    Notes
    -----
    Interval by Fisher's transform with the variance (1 + r²/2)/(n − 3) of Bonett & Wright, Psychometrika
    2000;65:23.
    """
    return _correlation(first, second, ranks=True)


def _correlation(first: ArrayLike, second: ArrayLike, *, ranks: bool) -> Correlation | None:
    from scipy import stats

    a, b = paired(first, second)
    if not np.ptp(a) or not np.ptp(b):
        return None
    found = stats.spearmanr(a, b) if ranks else stats.pearsonr(a, b)
    r = min(max(float(found[0]), -1.0), 1.0)
    n = len(a)
    ends = _fisher(r, 1.0 + r**2 / 2 if ranks else 1.0, n - 3) if n > 3 else None
    return Correlation(n, Estimate(r, ends), float(found[1]))


def _fisher(value: float, spread: float, n: int) -> tuple[float, float]:
    """Return the interval about `value` that is symmetric in its inverse hyperbolic tangent."""
    if abs(value) >= 1.0:
        return (value, value)
    half = Z_975 * math.sqrt(spread / n)
    middle = math.atanh(value)
    return math.tanh(middle - half), math.tanh(middle + half)

"""Quantiles of Student's t for the few degrees of freedom that a train of echoes leaves.

In closed form, because the first fit of a process would wait longer for SciPy's special functions to
be imported than for the fit itself.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

MOST_CLOSED = 128
"""With more degrees of freedom the sums grow long, and SciPy is asked."""
MOST_STEPS = 200


def student_quantile(dof: NDArray[np.integer], probability: float) -> NDArray[np.float64]:
    """Return quantiles of Student's t; of the normal distribution where `dof` is 0.

    Parameters
    ----------
    dof : ndarray of int, any shape
        Not negative.
    probability : float
        From 0.5 to 1, both excluded.
    """
    return np.asarray(_table(probability, int(dof.max(initial=0)))[dof])


def student_975(dof: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the 97.5 % quantile of Student's t; of the normal distribution where `dof` is 0.

    Parameters
    ----------
    dof : ndarray of int, any shape
    """
    return student_quantile(dof, 0.975)


@lru_cache(maxsize=256)
def student_975_of(dof: int) -> float:
    """Return the same for one number of degrees of freedom."""
    return float(student_975(np.array(dof)))


@lru_cache(maxsize=128)
def _table(probability: float, most: int) -> NDArray[np.float64]:
    normal = NormalDist().inv_cdf(probability)
    if most > MOST_CLOSED:
        from scipy import special

        return np.concatenate([[normal], special.stdtrit(np.arange(1.0, most + 1.0), probability)])
    return np.array([normal, *(_quantile(probability, dof) for dof in range(1, most + 1))])


def _quantile(probability: float, dof: int) -> float:
    """Return the quantile by Newton's method on the distribution, which is concave above 0."""
    constant = math.lgamma(0.5 * (dof + 1)) - math.lgamma(0.5 * dof) - 0.5 * math.log(dof * math.pi)
    # A quantile of the normal distribution is the smaller one: from below, steps cannot overshoot.
    t = NormalDist().inv_cdf(probability)
    for _ in range(MOST_STEPS):
        density = math.exp(constant - 0.5 * (dof + 1) * math.log1p(t * t / dof))
        step = (2.0 * probability - 1.0 - _within(t, dof)) / (2.0 * density)
        t += step
        if abs(step) <= 1e-15 * t:
            break
    return t


def _within(t: float, dof: int) -> float:
    """Return the probability of lying within ±t (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(dof))
    square, term, total = math.cos(angle) ** 2, 1.0, 1.0
    if dof % 2 == 0:
        for k in range(2, dof - 1, 2):
            term *= square * (k - 1) / k
            total += term
        return math.sin(angle) * total
    if dof == 1:
        return 2.0 / math.pi * angle
    for k in range(3, dof - 1, 2):
        term *= square * (k - 1) / k
        total += term
    return 2.0 / math.pi * (angle + math.sin(angle) * math.cos(angle) * total)

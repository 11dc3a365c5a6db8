"""Intraclass correlation of two or more readers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ironquant.statistics.estimates import Estimate, readings


@dataclass(frozen=True)
class Icc:
    """ICC(2,1): readers are a random sample, a single reading is used, agreement is absolute.

    Attributes
    ----------
    n, k : int
        Subjects and readers.
    icc : Estimate
    """

    n: int
    k: int
    icc: Estimate


def icc_agreement(values: ArrayLike) -> Icc | None:
    """Return ICC(2,1) of readings; None where all of them are the same number.

    Parameters
    ----------
    values : array_like, shape (subject, reader)

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three subjects.
    ValueError
        For readings that are not finite or of another shape.

    Notes
    -----
    Shrout & Fleiss, Psychol Bull 1979;86:420, ICC(2,1) and its interval by Satterthwaite's degrees of
    freedom; the same as ICC(A,1) of McGraw & Wong, Psychol Methods 1996;1:30, table 7.
    """
    table = readings(values)
    n, k = table.shape
    grand = table.mean()
    if not np.ptp(table):
        return None
    rows = k * float(((table.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    columns = n * float(((table.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + grand
    error = float((left**2).sum()) / ((n - 1) * (k - 1))
    if max(columns, error) <= 1e-20 * max(rows, float(grand**2)):  # the noise of arithmetic
        return Icc(n, k, Estimate(1.0, (1.0, 1.0)))
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    return Icc(n, k, Estimate(value, _interval(n, k, rows, columns, error, value)))


def _interval(
    n: int, k: int, rows: float, columns: float, error: float, value: float
) -> tuple[float, float] | None:
    from scipy import stats

    a = k * value / (n * (1.0 - value))
    b = 1.0 + k * value * (n - 1) / (n * (1.0 - value))
    parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if not parts > 0:
        return None
    dof = (a * columns + b * error) ** 2 / parts
    if not dof > 0:
        return None
    above = float(stats.f.ppf(0.975, n - 1, dof))
    below = float(stats.f.ppf(0.975, dof, n - 1))
    rest = k * columns + (k * n - k - n) * error
    low = n * (rows - above * error) / (above * rest + n * rows)
    high = n * (below * rows - error) / (rest + n * below * rows)
    ends = (low, high)
    return ends if np.isfinite(ends).all() else None

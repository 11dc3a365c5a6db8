"""How much repeated readings of the same subject scatter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.statistics.estimates import Z_975, Estimate, readings


@dataclass(frozen=True)
class Variation:
    """Scatter of the readings of one subject about their mean, whatever its cause (bias included).

    Attributes
    ----------
    n, k : int
        Subjects, and readings of each.
    sd : Estimate
        Within-subject SD, in the unit of the readings.
    repeatability : Estimate
        1.96 √2 within-subject SD: two readings of a subject differ by less in 95 % of cases.
    cov_percent : float
        Within-subject SD over the grand mean.
    cov_rms_percent : Estimate or None
        Root mean square of the subjects' own coefficients; None where a mean is not above zero.
    cov_log_percent : Estimate or None
        exp(within-subject SD of the logarithms) − 1; None where a reading is not above zero.
    cov_difference_percent : float or None
        SD of the paired differences over the grand mean, the older definition; two readings only.
    """

    n: int
    k: int
    sd: Estimate
    repeatability: Estimate
    cov_percent: float
    cov_rms_percent: Estimate | None
    cov_log_percent: Estimate | None
    cov_difference_percent: float | None


def within_subject(values: ArrayLike) -> Variation:
    """Return within-subject SD, coefficients of variation and repeatability.

    Parameters
    ----------
    values : array_like, shape (subject, reading)

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three subjects.
    ValueError
        For readings that are not finite or of another shape.

    Notes
    -----
    Bland & Altman, BMJ 1996;313:744 (within-subject SD, repeatability) and 106 (logarithms); root mean
    square and its chi-square interval with n (k − 1) degrees of freedom: Glüer et al., Osteoporos Int
    1995;5:262.
    """
    table = readings(values)
    n, k = table.shape
    means = table.mean(axis=1)
    grand = float(means.mean())
    sd = _root(table, n * (k - 1))
    low, high = sd.ci95 or (sd.value, sd.value)
    factor = Z_975 * math.sqrt(2.0)
    rms = log = None
    if means.min() > 0:
        relative = _root(table / means[:, None], n * (k - 1))
        rms = _scaled(relative, 100.0)
    if table.min() > 0:
        spread = _root(np.log(table), n * (k - 1))
        ends = spread.ci95 or (spread.value, spread.value)
        log = Estimate(_growth(spread.value), (_growth(ends[0]), _growth(ends[1])))
    paired_sd = float((table[:, 0] - table[:, 1]).std(ddof=1)) if k == 2 else None
    return Variation(
        n,
        k,
        sd,
        Estimate(factor * sd.value, (factor * low, factor * high)),
        _percent(sd.value, grand),
        rms,
        log,
        None if paired_sd is None else _percent(paired_sd, grand),
    )


def _root(table: NDArray[np.float64], dof: int) -> Estimate:
    """Return the pooled SD about the subjects' means, with its chi-square interval."""
    from scipy import stats

    squares = float(((table - table.mean(axis=1, keepdims=True)) ** 2).sum())
    most, least = float(stats.chi2.ppf(0.975, dof)), float(stats.chi2.ppf(0.025, dof))
    return Estimate(math.sqrt(squares / dof), (math.sqrt(squares / most), math.sqrt(squares / least)))


def _scaled(entry: Estimate, factor: float) -> Estimate:
    low, high = entry.ci95 or (entry.value, entry.value)
    return Estimate(factor * entry.value, (factor * low, factor * high))


def _growth(sd_of_logs: float) -> float:
    return 100.0 * math.expm1(min(sd_of_logs, 700.0))


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / abs(whole) if whole else math.nan

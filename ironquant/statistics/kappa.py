"""Agreement of grades beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import InputError
from ironquant.statistics.estimates import LEAST_PAIRS, Z_975, Estimate

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of one table of grades.

    Attributes
    ----------
    weights : {"none", "linear", "quadratic"}
        What a disagreement by several steps counts.
    kappa : Estimate or None
        None where chance alone would agree always: both readers gave one and the same grade.
    standard_error : float or None
    observed : float
        Share of equal grades.
    """

    weights: Weights
    n: int
    kappa: Estimate | None
    standard_error: float | None
    observed: float


def confusion(first: Sequence[str], second: Sequence[str], categories: Sequence[str]) -> NDArray[np.int64]:
    """Return how often each grade of `first` (rows) met each of `second` (columns).

    Raises
    ------
    ValueError
        For grades of unequal number, or outside `categories`.
    """
    place = {code: index for index, code in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)), dtype=np.int64)
    for one, other in zip(first, second, strict=True):
        if one not in place or other not in place:
            raise ValueError("a grade is not among the categories")
        table[place[one], place[other]] += 1
    return table


def cohen_kappa(counts: ArrayLike, weights: Weights = "none") -> Kappa:
    """Return kappa of a square table of counts, categories in order of severity.

    Parameters
    ----------
    counts : array_like of int, shape (category, category)
    weights : {"none", "linear", "quadratic"}
        Disagreement counts 1, |i − j|, or (i − j)².

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than three pairs.
    ValueError
        For a table that is not square or holds negative numbers.

    Notes
    -----
    Cohen, Educ Psychol Meas 1960;20:37 and Psychol Bull 1968;70:213 (weighted); large-sample standard
    error of Fleiss, Cohen & Everitt, Psychol Bull 1969;72:323; linear weights as Cicchetti and Allison,
    quadratic as Fleiss and Cohen.
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or (table < 0).any():
        raise ValueError("kappa needs a square table of counts")
    n = float(table.sum())
    if n < LEAST_PAIRS:
        raise InputError("few_pairs", n_pairs=int(n), needed=LEAST_PAIRS)
    share = table / n
    agreement = _agreement(len(table), weights)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, chance = float((agreement * share).sum()), float((agreement * np.outer(rows, columns)).sum())
    equal = float(np.trace(share))
    if math.isclose(chance, 1.0, abs_tol=1e-12):
        return Kappa(weights, int(n), None, None, equal)
    kappa = (observed - chance) / (1.0 - chance)
    # Fleiss, Cohen & Everitt, equation 12: weights averaged over rows and columns.
    by_row, by_column = agreement @ columns, agreement.T @ rows
    inner = agreement - (by_row[:, None] + by_column[None, :]) * (1.0 - kappa)
    spread = float((share * inner**2).sum()) - (kappa - chance * (1.0 - kappa)) ** 2
    error = math.sqrt(max(spread, 0.0) / n) / (1.0 - chance)
    ends = (max(kappa - Z_975 * error, -1.0), min(kappa + Z_975 * error, 1.0))
    return Kappa(weights, int(n), Estimate(kappa, ends), error, equal)


def _agreement(size: int, weights: Weights) -> NDArray[np.float64]:
    """Return agreement weights: 1 on the diagonal, 0 for the farthest disagreement."""
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    if weights == "none":
        return np.asarray(steps == 0, dtype=np.float64)
    steps /= max(size - 1, 1)
    return np.asarray(1.0 - (steps if weights == "linear" else steps**2))

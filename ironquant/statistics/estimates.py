"""What the statistics share: an estimate with its interval, and which numbers they accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import InputError

LEAST_PAIRS: Final = 3
"""With fewer pairs an interval says nothing."""

Z_975: Final = 1.959963984540054
"""97.5 % quantile of the normal distribution."""

FloatColumn = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A statistic and its 95 % confidence interval; None where the numbers give none."""

    value: float
    ci95: tuple[float, float] | None = None


def readings(values: ArrayLike) -> NDArray[np.float64]:
    """Return readings as floats, shape (subject, reader).

    Raises
    ------
    InputError
        ``few_pairs`` for fewer than `LEAST_PAIRS` subjects.
    ValueError
        For another shape, fewer than two readers, or a number that is not finite: bounds and gaps
        are left out, and counted, before.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError("readings have the shape (subject, reader), with two readers or more")
    if not np.isfinite(table).all():
        raise ValueError("readings must be finite")
    if len(table) < LEAST_PAIRS:
        raise InputError("few_pairs", n_pairs=len(table), needed=LEAST_PAIRS)
    return table


def paired(first: ArrayLike, second: ArrayLike) -> tuple[FloatColumn, FloatColumn]:
    """Return two sets of numbers as checked by `readings`."""
    table = readings(np.column_stack([np.asarray(first, float), np.asarray(second, float)]))
    return table[:, 0], table[:, 1]

"""Statistics of one quantity of one organ: what is paired, what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ironquant.agreement.records import Measurement, Quantity
from ironquant.core import Organ
from ironquant.statistics import (
    LEAST_PAIRS,
    BlandAltman,
    Correlation,
    Icc,
    Variation,
    bland_altman,
    concordance,
    icc_agreement,
    pearson,
    spearman,
    within_subject,
)


@dataclass(frozen=True)
class QuantityAgreement:
    """Statistics of one quantity of one organ in two sources; all None for fewer than three pairs.

    Attributes
    ----------
    values : tuple of (float, float)
        The pairs that the statistics are of.
    excluded : mapping of str to int
        Terms of why a matched examination is not among them, and how often.
    """

    quantity: Quantity
    values: tuple[tuple[float, float], ...]
    excluded: Mapping[str, int]
    difference: BlandAltman | None = None
    percent: BlandAltman | None = None
    ratio: BlandAltman | None = None
    variation: Variation | None = None
    icc: Icc | None = None
    concordance: Correlation | None = None
    pearson: Correlation | None = None
    spearman: Correlation | None = None

    @property
    def sufficient(self) -> bool:
        """Whether there are pairs enough for statistics."""
        return len(self.values) >= LEAST_PAIRS


@dataclass(frozen=True)
class GroupAgreement:
    """Three sources or more together, on the examinations in which all of them have a number."""

    organ: Organ
    quantity: Quantity
    n: int
    icc: Icc | None
    variation: Variation | None


def outcome(first: Measurement, second: Measurement, quantity: Quantity) -> str:
    """Return ``paired``, or the term that says why a quantity of a pair is not in the statistics."""
    one, other = first.value(quantity), second.value(quantity)
    if one.value is None or other.value is None:
        which = "both" if one.value is None and other.value is None else "first"
        return f"absent_{'second' if one.value is not None else which}"
    bounds = (one.bound != "none", other.bound != "none")
    names = {(False, False): "paired", (True, False): "bound_first", (False, True): "bound_second"}
    return names.get(bounds, "bound_both")


def quantity_agreement(
    pairs: Sequence[tuple[Measurement, Measurement, str]], quantity: Quantity
) -> QuantityAgreement:
    """Return the statistics of one quantity.

    Parameters
    ----------
    pairs : sequence of (Measurement, Measurement, str)
        Both measurements, and the term that says why they cannot be compared (empty: they can).
    """
    values: list[tuple[float, float]] = []
    excluded: Counter[str] = Counter()
    for first, second, missing in pairs:
        why = outcome(first, second, quantity)
        one, other = first.value(quantity).value, second.value(quantity).value
        if why == "paired" and one is not None and other is not None:
            values.append((one, other))
        else:
            excluded[missing or why] += 1
    if len(values) < LEAST_PAIRS:
        return QuantityAgreement(quantity, tuple(values), dict(excluded))
    table = np.asarray(values)
    a, b = table.T
    above_zero = bool(table.min() > 0)
    return QuantityAgreement(
        quantity,
        tuple(values),
        dict(excluded),
        difference=bland_altman(a, b),
        percent=bland_altman(a, b, "percent") if above_zero else None,
        ratio=bland_altman(a, b, "ratio") if above_zero else None,
        variation=within_subject(table),
        icc=icc_agreement(table),
        concordance=concordance(a, b),
        pearson=pearson(a, b),
        spearman=spearman(a, b),
    )


def group_agreement(
    organ: Organ, rows: Sequence[Sequence[Measurement | None]], quantity: Quantity
) -> GroupAgreement:
    """Return the statistics of three sources or more on the examinations in which all have a number."""
    complete = [row for row in (_numbers(row, quantity) for row in rows) if row is not None]
    if len(complete) < LEAST_PAIRS:
        return GroupAgreement(organ, quantity, len(complete), None, None)
    return GroupAgreement(organ, quantity, len(complete), icc_agreement(complete), within_subject(complete))


def _numbers(row: Sequence[Measurement | None], quantity: Quantity) -> list[float] | None:
    """Return the numbers of one examination, None where one is missing or a bound."""
    values = [None if entry is None else entry.value(quantity) for entry in row]
    known = [value.value for value in values if value is not None and value.bound == "none"]
    numbers = [number for number in known if number is not None]
    return numbers if len(numbers) == len(row) else None

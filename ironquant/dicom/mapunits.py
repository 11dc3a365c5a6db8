"""From the numbers of a scanner-made map to ms, 1/s or %: unit, missing answers, cap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Finding, ParamValue
from ironquant.dicom.mapheader import Unit, unit_called
from ironquant.resources import load_table

Values = NDArray[np.float64]

UNIT_BIDS = "unit_bids"
"""Reason of a unit that a file name promises; tools that came before the promise write ms."""
_TOP_PERCENTILE = 99.9
_CAP_PIXELS = 3
_CAP_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The values of a map in ms, 1/s or %.

    Attributes
    ----------
    values : ndarray
        NaN where the scanner gave no answer.
    reason : str
        What told the unit (a term).
    cap : float or None
        Value at which the map is cut off.
    """

    values: Values
    unit: Unit
    reason: str
    cap: float | None
    findings: tuple[Finding, ...] = ()


def calibrated(values: Values, quantity: str, told: tuple[Unit, str] | None) -> Calibrated:
    """Bring the values of a map into ms, 1/s or %.

    Parameters
    ----------
    values : ndarray
        After rescale or real-world value mapping; NaN where nothing was stored.
    quantity : str
    told : tuple of Unit and str, or None
        The unit that the header names, and where; None: it is found by the size of the values.

    Returns
    -------
    Calibrated
        With ``map_unit_assumed`` where no header told, ``map_values_implausible`` where no unit fits.
    """
    rules = load_table("vendor_maps")["quantity"][quantity]
    answered = np.where(values > 0, values, np.nan) if rules["positive"] else values
    findings: tuple[Finding, ...] = ()
    params: dict[str, ParamValue]
    if told is not None and told[1] == UNIT_BIDS and not _possible(answered * told[0].factor, rules):
        told = None
    if told is not None:
        unit, reason = told
        possible = _possible(answered * unit.factor, rules)
    else:
        candidates = [unit_called(name) for name in rules["candidates"]]
        fitting = [unit for unit in candidates if _possible(answered * unit.factor, rules)]
        unit = (fitting or candidates)[0]
        reason = "unit_assumed" if unit is candidates[0] else "unit_by_size"
        possible = bool(fitting)
        others = tuple(other.name for other in fitting if other is not unit)
        params = {"quantity": quantity, "unit": unit.name, "reason": reason}
        params["others"] = others or None
        findings = (Finding("map_unit_assumed", "warning", params),)
    scaled = answered * unit.factor
    if not possible and np.isfinite(scaled).any():
        median = float(np.nanmedian(scaled))
        params = {"quantity": quantity, "unit": unit.name, "median": round(median, 3)}
        findings += (Finding("map_values_implausible", "warning", params),)
    return Calibrated(scaled, unit, reason, _cap(scaled, unit, rules["caps"]), findings)


def _possible(values: Values, rules: dict[str, list[float]]) -> bool:
    """Whether a map may hold these values; one without any answer may."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return True
    middle, top = float(np.median(finite)), float(np.percentile(finite, _TOP_PERCENTILE))
    (low, high), (least, most) = rules["median"], rules["top"]
    return low <= middle <= high and least <= top <= most


def _cap(values: Values, unit: Unit, known: list[float]) -> float | None:
    """Return the value at which a map is cut off: its largest, if several pixels share a usual limit.

    Limits are usual in ms, 1/s or % or in the numbers as stored.
    """
    if not np.isfinite(values).any():
        return None
    top = float(np.nanmax(values))
    usual = [limit * factor for limit in known for factor in (1.0, unit.factor)]
    if not any(abs(top - limit) <= _CAP_TOLERANCE * limit for limit in usual):
        return None
    return top if int(np.sum(values >= top * (1.0 - 1e-6))) >= _CAP_PIXELS else None

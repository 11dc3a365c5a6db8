"""Numbers as a person reads them: the same digits in the window, on paper and on the command line."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from ironquant.core import Bound, IronUnit, OrganResult, Value
from ironquant.iron import scheme

MISSING: Final = "–"
MOST_DECIMALS: Final = 6
_BOUND_SIGNS: Final[dict[Bound, str]] = {"none": "", "upper": "< ", "lower": "> "}

UNITS: Final[dict[str, str]] = {"t2star_ms": "ms", "r2star_per_s": "s⁻¹", "iron_mg_per_g": "mg/g"}
"""Unit of each quantity, as printed."""
IRON_UNITS: Final[dict[IronUnit, str]] = {"mg/g": "mg/g", "umol/g": "µmol/g"}
"""Units of iron, as printed."""
UMOL_PER_MG: Final = 1000.0 / 55.845
"""Of iron, by its atomic mass."""


def decimals(value: float, quantity: str) -> int:
    """Return how many decimals `value` is shown with.

    Parameters
    ----------
    value : float
        In the unit of the quantity.
    quantity : str
        ``t2star_ms``, ``r2star_per_s`` or ``iron_mg_per_g``; another one gets two decimals.
    """
    size = abs(value)
    if quantity == "t2star_ms":
        return 1 if size >= 9.995 else 2
    if quantity == "r2star_per_s":
        return 0 if size >= 99.95 else 1
    if quantity == "iron_mg_per_g":
        return 1 if size >= 9.995 else 2
    if quantity == "iron_umol_per_g":
        return 0 if size >= 99.95 else 1
    return 2


def unit_of(quantity: str, iron_unit: IronUnit = "mg/g") -> str:
    """Return the unit of a quantity as printed, iron in the unit that the site prints."""
    return IRON_UNITS[iron_unit] if quantity == "iron_mg_per_g" else UNITS[quantity]


def in_unit(value: Value, quantity: str, iron_unit: IronUnit) -> tuple[Value, str]:
    """Return a value and the name of its quantity in the unit of iron that the site prints."""
    if quantity != "iron_mg_per_g" or iron_unit == "mg/g" or value.value is None:
        return value, quantity
    return Value(value.value * UMOL_PER_MG, value.bound), "iron_umol_per_g"


def format_in_unit(value: Value, quantity: str, iron_unit: IronUnit) -> str:
    """Return a value as printed, iron in the unit that the site prints."""
    return format_value(*in_unit(value, quantity, iron_unit))


def format_number(value: float | None, quantity: str, lang: str = "en") -> str:
    """Return a plain number with the decimals of its quantity, or a dash where there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.{decimals(value, quantity)}f}"


def format_value(value: Value, quantity: str, lang: str = "en") -> str:
    """Return a value as printed: ``12.3``, ``< 0.90``, ``> 25``, ``–``.

    Parameters
    ----------
    value : Value
        Number, bound or nothing, in the unit of `quantity`.
    quantity : str
        ``t2star_ms``, ``r2star_per_s`` or ``iron_mg_per_g``.
    lang : str
        Language of the reader; digits and signs are the same in the languages known so far.

    Notes
    -----
    A bound is a limit, not a measurement: its trailing zeros, which would claim precision, are left
    out ("< 0.9", "> 25"). It is rounded away from the truth, never towards it: the truth below 0.904 is
    not known to lie below 0.90.
    """
    if value.value is None:
        return MISSING
    if value.bound == "none":
        return format_number(value.value, quantity, lang)
    return f"{_BOUND_SIGNS[value.bound]}{_limit(value.value, quantity, value.bound)}"


def format_graded(
    result: OrganResult, quantity: str, lang: str = "en", *, iron_unit: IronUnit = "mg/g"
) -> str:
    """Return T2* or iron of a result with the digits that its grade needs.

    19.98 ms is "mild" below a cut at 20 ms: printed as 20.0 it would contradict its grade.

    Parameters
    ----------
    quantity : str
        ``t2star_ms`` or ``iron_mg_per_g``.
    iron_unit : {"mg/g", "umol/g"}
        In which iron is printed.
    """
    iron = result.iron.iron_mg_per_g if result.iron else Value()
    value, shown_as = in_unit(result.t2star_ms if quantity == "t2star_ms" else iron, quantity, iron_unit)
    shown = format_value(value, shown_as, lang)
    if value.value is None or value.bound != "none" or result.grade is None:
        return shown
    bands = scheme(result.grade.scheme)
    if bands.quantity != quantity:
        return shown

    per_unit = 1.0 if shown_as == quantity else UMOL_PER_MG

    def side(shown_number: float) -> tuple[str, bool]:
        number = shown_number / per_unit
        return bands.code(number), bands.remark_below is not None and number < bands.remark_below

    places = decimals(value.value, shown_as)
    while side(float(shown)) != side(value.value) and places < MOST_DECIMALS:
        places += 1
        shown = f"{value.value:.{places}f}"
    return shown


def format_r_squared(value: float | None) -> str:
    """Return a coefficient of determination with three decimals; a good fit is not called perfect."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.3f}" if value < 0.9995 or value == 1.0 else f"{min(value, 0.9999):.4f}"


def format_interval(interval: tuple[float, float] | None, quantity: str, lang: str = "en") -> str:
    """Return an interval as printed, ``11.9–12.7``, or a dash."""
    if interval is None:
        return MISSING
    low, high = interval
    return f"{format_number(low, quantity, lang)}–{format_number(high, quantity, lang)}"


def _limit(value: float, quantity: str, bound: Bound) -> str:
    step = Decimal(1).scaleb(-decimals(value, quantity))
    # Digits beyond the ninth are the noise of arithmetic: 0.1 + 0.2 is 0.3.
    exact = Decimal(f"{value:.9g}")
    shown = f"{exact.quantize(step, ROUND_CEILING if bound == 'upper' else ROUND_FLOOR):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown

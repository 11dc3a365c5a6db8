"""T2*/R2* → iron by the published lines of ``resources/calibrations.toml``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ironquant.core import IronValue, Organ, SettingsError, Value
from ironquant.resources import load_table

_T2STAR_MS = (0.05, 500.0)
"""Within these a T2* is looked for."""
_HALVINGS = 60


@dataclass(frozen=True)
class Calibration:
    """One published line between R2* and iron.

    Attributes
    ----------
    field_t : tuple of float
        Actual fields it holds for: low ≤ field < high (tesla).
    range_mg_per_g : tuple of float
        Validated range of iron.
    caution_above_mg_per_g : float or None
        Above it the relation is known to be uncertain.
    derived_with : tuple of str
        Fit models that the line was made with.
    """

    id: str
    organ: Organ
    field_t: tuple[float, float]
    form: Literal["linear-r2star", "power-t2star", "converted"]
    coefficients: tuple[float, float]
    then: str
    range_mg_per_g: tuple[float, float]
    caution_above_mg_per_g: float | None
    derived_with: tuple[str, ...]
    mark: str
    offered: bool
    source: str

    def covers(self, field_t: float | None) -> bool:
        """Whether the line holds at this actual field."""
        return field_t is not None and self.field_t[0] <= field_t < self.field_t[1]

    def iron_mg_per_g(self, t2star_ms: float) -> float:
        """Return the iron of a T2* (ms) in mg Fe per g dry weight, without regard to the range."""
        return _FORMS[self.form](self, t2star_ms)

    def t2star_ms(self, iron_mg_per_g: float) -> float | None:
        """Return the T2* (ms) of this iron, the inverse of `iron_mg_per_g`; None where there is none."""
        low, high = (math.log(limit) for limit in _T2STAR_MS)
        if not self.iron_mg_per_g(_T2STAR_MS[1]) <= iron_mg_per_g <= self.iron_mg_per_g(_T2STAR_MS[0]):
            return None
        for _ in range(_HALVINGS):  # iron falls with T2*
            middle = 0.5 * (low + high)
            if self.iron_mg_per_g(math.exp(middle)) > iron_mg_per_g:
                low = middle
            else:
                high = middle
        return math.exp(0.5 * (low + high))

    def convert(self, t2star: Value) -> IronValue | None:
        """Return the iron of a measured T2*, bound and interval turned with it.

        Outside the validated range the iron is a bound at the limit of the range. None where no
        number can be given: T2* unknown, or iron not positive.
        """
        if t2star.value is None:
            return None
        iron = self.iron_mg_per_g(t2star.value)
        low, high = self.range_mg_per_g
        if iron <= 0 or (iron < low and t2star.bound == "upper") or (iron > high and t2star.bound == "lower"):
            return None
        if iron < low:
            return IronValue(self.id, Value(low, "upper"), in_valid_range=False)
        if iron > high:
            return IronValue(self.id, Value(high, "lower"), in_valid_range=False)
        ci95 = None
        if t2star.ci95 is not None and t2star.ci95[0] > 0:
            # A negative intercept must not print as negative iron.
            ci95 = (max(0.0, self.iron_mg_per_g(t2star.ci95[1])), self.iron_mg_per_g(t2star.ci95[0]))
        bound: Literal["none", "lower", "upper"] = "none"
        if t2star.bound != "none":
            bound = "lower" if t2star.bound == "upper" else "upper"
        return IronValue(self.id, Value(iron, bound, ci95), in_valid_range=True)


def _linear_r2star(row: Calibration, t2star_ms: float) -> float:
    intercept, slope = row.coefficients
    return intercept + slope * 1000.0 / t2star_ms


def _power_t2star(row: Calibration, t2star_ms: float) -> float:
    factor, exponent = row.coefficients
    return float(factor * t2star_ms**exponent)


def _converted(row: Calibration, t2star_ms: float) -> float:
    plus, over = row.coefficients
    return calibration(row.then).iron_mg_per_g(1000.0 * over / (1000.0 / t2star_ms + plus))


_FORMS: dict[str, Callable[[Calibration, float], float]] = {
    "linear-r2star": _linear_r2star,
    "power-t2star": _power_t2star,
    "converted": _converted,
}
_COEFFICIENTS = {
    "linear-r2star": ("intercept", "slope"),
    "power-t2star": ("factor", "exponent"),
    "converted": ("r2star_plus", "r2star_over"),
}


@cache
def calibrations() -> dict[str, Calibration]:
    """Return every calibration of the table by its id."""
    rows = {}
    for name, row in load_table("calibrations").items():
        first, second = _COEFFICIENTS[row["form"]]
        rows[name] = Calibration(
            id=name,
            organ=Organ(row["organ"]),
            field_t=(row["field_t"][0], row["field_t"][1]),
            form=row["form"],
            coefficients=(row[first], row[second]),
            then=row.get("then", ""),
            range_mg_per_g=(row["range_mg_per_g"][0], row["range_mg_per_g"][1]),
            caution_above_mg_per_g=row.get("caution_above_mg_per_g"),
            derived_with=tuple(row["derived_with"]),
            mark=row["mark"],
            offered=row["offered"] == "default",
            source=row["source"],
        )
    return rows


def calibration(name: str, organ: Organ | None = None) -> Calibration:
    """Return one calibration.

    Raises
    ------
    SettingsError
        ``calibration_unknown`` if there is none of this name (for this organ).
    """
    row = calibrations().get(name)
    if row is None or (organ is not None and row.organ != organ):
        known = ", ".join(key for key, value in calibrations().items() if organ in (None, value.organ))
        raise SettingsError("calibration_unknown", name=name, known=known, organ=organ and str(organ))
    return row


def alternatives(organ: Organ, field_t: float | None, chosen: str | None) -> tuple[Calibration, ...]:
    """Return the other verified calibrations of an organ at a field, in table order."""
    return tuple(
        row
        for row in calibrations().values()
        if row.organ == organ and row.offered and row.id != chosen and row.covers(field_t)
    )

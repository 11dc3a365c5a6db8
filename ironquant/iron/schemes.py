"""Value → grade by the named schemes of ``resources/schemes.toml``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from ironquant.core import Grade, Organ, SettingsError, Value
from ironquant.resources import load_table


@dataclass(frozen=True)
class Scheme:
    """One grading scheme.

    Attributes
    ----------
    quantity : {"t2star_ms", "iron_mg_per_g"}
        What the cuts are in.
    bands : tuple of (code, low, high)
        Ascending in the quantity; the last one is open (high is infinite), the first starts at 0.
    closed : {"lower", "upper"}
        ``lower``: low ≤ value < high; ``upper``: low < value ≤ high.
    """

    id: str
    organ: Organ
    quantity: Literal["t2star_ms", "iron_mg_per_g"]
    field_t: tuple[float, float]
    bands: tuple[tuple[str, float, float], ...]
    closed: Literal["lower", "upper"]
    indicative: bool
    remark_below: float | None
    remark: str
    mark: str
    source: str

    def covers(self, field_t: float | None) -> bool:
        """Whether the scheme is meant for this actual field."""
        return field_t is not None and self.field_t[0] <= field_t < self.field_t[1]

    def code(self, value: float) -> str:
        """Return the grade code of a number."""
        for code, _, high in self.bands:
            if value < high or (self.closed == "upper" and value == high):
                return code
        return self.bands[-1][0]

    def grade(self, value: Value) -> Grade | None:
        """Return the grade; its code is None where a bound does not decide it.

        A bound decides if every value on its side has one and the same grade.
        """
        if value.value is None:
            return None
        code: str | None = self.code(value.value)
        outermost = {"upper": self.bands[0][0], "lower": self.bands[-1][0], "none": code}[value.bound]
        return Grade(self.id, code if code == outermost else None, self.indicative)


@cache
def schemes() -> dict[str, Scheme]:
    """Return every scheme of the table by its id."""
    rows = {}
    for name, row in load_table("schemes").items():
        edges = [0.0, *row["cuts"], math.inf]
        rows[name] = Scheme(
            id=name,
            organ=Organ(row["organ"]),
            quantity=row["quantity"],
            field_t=(row["field_t"][0], row["field_t"][1]),
            bands=tuple(
                (code, low, high) for code, (low, high) in zip(row["codes"], pairwise(edges), strict=True)
            ),
            closed=row.get("closed", "lower"),
            indicative=row.get("indicative", False),
            remark_below=row.get("remark_below"),
            remark=row.get("remark", ""),
            mark=row["mark"],
            source=row["source"],
        )
    return rows


def scheme(name: str, organ: Organ | None = None) -> Scheme:
    """Return one scheme.

    Raises
    ------
    SettingsError
        ``scheme_unknown`` if there is none of this name (for this organ).
    """
    row = schemes().get(name)
    if row is None or (organ is not None and row.organ != organ):
        known = ", ".join(key for key, value in schemes().items() if organ in (None, value.organ))
        raise SettingsError("scheme_unknown", name=name, known=known, organ=organ and str(organ))
    return row

"""A map that the scanner computed: T2*, R2* or fat fraction, ready to be measured without a fit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ironquant.core.examination import Acquisition, Organ, Volume
from ironquant.core.findings import Finding

MAP_UNITS = {"t2star": "ms", "r2star": "1/s", "fat_fraction": "%"}
"""The unit in which a map of each quantity is held."""


@dataclass(frozen=True, eq=False)
class ScannerMap(Volume):
    """One scanner-made map with its values.

    Attributes
    ----------
    key : str
        As of the `SeriesRef` that it was read from.
    quantity : str
        ``t2star``, ``r2star`` or ``fat_fraction``.
    values : ndarray of float32, shape (slice, row, column)
        In ms, 1/s or %, read-only; NaN where the scanner gave no answer.
    unit : str
        Unit of the values as the scanner wrote them, such as ``0.1 ms``.
    unit_reason : str
        What told the unit (a term); ``unit_assumed``: nothing did.
    cap : float or None
        Value at which the map is cut off, in its own unit: the truth lies there or beyond.
    scanner : str
        Product or manufacturer.
    model : str
        Fit model of the product, as calibrations name it; ``vendor-map`` where it is not known.
    """

    key: str
    instance_uid: str
    description: str
    quantity: str
    values: NDArray[np.float32]
    affine: NDArray[np.float64]
    unit: str
    unit_reason: str
    cap: float | None = None
    scanner: str = ""
    model: str = "vendor-map"
    number: int | None = None
    acquisition: Acquisition = field(default_factory=Acquisition)
    organ_guess: Organ | None = None
    guess_reason: str = ""
    sop_instance_uids: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if self.quantity not in MAP_UNITS:
            raise ValueError(f"no map of this quantity can be held: {self.quantity}")
        values = np.array(self.values, dtype=np.float32)
        affine = np.array(self.affine, dtype=np.float64)
        if values.ndim != 3 or affine.shape != (4, 4):
            raise ValueError("values must be (slice, row, column), affine 4 x 4")
        values.flags.writeable = False
        affine.flags.writeable = False
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "affine", affine)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.values.shape
        return slices, rows, columns

    @property
    def r2star_per_s(self) -> NDArray[np.float32]:
        """R2* in 1/s.

        Raises
        ------
        ValueError
            Of a map of another quantity than T2* or R2*.
        """
        if self.quantity == "r2star":
            return self.values
        if self.quantity != "t2star":
            raise ValueError(f"no R2* in a map of {self.quantity}")
        return np.asarray(np.float32(1000.0) / self.values, dtype=np.float32)

    @property
    def t2star_ms(self) -> NDArray[np.float32]:
        """T2* in ms; errors as of `r2star_per_s`."""
        if self.quantity == "t2star":
            return self.values
        return np.asarray(np.float32(1000.0) / self.r2star_per_s, dtype=np.float32)

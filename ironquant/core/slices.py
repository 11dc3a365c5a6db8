"""What was measured in the single slices of a region."""

from __future__ import annotations

from dataclasses import dataclass

from ironquant.core.results import IronValue, Value


@dataclass(frozen=True)
class SliceStatistics:
    """One slice of a region, or the whole of it, by the reported model on its mean signal.

    Attributes
    ----------
    slice_index : int or None
        Position in the stack, from 0; None: the whole region.
    n_pixels : int
    iron : IronValue or None
        By the first calibration that holds; ungraded.
    """

    slice_index: int | None
    n_pixels: int
    area_mm2: float
    t2star_ms: Value
    r2star_per_s: Value
    r_squared: float | None
    iron: IronValue | None

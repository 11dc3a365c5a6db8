"""The 16 segments of the left ventricle as a vocabulary, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from ironquant.core.results import Value

Level = Literal["basal", "mid", "apical"]
Pattern = Literal["none", "homogeneous", "heterogeneous"]
SegmentsWanted = Literal["off", "auto", "on"]
"""Whether segments are measured; ``auto``: where at least three slices show the ventricle."""

LEVELS: Final[tuple[Level, ...]] = ("basal", "mid", "apical")
SITE_PREFIX: Final = "aha-"
N_SEGMENTS: Final = 16


def segment_number(site: str) -> int | None:
    """Return the number of the segment that a site names, None for any other site."""
    digits = site.removeprefix(SITE_PREFIX)
    if digits == site or not digits.isdecimal() or not 1 <= int(digits) <= N_SEGMENTS:
        return None
    return int(digits)


def segment_level(number: int) -> Level:
    """Return the third of the ventricle in which a segment lies: 1–6, 7–12, 13–16."""
    return LEVELS[(number - 1) // 6]


@dataclass(frozen=True)
class SegmentalT2star:
    """The segments of one heart together.

    Attributes
    ----------
    global_t2star_ms : Value
        Mean T2* of the segments measured (Positano 2007, Pepe 2006). A bound where segments are bounds of
        one side.
    n_segments : int
        Number of segments with a value or a bound.
    n_abnormal : int or None
        Number of those below `cut_ms`; None where there is no cut at this field.
    cut_ms : float or None
        Lower limit of the normal grade of `scheme`.
    scheme : str or None
    pattern : {"none", "homogeneous", "heterogeneous"} or None
        No segment, all segments, or some segments below the cut (Pepe 2006).
    unsure : tuple of int
        Segments whose borders were mostly not seen.
    """

    global_t2star_ms: Value
    n_segments: int
    n_abnormal: int | None
    cut_ms: float | None
    scheme: str | None
    pattern: Pattern | None
    unsure: tuple[int, ...] = ()

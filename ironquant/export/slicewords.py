"""The slices of a region in words and numbers."""

from __future__ import annotations

from typing import NamedTuple

from ironquant.core import Organ, RegionAnalysis, SliceStatistics
from ironquant.export.numbers import MISSING, UNITS, format_r_squared, format_value
from ironquant.export.wording import iron_name, say


class SliceRow(NamedTuple):
    """One slice as printed, without units."""

    slice: str
    n_pixels: str
    t2star_ms: str
    r2star_per_s: str
    r_squared: str
    iron_mg_per_g: str


def slice_titles(organ: Organ, lang: str) -> SliceRow:
    """Return the headings of the columns."""
    return SliceRow(
        say("slice", lang),
        say("slice_pixels", lang),
        f"T2* ({UNITS['t2star_ms']})",
        f"R2* ({UNITS['r2star_per_s']})",
        "R²",
        f"{iron_name(organ, lang)} ({UNITS['iron_mg_per_g']})",
    )


def slice_rows(region: RegionAnalysis | None, lang: str) -> list[SliceRow]:
    """Return the slices of a region as printed, the whole last; none where it lies in one slice."""
    return [] if region is None else [_row(part, lang) for part in region.slices]


def _row(part: SliceStatistics, lang: str) -> SliceRow:
    iron = part.iron
    return SliceRow(
        say("slice_whole", lang) if part.slice_index is None else str(part.slice_index + 1),
        str(part.n_pixels),
        format_value(part.t2star_ms, "t2star_ms", lang),
        format_value(part.r2star_per_s, "r2star_per_s", lang),
        format_r_squared(part.r_squared),
        MISSING if iron is None else format_value(iron.iron_mg_per_g, "iron_mg_per_g", lang),
    )


def slice_line(row: SliceRow, organ: Organ, lang: str) -> str:
    """Return a slice in one line."""
    parts = [
        say("slice_value_pixels", lang, n=row.n_pixels),
        f"T2* {row.t2star_ms} {UNITS['t2star_ms']}",
        f"R2* {row.r2star_per_s} {UNITS['r2star_per_s']}",
        f"R² {row.r_squared}",
    ]
    if row.iron_mg_per_g != MISSING:
        parts.append(f"{iron_name(organ, lang)} {row.iron_mg_per_g} {UNITS['iron_mg_per_g']}")
    name = row.slice if not row.slice.isdigit() else say("slice_named", lang, number=row.slice)
    return f"{name}: {', '.join(parts)}"

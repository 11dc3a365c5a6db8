"""``pairs.csv``: every organ of every matched examination, a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ironquant.agreement.comparison import Comparison, OrganPair, PairComparison
from ironquant.agreement.quantities import outcome
from ironquant.agreement.records import QUANTITIES, Quantity
from ironquant.core import write_bytes_atomic

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUANTITY_COLUMNS = ("first", "first_bound", "second", "second_bound", "difference", "difference_percent")
_GRADE_COLUMNS = ("grade_first", "grade_second", "grade_computed")
_REGION_COLUMNS = ("dice", "hausdorff_mm", "mean_surface_mm", "pixels_first", "pixels_second", "regions_note")

COLUMNS = (
    "first",
    "second",
    "patient_id",
    "study_date",
    "accession",
    "matched_by",
    "organ",
    "status",
    *(f"{quantity}_{column}" for quantity in QUANTITIES.values() for column in _QUANTITY_COLUMNS),
    *_GRADE_COLUMNS,
    *_REGION_COLUMNS,
)


def write_pairs(comparison: Comparison, path: Path) -> Path:
    """Write the table as UTF-8 with a byte order mark, by which spreadsheets know the encoding.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for pair in comparison.pairs:
        for organ in pair.organs:
            for entry in organ.pairs:
                writer.writerow([safe_cell(cell) for cell in _row(comparison, pair, entry)])
    return write_bytes_atomic(path, buffer.getvalue().encode("utf-8-sig"))


def _row(comparison: Comparison, pair: PairComparison, entry: OrganPair) -> Iterator[str]:
    record, other = entry.match.first, entry.match.second
    yield comparison.sources[pair.first].name
    yield comparison.sources[pair.second].name
    yield record.patient_id or other.patient_id
    yield record.date or other.date
    yield record.accession or other.accession
    yield entry.match.by
    yield str(entry.organ)
    yield entry.missing or outcome(entry.first, entry.second, "t2star_ms")
    for quantity in QUANTITIES.values():
        yield from _numbers(entry, quantity)
    grades = entry.grades
    yield (grades.first if grades else None) or ""
    yield (grades.second if grades else None) or ""
    computed = grades.computed if grades else (False, False)
    yield "+".join(name for name, is_own in zip(("first", "second"), computed, strict=True) if is_own)
    regions = entry.regions
    if regions is None:
        yield from [""] * (len(_REGION_COLUMNS) - 1)
    else:
        yield f"{regions.dice:.4f}"
        yield f"{regions.hausdorff_mm:.3f}"
        yield f"{regions.mean_surface_mm:.3f}"
        yield from map(str, regions.n_pixels)
    yield entry.regions_missing


def _numbers(entry: OrganPair, quantity: Quantity) -> Iterator[str]:
    first, second = entry.first.value(quantity), entry.second.value(quantity)
    for value in (first, second):
        yield "" if value.value is None else f"{value.value:.6g}"
        yield value.bound
    if outcome(entry.first, entry.second, quantity) == "paired" and first.value and second.value:
        difference = first.value - second.value
        yield f"{difference:.6g}"
        yield f"{200.0 * difference / (first.value + second.value):.4g}"
    else:
        yield from ("", "")


def safe_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell

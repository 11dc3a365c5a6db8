"""The tables of the benchmark: the same cells for the terminal and for the README."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from first_call import FirstCall
from region import RegionTime
from timing import BANDS_MS, Row

MARKS = {
    "mono": (5_000, 15_000),
    "truncation": (1_500, 4_000),
    "offset": (2_000, 8_000),
    "rician": (700, 2_000),
    "second-moment": (700, 2_000),
}
"""Times `curve_fit` that a model shall reach: at least, aim."""
REGION_MARK_MS = (2.0, 0.5)
FIRST_CALL_MARK_S = 1.0
NEEDED_MAPS = 2
"""Float32 maps (T2* and S0) that no fit can do without writing."""


@dataclass(frozen=True)
class Table:
    """A title, column heads, rows of words, and a line of explanation."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Floor:
    """The least time that moving the data takes.

    Attributes
    ----------
    bandwidth : float
        Bytes per second, read + written, of a plain copy.
    input_bytes : int
        Per voxel: the echoes as they are stored.
    """

    bandwidth: float
    threads: int
    input_bytes: int

    def rate(self, output_bytes: int) -> float:
        """Return the voxels per second of reading the echoes and writing that many bytes."""
        return self.bandwidth / (self.input_bytes + output_bytes)


def rates_table(title: str, rows: Sequence[Row], baseline: Row, note: str = "") -> Table:
    """Rate, ratio and errors of everyone; errors as median / 95th percentile in %."""
    heads = ("who", "voxels/s", "× curve_fit", *(f"{low:g}–{high:g} ms" for low, high in BANDS_MS))
    lines = []
    for row in rows:
        if not row.voxels:
            lines.append((row.who, row.note, *("–",) * (len(BANDS_MS) + 3)))
            continue
        errors = ("–" if e is None else f"{_short(e[0])} / {_short(e[1])}" for e in row.errors)
        lines.append(
            (
                row.who,
                _rate(row.rate),
                _ratio(row.rate / baseline.rate),
                *errors,
                f"{100 * row.answered:.1f} %",
                f"{row.voxels:,}",
            )
        )
    return Table(title, (*heads, "answered", "voxels"), tuple(lines), note)


def floor_table(rows: Sequence[Row], floor: Floor) -> Table:
    """How far our models are from the speed of copying the data."""
    needed = floor.rate(4 * NEEDED_MAPS)
    lines = [
        (row.who, _rate(row.rate), f"{needed / row.rate:,.1f} ×", f"{row.output_bytes:,} B",
         f"{floor.rate(row.output_bytes) / row.rate:,.1f} ×")
        for row in rows
        if row.voxels and row.output_bytes
    ]  # fmt: skip
    note = (
        f"Copy bandwidth {floor.bandwidth / 1e9:.1f} GB/s (bytes read + bytes written, {floor.threads} "
        f"threads). Floor {_rate(needed)} voxels/s: {floor.input_bytes} B of echoes in (float32, as a series "
        f"holds them) and {4 * NEEDED_MAPS} B out (float32 T2* and S0). With the echoes as stored by the "
        f"scanner (uint16) it would be {_rate(floor.bandwidth / (floor.input_bytes / 2 + 4 * NEEDED_MAPS))}. "
        "The last columns count every array that `fit` really returns, air included."
    )
    heads = ("who", "voxels/s", "from the floor", "returned per voxel", "from the floor of that")
    return Table("Distance to the memory floor", heads, tuple(lines), note)


def first_call_table(calls: Sequence[FirstCall]) -> Table:
    """A new process: import, first fit of the volume, second fit."""
    lines = [
        (c.model, c.cache, f"{c.import_s:.2f} s", f"{c.first_s:.2f} s", f"{c.wait_s:.2f} s",
         f"{c.second_s:.2f} s", f"{c.ready_s:.1f} s")
        for c in calls
    ]  # fmt: skip
    heads = ("model", "compile cache", "import", "first fit", "together", "second fit", "kernels ready by")
    note = "Import: `ironquant.fit` and what it loads beyond NumPy. Fit: the whole volume, "
    note += "with NumPy as long as the compiled kernels are not ready."
    return Table("First call in a new process", heads, tuple(lines), note)


def region_table(regions: Sequence[RegionTime]) -> Table:
    """One region while it is dragged."""
    lines = [
        (r.name, str(r.pixels), str(r.echoes), f"{r.fits_ms:.2f} ms", f"{r.analysis_ms:.2f} ms")
        for r in regions
    ]
    note = f"Models: {', '.join(regions[0].models)}."
    heads = ("region", "pixels", "echoes", "mean curve, all models", "whole analysis of the organ")
    return Table("Refit of one region", heads, tuple(lines), note)


def marks_table(
    rows: Sequence[Row],
    baseline: Row,
    older: Row | None,
    regions: Sequence[RegionTime],
    calls: Sequence[FirstCall],
) -> Table:
    """What was promised and what is reached, in words, by this SciPy and by the peers' older one."""
    lines = []
    for model, (least, aim) in MARKS.items():
        for row in rows:
            if row.who.split(" ")[0] == model:
                ratios = [
                    row.rate / other.rate if other and other.voxels and row.voxels else math.nan
                    for other in (baseline, older)
                ]
                cells = [cell for ratio in ratios for cell in (_ratio(ratio), _word(ratio, least, aim))]
                lines.append((row.who, f"{least:,} ×", f"{aim:,} ×", *cells))
    for region in regions:
        least, aim = REGION_MARK_MS
        word = _word(1 / region.fits_ms, 1 / least, 1 / aim)
        lines.append(
            (
                f"{region.name} refit, all models",
                f"{least:g} ms",
                f"{aim:g} ms",
                f"{region.fits_ms:.2f} ms",
                word,
                "–",
                "–",
            )
        )
    for call in calls:
        word = "pass" if call.wait_s <= FIRST_CALL_MARK_S else "fail"
        lines.append(
            (
                f"first call, {call.model}, cache {call.cache}",
                "1 s",
                "–",
                f"{call.wait_s:.2f} s",
                word,
                "–",
                "–",
            )
        )
    heads = ("what", "at least", "aim", "measured", "verdict", "by older curve_fit", "verdict")
    return Table("Marks", heads, tuple(lines))


def _word(value: float, least: float, aim: float) -> str:
    """Judge a value of which more is better."""
    if math.isnan(value):
        return "not there yet"
    return "pass, aim reached" if value >= aim else "pass" if value >= least else "fail"


def _rate(rate: float) -> str:
    return "–" if math.isnan(rate) else f"{rate:.2e}".replace("e+0", "e")


def _ratio(ratio: float) -> str:
    if math.isnan(ratio):
        return "–"
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2f}"


def _short(percent: float) -> str:
    return f"{percent:.1f}" if percent < 100 else f"{percent:,.0f}"


def as_markdown(table: Table) -> str:
    """Return the table as Markdown, with title and note."""
    lines = [f"### {table.title}", ""]
    lines += [f"| {' | '.join(cells)} |" for cells in (table.heads, ("---",) * len(table.heads), *table.rows)]
    return "\n".join([*lines, *(["", table.note] if table.note else []), ""])


def replace_results(path: Path, name: str, text: str) -> None:
    """Put a text between the marker lines ``<!-- NAME: begin -->`` and ``end`` of a file."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n\n{text}{end}{after}", encoding="utf-8")

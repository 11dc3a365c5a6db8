"""The bull's-eye: T2* of the 16 segments as rings, basal outside, apical inside; one geometry for all media.

Seen from the apex as in Cerqueira 2002: the anterior wall on top, the septum on the left. A medium (a page of
the report, an SVG or PNG file, the window) brings a `Brush`; what is drawn, and where, stands here alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LEVELS, N_SEGMENTS, OrganAnalysis, Value, segment_level, segment_number
from ironquant.export.band import COLOURS
from ironquant.export.numbers import decimals, format_value
from ironquant.export.wording import say, segmental_words
from ironquant.iron import Scheme, scheme
from ironquant.resources import load_table

Points = NDArray[np.float64]

INK, LINE, UNGRADED = "#1c2733", "#5f6c7b", "#e3e8ee"
RINGS: Final = {"basal": (0.72, 1.0), "mid": (0.44, 0.72), "apical": (0.14, 0.44)}
"""Inner and outer radius over that of the whole."""
HATCH_STEP = 0.09
SIDES: Final = (
    ("anterior", 0.0, -1.1),
    ("septal", -1.22, 0.0),
    ("inferior", 0.0, 1.1),
    ("lateral", 1.22, 0.0),
)
"""Walls, and where their names stand."""
_CHARACTERS: Final = 4.2
"""Of a value in full size, such as 12.3; a longer one is smaller."""
WITHIN: Final = (1.4, 1.18)
"""Half width and half height of all that is drawn, over the radius."""
ARTERIES: Final = (("LAD", 125.0), ("RCA", 235.0), ("LCx", 35.0))
"""Coronary arteries, and at which angle outside the rim their names stand."""


class Brush(Protocol):
    """How a medium draws; lengths in its own unit, y downwards."""

    def polygon(self, points: Points, *, fill: str | None, stroke: str, width: float) -> None:
        """Draw a closed polygon, points of shape (n, 2)."""

    def line(self, start: Points, end: Points, *, stroke: str, width: float) -> None:
        """Draw a straight line."""

    def text(self, x: float, y: float, words: str, *, size: float, bold: bool, colour: str) -> None:
        """Write one line with its middle at a point."""


@dataclass(frozen=True, eq=False)
class Cell:
    """One segment: its outline and the middle of it in a circle of radius 1 (y downwards), what stands there.

    Attributes
    ----------
    words : str
        T2* in ms, a dash where the segment was not measured; a question mark follows where its borders were
        mostly not seen.
    fill : str or None
        Colour of the grade; None: hatched.
    """

    number: int
    outline: Points
    middle: tuple[float, float]
    words: str
    fill: str | None


@dataclass(frozen=True)
class Bullseye:
    """What one heart shows: a title, a line under it, both in short, and sixteen cells."""

    title: str
    summary: str
    caption: str
    cells: tuple[Cell, ...]
    sides: tuple[str, ...]


def bullseye(entry: OrganAnalysis, lang: str) -> Bullseye | None:
    """Return the bull's-eye of an organ, None where no segment was measured."""
    summary = entry.segmental
    if summary is None:
        return None
    bands = scheme(summary.scheme) if summary.scheme else None
    values = segment_values(entry)
    cells = []
    for number in range(1, N_SEGMENTS + 1):
        value = values.get(number, Value())
        words = _words(value, bands)
        if value.value is not None and number in summary.unsure:
            words += "?"
        outline, middle = _outline(number)
        cells.append(Cell(number, outline, middle, words, _fill(value, bands)))
    sides = tuple(say(f"wall_{name}", lang) for name, _, _ in SIDES)
    t2star = format_value(summary.global_t2star_ms, "t2star_ms")
    return Bullseye(
        title=say("segmental_title", lang),
        summary=segmental_words(summary, lang),
        caption=say("segmental_caption", lang, t2star=t2star),
        cells=tuple(cells),
        sides=sides,
    )


def segment_values(entry: OrganAnalysis) -> dict[int, Value]:
    """Return the T2* of every measured segment of an organ by its number."""
    values = {}
    for region in entry.regions:
        number = segment_number(region.region.site)
        # A segment is fitted by the reported model alone.
        if number is not None and len(region.models) > 0:
            reported = region.model(entry.result.model) if entry.result else None
            values[number] = (reported or region.models[0]).t2star_ms
    return values


def draw(
    shown: Bullseye,
    brush: Brush,
    centre: tuple[float, float],
    radius: float,
    *,
    ink: str = INK,
    numbers: bool = False,
    sides: bool = True,
    arteries: bool = False,
) -> None:
    """Draw the rings around a point, `radius` from the middle to the rim.

    Parameters
    ----------
    ink : str
        Of the words outside the rings; inside they are always dark on light.
    numbers : bool
        Write the number of each segment small under its value.
    sides : bool
        Name the walls around the rim; all is drawn within `WITHIN` of the radius.
    arteries : bool
        Draw the borders of the coronary territories heavier, and name them.
    """
    where = np.array(centre)
    size = 0.115 * radius
    for cell in shown.cells:
        outline = where + radius * cell.outline
        brush.polygon(outline, fill=cell.fill or "#ffffff", stroke=LINE, width=0.008 * radius)
        if cell.fill is None:
            for start, end in _hatch(cell.number):
                brush.line(
                    where + radius * start, where + radius * end, stroke="#9aa5b1", width=0.006 * radius
                )
        x, y = where + radius * np.array(cell.middle)
        lift = 0.35 * size if numbers else 0.0
        fitting = size * min(1.0, _CHARACTERS / max(len(cell.words), 1))
        brush.text(x, y - lift, cell.words, size=fitting, bold=True, colour=INK)
        if numbers:
            brush.text(x, y + 0.75 * size, str(cell.number), size=0.62 * size, bold=False, colour=LINE)
    if arteries:
        for start, end in _territory_borders():
            brush.line(where + radius * start, where + radius * end, stroke=INK, width=0.018 * radius)
        for words, degrees in ARTERIES:
            x, y = where + radius * _at(1.1, degrees)[0]
            brush.text(x, y, words, size=0.7 * size, bold=False, colour=ink)
    if sides:
        for words, (_, x, y) in zip(shown.sides, SIDES, strict=True):
            brush.text(
                centre[0] + radius * x,
                centre[1] + radius * y,
                words,
                size=0.85 * size,
                bold=False,
                colour=ink,
            )


def cell_at(x: float, y: float) -> int | None:
    """Return the number of the segment at a point of the circle of radius 1 (y downwards)."""
    for number in range(1, N_SEGMENTS + 1):
        (inner, outer), (start, stop) = RINGS[segment_level(number)], _span(number)
        angle = (np.degrees(np.arctan2(-y, x)) - start) % 360.0
        if inner <= np.hypot(x, y) < outer and angle < stop - start:
            return number
    return None


def _span(number: int) -> tuple[float, float]:
    """Return where a segment begins and ends, in degrees counterclockwise from the lateral wall."""
    level = segment_level(number)
    index = number - {"basal": 1, "mid": 7, "apical": 13}[level]
    width, first = (90.0, 45.0) if level == "apical" else (60.0, 60.0)
    return first + width * index, first + width * (index + 1)


def _at(radius: float | Points, degrees: float | Points) -> Points:
    angle = np.radians(degrees)
    return np.column_stack(np.broadcast_arrays(radius * np.cos(angle), -radius * np.sin(angle)))


@cache
def _outline(number: int) -> tuple[Points, tuple[float, float]]:
    (inner, outer), (start, stop) = RINGS[segment_level(number)], _span(number)
    along = np.linspace(start, stop, 31)
    middle = _at(0.5 * (inner + outer), 0.5 * (start + stop))[0]
    return np.vstack([_at(inner, along), _at(outer, along[::-1])]), (float(middle[0]), float(middle[1]))


@cache
def _hatch(number: int) -> tuple[tuple[Points, Points], ...]:
    """Return slanting lines inside a segment."""
    (inner, outer), (start, stop) = RINGS[segment_level(number)], _span(number)
    lines = []
    along = np.linspace(-1.5, 1.5, 601)
    for offset in np.arange(-1.5, 1.5, HATCH_STEP):
        points = np.column_stack([(along + offset) / np.sqrt(2.0), (along - offset) / np.sqrt(2.0)])
        away = np.hypot(points[:, 0], points[:, 1])
        angle = (np.degrees(np.arctan2(-points[:, 1], points[:, 0])) - start) % 360.0
        inside = np.flatnonzero((away > inner) & (away < outer) & (angle < stop - start))
        for run in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1):
            if len(run) > 1:
                lines.append((points[run[0]], points[run[-1]]))
    return tuple(lines)


@cache
def _territory_borders() -> tuple[tuple[Points, Points], ...]:
    """Return the lines between segments of different coronary arteries on one ring."""
    supplied = {n: artery for artery, own in load_table("aha_segments")["artery"].items() for n in own}
    lines = []
    for level in LEVELS:
        own = [number for number in range(1, N_SEGMENTS + 1) if segment_level(number) == level]
        for number, following in zip(own, own[1:] + own[:1], strict=True):
            if supplied[number] != supplied[following]:
                inner, outer = RINGS[level]
                ends = _at(np.array([inner, outer]), _span(number)[1])
                lines.append((ends[0], ends[1]))
    return tuple(lines)


def _fill(value: Value, bands: Scheme | None) -> str | None:
    if value.value is None:
        return None
    return UNGRADED if bands is None else COLOURS[bands.code(value.value)]


def _words(value: Value, bands: Scheme | None) -> str:
    """Return T2* as printed; cut instead of rounded where it would else contradict its colour."""
    shown = format_value(value, "t2star_ms").replace(" ", "")
    if value.value is None or value.bound != "none" or bands is None:
        return shown
    places = decimals(value.value, "t2star_ms")
    if bands.code(float(shown)) != bands.code(value.value):
        step = 10.0**-places
        shown = f"{float(shown) + (step if float(shown) < value.value else -step):.{places}f}"
    return shown

"""The grade band: the intervals of a scheme side by side, and where the value lies."""

from __future__ import annotations

import math

import numpy as np

from ironquant.core import Grade, OrganResult, Value
from ironquant.export.numbers import UMOL_PER_MG, format_graded, unit_of
from ironquant.export.page import GREY, INK, Page
from ironquant.export.speech import Speech
from ironquant.iron import Scheme
from ironquant.resources import text

ORDER = ("normal", "borderline", "mild", "moderate", "severe", "extreme")
COLOURS = {
    "normal": "#d5ead9",
    "borderline": "#eaf0cd",
    "mild": "#fbeabf",
    "moderate": "#f5cfa3",
    "severe": "#e8a9a4",
    "extreme": "#cf95b8",
}
STRONG = {
    "normal": "#2e7d4f",
    "borderline": "#8a9a2b",
    "mild": "#c08a12",
    "moderate": "#cc6a1a",
    "severe": "#b3261e",
    "extreme": "#7d1f63",
}
"""The same grades as lines and signs."""
PALE = {
    "normal": "#eef7f0",
    "borderline": "#f6f9e8",
    "mild": "#fdf6e2",
    "moderate": "#fbebd6",
    "severe": "#f6dcda",
    "extreme": "#ead0e0",
}
"""The same grades as the ground of a chart."""
_BAR_TOP = 9.0
_BAR_LINE = 10.5
"""Height of the bar for each language."""
_CUTS = 12.5
_LABEL_ROOM = 40.0


def height(speech: Speech) -> float:
    """Return the room that a band takes: marker, bar, cut points."""
    return _BAR_TOP + _bar(speech) + _CUTS


def _bar(speech: Speech) -> float:
    return 5.0 + _BAR_LINE * len(speech.langs)


def position(scheme: Scheme, value: float) -> float:
    """Return where `value` lies on a band of equally wide intervals, 0 (normal end) to 1 (severe end).

    Within a closed interval the position is linear; within the open one it approaches the end by
    the ratio to its lower limit.
    """
    for number, (_, low, high) in enumerate(scheme.bands):
        if value < high or math.isinf(high):
            inside = 1.0 - low / max(value, 1e-12) if math.isinf(high) else (value - low) / (high - low)
            ascending = (number + min(max(inside, 0.0), 1.0)) / len(scheme.bands)
            return 1.0 - ascending if is_descending(scheme) else ascending
    raise ValueError("the last interval of a scheme is open")


def is_descending(scheme: Scheme) -> bool:
    """Whether a small number is the severe one (T2*)."""
    return ORDER.index(scheme.bands[0][0]) > ORDER.index(scheme.bands[-1][0])


def graded_value(scheme: Scheme, result: OrganResult) -> Value:
    """Return the value that the scheme grades, in the quantity of its cuts."""
    if scheme.quantity == "t2star_ms":
        return result.t2star_ms
    return result.iron.iron_mg_per_g if result.iron is not None else Value()


def draw_band(
    page: Page,
    x: float,
    y: float,
    width: float,
    scheme: Scheme,
    grade: Grade,
    result: OrganResult,
    speech: Speech,
) -> None:
    """Draw the band, normal on the left and severe on the right, within `height` points below `y`.

    The interval of the value has a heavy frame and bold word, so that it is told without colour.
    """
    bands = tuple(reversed(scheme.bands)) if is_descending(scheme) else scheme.bands
    slot = width / len(bands)
    bar, tall = y + _BAR_TOP, _bar(speech)
    for number, (code, _, _) in enumerate(bands):
        left = x + number * slot
        page.box(left, bar, slot, tall, fill=COLOURS[code], stroke="#ffffff")
        for line, lang in enumerate(speech.langs):
            page.text(
                left + 2,
                bar + 2.4 + line * _BAR_LINE,
                text("grades", code, lang),
                8.5,
                slot - 4,
                align="center",
                bold=code == grade.code,
                smallest=0.6,
            )
    for number, (code, _, _) in enumerate(bands):
        if code == grade.code:
            page.box(x + number * slot, bar, slot, tall, stroke=INK, line=1.2)
    _cuts(page, x, bar + tall + 1.5, slot, bands, scheme, speech)
    value = graded_value(scheme, result)
    if value.value is not None:
        shown = format_graded(result, scheme.quantity, iron_unit=speech.iron_unit)
        _marker(page, x, y, width, scheme, value, value.value, shown)


def grade_words(code: str, speech: Speech) -> str:
    """Return a grade in all languages of a report."""
    return speech.both(lambda lang: text("grades", code, lang))


def _cuts(
    page: Page,
    x: float,
    y: float,
    slot: float,
    bands: tuple[tuple[str, float, float], ...],
    scheme: Scheme,
    speech: Speech,
) -> None:
    unit = unit_of(scheme.quantity, speech.iron_unit)
    factor = UMOL_PER_MG if unit == "µmol/g" else 1.0
    for number, (_, low, high) in enumerate(bands[:-1]):
        cut = low if is_descending(scheme) else high
        shown = f"{cut * factor:.4g}"  # finer than values: on which side one lies must be told
        label = f"{shown} {unit}" if number == len(bands) - 2 else shown
        page.text(x + (number + 1) * slot - 30, y, label, 7.5, 60, align="center", colour=GREY)


def _marker(
    page: Page,
    x: float,
    y: float,
    width: float,
    scheme: Scheme,
    value: Value,
    number: float,
    shown: str,
) -> None:
    """Draw a triangle at the value; for a bound also an arrow to the side where the truth lies."""
    at = x + width * position(scheme, number)
    at = min(max(at, x + 3), x + width - 3)
    tip = y + _BAR_TOP + 1.0
    triangle = np.array([[at - 3.2, tip - 6], [at + 3.2, tip - 6], [at, tip]])
    page.path(triangle, colour=INK, width=0, closed=True, fill=True)
    side = {"none": 0, "lower": 1, "upper": -1}[value.bound] * (-1 if is_descending(scheme) else 1)
    if side:
        end = min(max(at + side * 22, x), x + width)
        page.rule(at, tip - 4.5, end, tip - 4.5, colour=INK, width=1.0)
        head = np.array([[end - side * 4, tip - 6.7], [end, tip - 4.5], [end - side * 4, tip - 2.3]])
        page.path(head, colour=INK, width=0, closed=True, fill=True)
    # The number stands where the arrow does not go, and inside the band.
    to_the_right = side < 0 or (side == 0 and at + 6 + _LABEL_ROOM < x + width)
    page.text(
        at + 6 if to_the_right else at - 6 - _LABEL_ROOM,
        y - 0.5,
        shown,
        7.5,
        _LABEL_ROOM,
        bold=True,
        align="left" if to_the_right else "right",
    )

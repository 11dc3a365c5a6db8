"""Bland–Altman plot and scatter plot, drawn as vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ironquant.agreement.words import bare, say
from ironquant.export.page import ACCENT, GREY, INK, RULE, Page
from ironquant.statistics import LEAST_PAIRS, BlandAltman, Estimate

Frame = tuple[float, float, float, float]
"""Left, top, width, height in points."""
_TICK: Final = 7.0
_BAND: Final = "#dfe8f1"
_BAND_BIAS: Final = "#e9e4d4"
_MOST_POINTS: Final = 4000
_VALUES: Final = 84.0
"""Room on the right for the words at the lines."""


@dataclass(frozen=True)
class _Axes:
    """From numbers to points of the page."""

    frame: Frame
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, top, width, height = self.frame
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return left + width * across, top + height * (1.0 - up)


def draw_difference(
    page: Page,
    frame: Frame,
    values: Sequence[tuple[float, float]],
    agreement: BlandAltman | None,
    names: dict[str, Any],
    lang: str,
) -> None:
    """Draw differences against means with bias, limits and their 95 % intervals as bands.

    Parameters
    ----------
    values : sequence of (float, float)
        Pairs of numbers.
    agreement : BlandAltman or None
        None for fewer than three pairs: then points only, and why.
    names : dict
        ``first``, ``second``, ``quantity``, ``unit`` for the titles.
    """
    left, top, width, height = frame
    page.text(left, top, say("figure_difference", lang, **names), 8.5, width, bold=True)
    page.text(left, top + 12.5, say("figure_difference_y", lang, **names), 7, width, colour=GREY)
    pairs = np.asarray(values, dtype=np.float64).reshape(-1, 2)
    means, differences = pairs.mean(axis=1), pairs[:, 0] - pairs[:, 1]
    plot = (left + 30, top + 24, width - 30 - _VALUES, height - 24 - 22)
    least = 0.01 * float(np.abs(means).mean()) if len(means) else 0.0  # what is equal to 1 % looks equal
    ends = [-least, least, *differences]
    if agreement is not None:
        ends += [*_ends(agreement.lower), *_ends(agreement.upper)]
    axes = _Axes(plot, _range(means), _range(ends))
    _frame(page, axes, say("figure_difference_x", lang, **names))
    if agreement is None:
        n = {"n": len(pairs), "needed": LEAST_PAIRS}
        words = say("figure_few", lang, **n)
        page.text(left + plot[2] + 36, plot[1] + 4, words, 7.5, _VALUES - 8, colour=GREY, smallest=0.6)
    else:
        for entry in (agreement.lower, agreement.upper, agreement.bias):
            _band(page, axes, entry, _BAND_BIAS if entry is agreement.bias else _BAND)
    _level(page, axes, 0.0, GREY, 0.6, None)
    if agreement is not None:
        _level(page, axes, agreement.lower.value, ACCENT, 0.9, (4, 2))
        _level(page, axes, agreement.upper.value, ACCENT, 0.9, (4, 2))
        _level(page, axes, agreement.bias.value, INK, 1.1, None)
        _label_lines(page, axes, agreement, lang)
    _points(page, axes, list(zip(means, differences, strict=True)), filled=True)


def draw_scatter(
    page: Page,
    frame: Frame,
    values: Sequence[tuple[float, float]],
    bounds: Sequence[tuple[float, float]],
    names: dict[str, Any],
    lang: str,
) -> None:
    """Draw the first source against the second, with the line of identity.

    Parameters
    ----------
    bounds : sequence of (float, float)
        Pairs with a bound, drawn hollow at their limits.
    """
    left, top, width, height = frame
    page.text(left, top, say("figure_scatter", lang, **names), 8.5, width, bold=True)
    page.text(left, top + 12.5, say("figure_scatter_y", lang, **names), 7, 60, colour=GREY)
    page.text(left + 60, top + 12.5, say("figure_key", lang), 7, width - 64, colour=GREY, align="right")
    side = min(width - 34, height - 24 - 22)
    span = _range([number for pair in (*values, *bounds) for number in pair])
    axes = _Axes((left + 30, top + 24, width - 34, side), span, span)
    _frame(page, axes, say("figure_scatter_x", lang, **names))
    ends = np.array([axes.at(span[0], span[0]), axes.at(span[1], span[1])])
    page.path(ends, colour=GREY, width=0.8)
    _points(page, axes, [(other, one) for one, other in values], filled=True)
    _points(page, axes, [(other, one) for one, other in bounds], filled=False)


def round_ticks(low: float, high: float, at_most: int = 6) -> list[float]:
    """Return round numbers from `low` to `high`, at most `at_most` steps."""
    rough = (high - low) / at_most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _ends(entry: Estimate) -> tuple[float, ...]:
    return entry.ci95 or (entry.value,)


def _range(numbers: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Return limits that leave room about the numbers, also about one single number."""
    low, high = (float(min(numbers)), float(max(numbers))) if len(numbers) else (0.0, 1.0)
    size = max(abs(low), abs(high), 1e-9)
    spare = max(0.06 * (high - low), 0.02 * size if high - low < 1e-9 * size else 0.0)
    return low - spare, high + spare


def _frame(page: Page, axes: _Axes, title: str) -> None:
    left, top, width, height = axes.frame
    page.box(left, top, width, height, stroke=RULE)
    for tick in round_ticks(*axes.x, 5):
        x, _ = axes.at(tick, axes.y[0])
        page.rule(x, top + height, x, top + height + 2.5, colour=GREY)
        page.text(x - 16, top + height + 3, bare(tick), _TICK, 32, align="center", colour=GREY)
    for tick in round_ticks(*axes.y, 6):
        _, y = axes.at(axes.x[0], tick)
        page.rule(left - 2.5, y, left, y, colour=GREY)
        page.text(left - 30, y - _TICK * 0.6, bare(tick), _TICK, 26, align="right", colour=GREY)
    page.text(left, top + height + 12.5, title, 7, width, align="center", colour=GREY)


def _band(page: Page, axes: _Axes, entry: Estimate, colour: str) -> None:
    if entry.ci95 is None:
        return
    left, _, width, _ = axes.frame
    _, lower = axes.at(axes.x[0], entry.ci95[0])
    _, upper = axes.at(axes.x[0], entry.ci95[1])
    page.box(left + 0.3, upper, width - 0.6, lower - upper, fill=colour)


def _level(
    page: Page, axes: _Axes, y: float, colour: str, width: float, dash: tuple[float, float] | None
) -> None:
    left, _, across, _ = axes.frame
    _, at = axes.at(axes.x[0], y)
    page.rule(left, at, left + across, at, colour=colour, width=width, dash=dash)


def _label_lines(page: Page, axes: _Axes, agreement: BlandAltman, lang: str) -> None:
    """Write bias and limits beside their lines, apart from each other, within the height of the plot."""
    left, top, width, height = axes.frame
    entries = (
        ("figure_upper", agreement.upper),
        ("figure_bias", agreement.bias),
        ("figure_lower", agreement.lower),
    )
    wanted = [axes.at(axes.x[0], entry.value)[1] - 4.5 for _, entry in entries]
    places = [min(max(wanted[1], top + 11), top + height - 22)]
    places.insert(0, min(wanted[0], places[0] - 11))
    places.append(max(wanted[2], places[1] + 11))
    for (key, entry), y in zip(entries, places, strict=True):
        words = say(key, lang, value=bare(entry.value, 2))
        page.text(left + width + 4, y, words, 7.5, _VALUES - 6, bold=key == "figure_bias")


def _points(page: Page, axes: _Axes, points: Sequence[tuple[float, float]], *, filled: bool) -> None:
    radius = 2.2 if len(points) <= 100 else 1.4
    for x, y in points[:_MOST_POINTS]:
        across, down = axes.at(float(x), float(y))
        page.dot(across, down, radius, fill=INK if filled else "#ffffff", stroke=INK, line=0.6)

"""The course over several examinations: a chart and a table for each organ."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from ironquant.core import Analysis, Grade, OrganAnalysis, Trend, TrendPoint
from ironquant.export import band, fonts
from ironquant.export.course import (
    COLUMNS,
    break_words,
    change_words,
    limit_words,
    point_row,
    quantity_words,
)
from ironquant.export.course import (
    heading as course_heading,
)
from ironquant.export.curve import ticks
from ironquant.export.numbers import UMOL_PER_MG
from ironquant.export.page import ACCENT, GREY, INK, RULE, Page
from ironquant.export.report.layout import (
    MARGIN,
    Block,
    Chapter,
    heading,
    paragraphs,
    share_out,
    table,
    together,
)
from ironquant.export.speech import Speech
from ironquant.iron import Scheme, scheme

_CHARTS: Final = (190.0, 165.0, 140.0, 118.0)
"""Heights of a chart; the largest that saves no page is taken."""
_AXIS: Final = 34.0
_BELOW: Final = 18.0
_ROOM: Final = 0.06
"""Beside the first and the last date, of their distance."""
_LEAST_DAYS: Final = 30.0
_NAME: Final = 70.0
"""Width of the name of the axis, above it."""
_LABEL: Final = 40.0
"""Width of a date below the axis."""
_SHARES: Final = (0.12, 0.10, 0.14, 0.09, 0.25, 0.30)
_SIZE: Final = 7.8
_GRADE: Final = 6.5
"""Size of the names of grades in the chart."""


def trend_chapter(analysis: Analysis, speech: Speech, width: float, page_height: float) -> Chapter | None:
    """Return the course of the organs; None where nothing earlier is known."""
    told = [(entry, entry.trend) for entry in analysis.organs if entry.trend and len(entry.trend.points) > 1]
    if not told:
        return None
    tried = []
    for height in _CHARTS:
        blocks = [
            block
            for entry, trend in told
            for block in together(_organ(entry, trend, speech, width, height), page_height)
        ]
        tried.append(Chapter(speech.say("page_trend", " / "), blocks))
    pages = [len(share_out([chapter], page_height, from_page_1=False)) for chapter in tried]
    return tried[pages.index(min(pages))]


def _organ(entry: OrganAnalysis, trend: Trend, speech: Speech, width: float, height: float) -> list[Block]:
    unit = speech.iron_unit
    title = speech.both(lambda lang: course_heading(trend, lang, unit), " / ")
    grade = entry.result.grade if entry.result else None
    changes = speech.each(lambda lang: change_words(trend, lang, unit))
    limits = speech.each(lambda lang: limit_words(trend, lang))
    rows = [tuple(speech.say_of("history", f"column_{column}") for column in COLUMNS)]
    rows += [_row(point, trend, speech) for point in reversed(trend.points)]
    return [
        heading(title, "", width),
        _chart(trend, grade, speech, width, height),
        *paragraphs(changes, width, 9.0, after=3.0, bold=True),
        *paragraphs(limits, width, _SIZE, after=5.0, colour=GREY),
        *table(rows, _SHARES, width, _SIZE),
        Block(0.0, _nothing, 14.0),
    ]


def _nothing(page: Page, y: float) -> None:
    """Draw nothing: white space between organs."""


def _row(point: TrendPoint, trend: Trend, speech: Speech) -> tuple[str, ...]:
    told = [point_row(point, trend, lang, speech.iron_unit) for lang in speech.langs]
    return tuple(" / ".join(dict.fromkeys(filter(None, cells))) for cells in zip(*told, strict=True))


def _chart(trend: Trend, grade: Grade | None, speech: Speech, width: float, height: float) -> Block:
    def draw(page: Page, y: float) -> None:
        frame = (MARGIN + _AXIS, y + 10, width - _AXIS, height - 10 - _BELOW)
        _Chart(page, trend, grade, speech, frame).draw()

    return Block(height, draw, 4.0, sticky=True)


class _Chart:
    """One chart being drawn: from dates and values to points on the page."""

    def __init__(
        self,
        page: Page,
        trend: Trend,
        grade: Grade | None,
        speech: Speech,
        frame: tuple[float, float, float, float],
    ) -> None:
        self.page, self.trend, self.grade, self.speech = page, trend, grade, speech
        self.left, self.top, self.width, self.height = frame
        in_umol = trend.quantity == "iron_mg_per_g" and speech.iron_unit == "umol/g"
        self.factor = UMOL_PER_MG if in_umol else 1.0
        days = [point.date.toordinal() for point in trend.points]
        span = max(days[-1] - days[0], _LEAST_DAYS)
        self.first, self.last = days[0] - _ROOM * span, days[-1] + _ROOM * span
        highest = max(point.interval[1] if point.interval else _number(point) for point in trend.points)
        self.highest = 1.1 * highest * self.factor

    def x(self, date: dt.date) -> float:
        return self.left + self.width * (date.toordinal() - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        """Return the place of a value in mg/g or ms."""
        return self.top + self.height * (1.0 - value * self.factor / self.highest)

    def draw(self) -> None:
        page = self.page
        self._grades()
        page.box(self.left, self.top, self.width, self.height, stroke=RULE)
        self._axes()
        self._breaks()
        for segment in self.trend.segments:
            if len(segment) > 1:
                points = np.array([[self.x(point.date), self.y(_number(point))] for point in segment])
                page.path(points, colour=ACCENT, width=1.3)
        for point in self.trend.points:
            self._point(point)

    def _grades(self) -> None:
        """Shade the grades, if the scheme grades this quantity, and as far as it holds at the field."""
        bands = None if self.grade is None else scheme(self.grade.scheme)
        if bands is None or bands.quantity != self.trend.quantity:
            return
        parts = self.trend.segments
        ends = [(self.x(before[-1].date) + self.x(after[0].date)) / 2 for before, after in pairwise(parts)]
        starts = [self.left, *ends]
        for part, start, end in zip(parts, starts, [*ends, self.left + self.width], strict=True):
            if bands.covers(part[-1].field_t):
                self._shade(bands, start, end)

    def _shade(self, bands: Scheme, start: float, end: float) -> None:
        for code, low, high in bands.bands:
            upper = max(self.y(min(high, self.highest / self.factor)), self.top)
            lower = self.y(low)
            if lower <= self.top + 0.5:
                continue
            self.page.box(start, upper, end - start, lower - upper, fill=band.PALE[code])
            words = band.grade_words(code, self.speech)
            if lower - upper > 9 and end - start > 60:
                room = min(fonts.text_width(words, _GRADE), end - start - 6)
                x, y = self._free_corner(start + 3, end - 3 - room, upper + 1, lower - 9, room)
                self.page.text(x, y, words, _GRADE, room + 0.1, colour=GREY)

    def _free_corner(
        self, left: float, right: float, upper: float, lower: float, room: float
    ) -> tuple[float, float]:
        """Return the corner of a band in which words of a width hide no point; the first, if none is free."""
        marks = []
        for point in self.trend.points:
            ends = point.interval or (_number(point), _number(point))
            low, high = (self.y(end) for end in ends)
            marks.append((self.x(point.date), high - 4, low + 4))
        corners = [(x, y) for y in (upper, lower) for x in (left, right)]
        free = [
            (x, y)
            for x, y in corners
            if not any(x - 4 < at < x + room + 4 and high < y + 9 and low > y for at, high, low in marks)
        ]
        return (free or corners)[0]

    def _axes(self) -> None:
        page = self.page
        for tick in ticks(self.highest, 5):
            y = self.top + self.height * (1.0 - tick / self.highest)
            page.rule(self.left - 2.5, y, self.left, y, colour=GREY)
            if y > self.top + 4:  # beside the name of the axis
                page.text(self.left - 32, y - 4.5, f"{tick:g}", 7, 27, align="right", colour=GREY)
        name = self.speech.both(lambda lang: quantity_words(self.trend, lang, self.speech.iron_unit), " / ")
        page.text(self.left - _AXIS, self.top - 10.5, name, 7.5, _AXIS + _NAME - 4, colour=GREY, smallest=0.6)
        shown = float("inf")
        for point in reversed(self.trend.points):
            x = self.x(point.date)
            page.rule(x, self.top + self.height, x, self.top + self.height + 2.5, colour=GREY)
            if shown - x >= _LABEL:
                shown = x
                at = min(max(x - _LABEL / 2, self.left - 8), self.left + self.width - _LABEL)
                label = f"{point.date:%Y-%m}"
                page.text(at, self.top + self.height + 4, label, 7, _LABEL, align="center", colour=GREY)

    def _breaks(self) -> None:
        """Draw where examinations do not compare, and above the chart why."""
        page, right = self.page, self.left + self.width
        for before, after in reversed(list(pairwise(self.trend.points))):
            if not after.breaks:
                continue
            x = (self.x(before.date) + self.x(after.date)) / 2
            page.rule(x, self.top, x, self.top + self.height, colour="#8a4b00", width=0.9, dash=(3, 2))
            words = self.speech.both(partial(break_words, after), " / ")
            if right - x > _LABEL and x > self.left + _NAME:
                page.text(x, self.top - 10, words, 6.8, right - x - 4, colour="#8a4b00", smallest=0.6)
                right = x

    def _point(self, point: TrendPoint) -> None:
        page, x, y = self.page, self.x(point.date), self.y(_number(point))
        if point.interval is not None:
            low, high = (self.y(end) for end in point.interval)
            page.rule(x, max(high, self.top), x, low, colour=INK, width=0.7)
        now = point is self.trend.points[-1]
        if point.value.bound == "none":
            page.dot(x, y, 3.2 if now else 2.4, fill=ACCENT if now else "#ffffff", stroke=INK)
            return
        tip = -4.0 if point.value.bound == "lower" else 4.0  # towards where the truth lies
        triangle = np.array([[x - 3.4, y], [x + 3.4, y], [x, y + 1.4 * tip]])
        page.path(triangle, colour=ACCENT if now else INK, width=0, closed=True, fill=True)


def _number(point: TrendPoint) -> float:
    return point.value.value or 0.0

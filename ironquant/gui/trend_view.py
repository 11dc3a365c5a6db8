"""The course of an organ as a plot: values with their intervals against the date, broken where it must be."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ironquant.core import FloatArray, Grade, Trend, TrendPoint
from ironquant.export.course import break_words, method_of, quantity_words
from ironquant.export.numbers import UNITS, format_value
from ironquant.gui import language
from ironquant.gui.pens import line
from ironquant.gui.style import colour
from ironquant.iron import scheme

_POINT, _NOW = 9, 12
_BOUND = {"upper": "t", "lower": "t1", "none": "o"}
"""Triangles point to where the truth lies."""
_TYPED = "d"
_LEAST_DAYS = 30.0
_ROOM = 0.12
"""Beside the first and the last date, of their distance."""
_LABEL_PIXELS = 74
"""Dates nearer than this would overlap."""


class TrendView(pg.PlotWidget):  # type: ignore[misc]
    """Draws a `Trend`; colours are taken when it is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        self.setMinimumSize(200, 110)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        self.trend: Trend | None = None
        self.breaks: tuple[pg.InfiniteLine, ...] = ()

    def show_trend(self, trend: Trend | None, grade: Grade | None) -> None:
        """Draw a course, with the cuts of a grade where they are of its quantity."""
        self.trend, self.breaks = trend, ()
        plot = self.getPlotItem()
        plot.clear()
        self.setBackground(colour("panel"))
        for name in ("left", "bottom"):
            axis = plot.getAxis(name)
            axis.setPen(line(colour("line")))
            axis.setTextPen(line(colour("dim")))
            axis.enableAutoSIPrefix(False)
        plot.setVisible(trend is not None)
        if trend is None:
            return
        plot.setLabel("left", quantity_words(trend, language.current()), color=colour("dim").name())
        self._set_ranges(trend)
        self._draw_cuts(trend, grade)
        for before, after in pairwise(trend.points):
            if after.breaks:
                self._draw_break(before, after)
        for segment in trend.segments:
            days, values = _places(segment)
            self.addItem(pg.PlotDataItem(days, values, pen=line(colour("accent"), width=2.0)))
        self._draw_points(trend)

    def point_position(self, number: int) -> QPointF:
        """Return where a point lies in this widget."""
        assert self.trend is not None
        days, values = _places(self.trend.points)
        box = self.getPlotItem().getViewBox()
        place = box.mapViewToScene(QPointF(days[number], values[number]))
        return QPointF(self.viewportTransform().map(place))  # exact; mapFromScene would round to pixels

    def _set_ranges(self, trend: Trend) -> None:
        days, _ = _places(trend.points)
        span = max(float(days[-1] - days[0]), _LEAST_DAYS)
        low, high = days[0] - _ROOM * span, days[-1] + _ROOM * span
        tops = [point.interval[1] if point.interval else value for point, value in _pairs(trend)]
        plot = self.getPlotItem()
        plot.setXRange(low, high, padding=0.0)
        plot.setYRange(0.0, 1.12 * max(tops), padding=0.0)
        self._name_dates()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name as many dates as there is room for."""
        super().resizeEvent(event)
        if getattr(self, "trend", None) is not None:
            self._name_dates()

    def _name_dates(self) -> None:
        assert self.trend is not None
        box = self.getPlotItem().getViewBox()
        (low, high), _ = box.viewRange()
        apart = _LABEL_PIXELS / max(box.width(), 1.0) * (high - low)
        shown: list[tuple[float, str]] = []
        for point in self.trend.points[::-1]:
            day = float(point.date.toordinal())
            if not shown or shown[-1][0] - day >= apart:
                shown.append((day, f"{point.date:%Y-%m}"))
        self.getPlotItem().getAxis("bottom").setTicks([shown])

    def _draw_cuts(self, trend: Trend, grade: Grade | None) -> None:
        """Draw where grades change, faintly."""
        bands = None if grade is None else scheme(grade.scheme)
        if bands is None or bands.quantity != trend.quantity:
            return
        tint = colour("dim")
        tint.setAlpha(90)
        for _, low, _ in bands.bands[1:]:
            self.addItem(pg.InfiniteLine(low, angle=0, pen=line(tint, style=Qt.PenStyle.DotLine)))

    def _draw_break(self, before: TrendPoint, after: TrendPoint) -> None:
        middle = (before.date.toordinal() + after.date.toordinal()) / 2.0
        border = pg.InfiniteLine(
            middle, angle=90, pen=line(colour("warning"), width=1.2, style=Qt.PenStyle.DashLine)
        )
        border.setToolTip(f"{before.date} | {after.date}: {break_words(after, language.current())}")
        self.breaks = (*self.breaks, border)
        self.addItem(border)

    def _draw_points(self, trend: Trend) -> None:
        days, values = _places(trend.points)
        halves = [point.interval[1] - value if point.interval else 0.0 for point, value in _pairs(trend)]
        bars = pg.ErrorBarItem(
            x=days, y=values, height=2.0 * np.array(halves), beam=0.0, pen=line(colour("dim"), width=1.4)
        )
        self.addItem(bars)
        last = trend.points[-1]
        self.addItem(
            pg.ScatterPlotItem(
                x=days,
                y=values,
                size=[_NOW if point is last else _POINT for point in trend.points],
                symbol=[
                    _TYPED
                    if point.source == "typed" and point.value.bound == "none"
                    else _BOUND[point.value.bound]
                    for point in trend.points
                ],
                brush=[pg.mkBrush(colour("accent" if point is last else "panel")) for point in trend.points],
                pen=line(colour("ink"), width=1.6),
                hoverable=True,
                tip=lambda x, y, data: data,
                data=[_tip(point, trend) for point in trend.points],
            )
        )


def _pairs(trend: Trend) -> list[tuple[TrendPoint, float]]:
    return [(point, point.value.value or 0.0) for point in trend.points]


def _places(points: tuple[TrendPoint, ...]) -> tuple[FloatArray, FloatArray]:
    """Return days and values."""
    days = [float(dt.date.toordinal(point.date)) for point in points]
    return np.array(days), np.array([point.value.value or 0.0 for point in points])


def _symbol(point: TrendPoint) -> str:
    exact = point.value.bound == "none"
    return _TYPED if exact and point.source == "typed" else _BOUND[point.value.bound]


def _tip(point: TrendPoint, trend: Trend) -> str:
    lang = language.current()
    value = f"{format_value(point.value, trend.quantity, lang)} {UNITS[trend.quantity]}"
    lines = (f"{point.date}: {value}", method_of(point, lang), break_words(point, lang), point.remark)
    return "\n".join(filter(None, lines))

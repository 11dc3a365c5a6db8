"""The decay curve: measured echoes, fitted line, noise level; a click drops or restores an echo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from ironquant.core import Curve, ModelResult
from ironquant.gui import style

_POINT = 10
_LINE_POINTS = 160


class CurveView(pg.PlotWidget):  # type: ignore[misc]
    """Mean signal of a region against echo time.

    Signals
    -------
    echo_clicked : int
        Echo, numbered from 1.
    """

    echo_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=style.shade("panel"))
        self.setMinimumHeight(120)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.showGrid(x=False, y=True, alpha=0.15)
        for name in ("left", "bottom"):
            plot.getAxis(name).enableAutoSIPrefix(False)
        self._te: tuple[float, ...] = ()
        self._signal: tuple[float, ...] = ()
        self._used: tuple[bool, ...] = ()
        self._titles = ("", "")
        self._spread = pg.ErrorBarItem(beam=0.0)
        self._floor, self._fitted = pg.PlotDataItem(), pg.PlotDataItem()
        self._before, self._after = pg.PlotDataItem(), pg.PlotDataItem()
        self._points = pg.ScatterPlotItem(size=_POINT, hoverable=True, tip=None)
        self._current = pg.InfiniteLine(angle=90)
        lines = (self._floor, self._current, self._before, self._after, self._fitted)
        for item in (*lines, self._spread, self._points):
            plot.addItem(item)
        self._points.sigClicked.connect(self._clicked)
        self._theme = style.current()
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._theme != style.current():
            self._theme = style.current()
            self._tint()

    def set_titles(self, te: str, signal: str) -> None:
        """Name the axes."""
        self._titles = (te, signal)
        plot = self.getPlotItem()
        plot.setLabel("bottom", te, color=style.shade("dim"))
        plot.setLabel("left", signal, color=style.shade("dim"))

    def show_curve(self, curve: Curve | None, fit: ModelResult | None) -> None:
        """Show a curve and the fit over its used echoes (solid) and beyond (dashed)."""
        if curve is not None and not curve.te_ms:  # read from a map of the scanner
            curve = None
        empty = np.empty(0)
        self.getPlotItem().setVisible(curve is not None)
        for item in (self._floor, self._fitted, self._before, self._after):
            item.setData(empty, empty)
        if curve is None:
            self._te = self._signal = self._used = ()
            self._points.setData([], [])
            self._spread.setData(x=empty, y=empty, height=empty)
            return
        self._te, self._signal = curve.te_ms, curve.signal
        te, signal = np.asarray(curve.te_ms), np.nan_to_num(np.asarray(curve.signal))
        used = np.isin(np.arange(len(te)) + 1, curve.echoes_used)
        self._used = tuple(map(bool, used))
        self._points.setData(x=te, y=signal, brush=self._brushes(), data=np.arange(len(te)) + 1)
        self._spread.setData(x=te, y=signal, height=2.0 * np.nan_to_num(np.asarray(curve.signal_sd)))
        self._draw_fit(curve, fit, te[used])
        plot = self.getPlotItem()
        plot.setXRange(0.0, float(te[-1]) * 1.04, padding=0.0)
        tops = signal + np.nan_to_num(np.asarray(curve.signal_sd))
        top = max(float(tops.max()), (fit.s0 or 0.0) if fit is not None else 0.0)
        plot.setYRange(0.0, 1.05 * top or 1.0, padding=0.0)

    def set_current_te(self, te_ms: float | None) -> None:
        """Mark the echo that the image shows."""
        self._current.setVisible(te_ms is not None)
        if te_ms is not None:
            self._current.setValue(te_ms)

    def point_position(self, echo: int) -> QPointF:
        """Return where the point of an echo (from 1) lies in this widget."""
        box = self.getPlotItem().getViewBox()
        scene = box.mapViewToScene(QPointF(self._te[echo - 1], self._signal[echo - 1]))
        return QPointF(self.mapFromScene(scene))

    def _brushes(self) -> list[Any]:
        """Return the fillings of the points: echoes that are not used are hollow."""
        return [pg.mkBrush(style.shade("ink" if flag else "panel")) for flag in self._used]

    def _tint(self) -> None:
        """Give every part its colour of the theme."""
        ink, dim, accent = (style.shade(name) for name in ("ink", "dim", "accent"))
        self.setBackground(style.shade("panel"))
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(pg.mkPen(dim))
            axis.setTextPen(pg.mkPen(dim))
        self._spread.setData(pen=pg.mkPen(dim, width=1.0))
        self._floor.setPen(pg.mkPen(dim, width=1.0, style=Qt.PenStyle.DotLine))
        self._fitted.setPen(pg.mkPen(accent, width=2.0))
        for item in (self._before, self._after):
            item.setPen(pg.mkPen(accent, width=1.4, style=Qt.PenStyle.DashLine))
        self._points.setPen(pg.mkPen(ink, width=1.5))
        if self._used:
            self._points.setBrush(self._brushes())
        self._current.setPen(pg.mkPen(style.shade("mark"), width=1.0))
        self.set_titles(*self._titles)

    def _draw_fit(self, curve: Curve, fit: ModelResult | None, used_te: Any) -> None:
        from ironquant.fitting import chi_mean, expected_signal

        last = curve.te_ms[-1] * 1.04
        if curve.sigma is not None:
            level = curve.sigma * chi_mean(curve.n_coils)
            self._floor.setData([0.0, last], [level, level])
        if fit is None or not len(used_te):
            return
        low, high = float(used_te.min()), float(used_te.max())
        parts = ((self._before, 0.0, low), (self._fitted, low, high), (self._after, high, last))
        for item, start, end in parts:
            te = np.linspace(start, end, _LINE_POINTS)
            expected = expected_signal(fit, te, curve.n_coils)
            if expected is not None and end > start:
                item.setData(te, expected)

    def _clicked(self, item: Any, points: Any, event: Any) -> None:
        if len(points):
            self.echo_clicked.emit(int(points[0].data()))

"""The decay curve: measured echoes, fitted line, noise level, or what the fit leaves over.

A click drops or restores an echo; the cut behind the last one used can be dragged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from ironquant.core import MIN_ECHOES, Curve, ModelResult
from ironquant.gui import style
from ironquant.gui.pens import line

_POINT = 10
_LINE_POINTS = 160
_LEAST_RESIDUAL_PERCENT = 1.0
"""The axis of residuals reaches so far at least, so that a good fit looks like one."""


class CurveView(pg.PlotWidget):  # type: ignore[misc]
    """Mean signal of a region against echo time.

    Signals
    -------
    echo_clicked : int
        Echo, numbered from 1.
    cut_moved : int
        So many leading echoes are to be used.
    """

    echo_clicked = Signal(int)
    cut_moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=style.shade("panel"), enableMenu=False)
        self.setMinimumHeight(70)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.showGrid(x=False, y=True, alpha=0.15)
        for name in ("left", "bottom"):
            plot.getAxis(name).enableAutoSIPrefix(False)
        self._te: tuple[float, ...] = ()
        self._signal: tuple[float, ...] = ()
        self._used: tuple[bool, ...] = ()
        self._titles = ("", "", "")
        self._residuals_on = False
        self._shown: tuple[Curve | None, ModelResult | None] = (None, None)
        self._spread = pg.ErrorBarItem(beam=0.0)
        self._floor, self._fitted = pg.PlotDataItem(), pg.PlotDataItem()
        self._before, self._after = pg.PlotDataItem(), pg.PlotDataItem()
        self._points = pg.ScatterPlotItem(size=_POINT, hoverable=True, tip=None)
        self._current = pg.InfiniteLine(angle=90)
        self.cut = pg.InfiniteLine(angle=90, movable=True)
        self.cut.sigPositionChangeFinished.connect(self._cut_dropped)
        lines = (self._floor, self._current, self.cut, self._before, self._after, self._fitted)
        for item in (*lines, self._spread, self._points):
            plot.addItem(item)
        self._points.sigClicked.connect(self._clicked)
        self._theme = style.current()
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        closed = self.getPlotItem() is None  # pyqtgraph takes it away with the window
        if event.type() == QEvent.Type.StyleChange and self._theme != style.current() and not closed:
            self._theme = style.current()
            self._tint()

    def set_titles(self, te: str, signal: str, residual: str) -> None:
        """Name the axes."""
        self._titles = (te, signal, residual)
        plot = self.getPlotItem()
        plot.setLabel("bottom", te, color=style.shade("dim"))
        plot.setLabel("left", residual if self._residuals_on else signal, color=style.shade("dim"))
        plot.getAxis("left").resizeEvent(None)  # it would stand where the shorter name began

    def set_residuals_on(self, on: bool) -> None:
        """Show what the fit leaves over, in % of S0, in the place of the signal, or the signal again."""
        self._residuals_on = on
        self.set_titles(*self._titles)
        self.show_curve(*self._shown)

    def show_curve(self, curve: Curve | None, fit: ModelResult | None) -> None:
        """Show a curve and the fit over its used echoes (solid) and beyond (dashed)."""
        if curve is not None and not curve.te_ms:  # read from a map of the scanner
            curve = None
        self._shown = curve, fit
        empty = np.empty(0)
        self.getPlotItem().setVisible(curve is not None)
        for item in (self._floor, self._fitted, self._before, self._after):
            item.setData(empty, empty)
        if curve is None:
            self._te = self._signal = self._used = ()
            self._points.setData([], [])
            self._spread.setData(x=empty, y=empty, height=empty)
            self.cut.setVisible(False)
            return
        te, signal = np.asarray(curve.te_ms), np.nan_to_num(np.asarray(curve.signal))
        spread = np.nan_to_num(np.asarray(curve.signal_sd))
        residuals = self._residuals(curve, fit, signal) if self._residuals_on else None
        if residuals is not None:
            signal, spread = residuals, 100.0 * spread / _s0(fit)
        self._te, self._signal = curve.te_ms, tuple(map(float, signal))
        used = np.isin(np.arange(len(te)) + 1, curve.echoes_used)
        self._used = tuple(map(bool, used))
        self._points.setData(x=te, y=signal, brush=self._brushes(), data=np.arange(len(te)) + 1)
        self._spread.setData(x=te, y=signal, height=2.0 * spread)
        self._place_cut(te, used)
        plot, last = self.getPlotItem(), float(te[-1]) * 1.04
        plot.setXRange(0.0, last, padding=0.0)
        if residuals is not None:
            self._fitted.setData([0.0, last], [0.0, 0.0])
            reach = max(1.2 * float(np.abs(signal).max()), _LEAST_RESIDUAL_PERCENT)
            plot.setYRange(-reach, reach, padding=0.0)
            return
        self._draw_fit(curve, fit, te[used])
        tops = signal + spread
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

    def _residuals(self, curve: Curve, fit: ModelResult | None, signal: Any) -> Any:
        """Return signal less fit in % of S0; None where there is no fit to tell it from."""
        from ironquant.fitting import expected_signal

        if fit is None or not fit.s0:
            return None
        expected = expected_signal(fit, np.asarray(curve.te_ms), curve.n_coils)
        return None if expected is None else 100.0 * (signal - expected) / _s0(fit)

    def _place_cut(self, te: Any, used: Any) -> None:
        """Put the cut between the last echo used and the next."""
        last = int(np.flatnonzero(used)[-1]) if used.any() else len(te) - 1
        after = float(te[last + 1]) if last + 1 < len(te) else float(te[-1]) * 1.04
        self.cut.setVisible(True)
        self.cut.blockSignals(True)
        self.cut.setValue(0.5 * (float(te[last]) + after))
        self.cut.blockSignals(False)

    def _cut_dropped(self) -> None:
        used = sum(te < self.cut.value() for te in self._te)
        now = max((echo for echo, flag in enumerate(self._used, 1) if flag), default=0)
        wanted = min(max(used, MIN_ECHOES), len(self._te))
        if wanted != now:
            self.cut_moved.emit(wanted)
        else:
            self._place_cut(np.asarray(self._te), np.asarray(self._used))

    def _brushes(self) -> list[Any]:
        """Return the fillings of the points: echoes that are not used are hollow."""
        return [pg.mkBrush(style.shade("ink" if flag else "panel")) for flag in self._used]

    def _tint(self) -> None:
        """Give every part its colour of the theme."""
        ink, dim, accent = (style.shade(name) for name in ("ink", "dim", "accent"))
        self.setBackground(style.shade("panel"))
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(line(dim))
            axis.setTextPen(line(dim))
        self._spread.setData(pen=line(dim, width=1.0))
        self._floor.setPen(line(dim, width=1.0, style=Qt.PenStyle.DotLine))
        self._fitted.setPen(line(accent, width=2.0))
        for item in (self._before, self._after):
            item.setPen(line(accent, width=1.4, style=Qt.PenStyle.DashLine))
        self._points.setPen(line(ink, width=1.5))
        if self._used:
            self._points.setBrush(self._brushes())
        self.cut.setPen(line(dim, width=1.0, style=Qt.PenStyle.DashDotLine))
        self.cut.setHoverPen(line(accent, width=2.0))
        self._current.setPen(line(style.shade("mark"), width=1.0))
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


def _s0(fit: ModelResult | None) -> float:
    assert fit is not None, "there are residuals of a fit only"
    assert fit.s0, "and in units of its S0"
    return fit.s0

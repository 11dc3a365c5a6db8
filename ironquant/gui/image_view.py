"""The image: one echo of one slice, T2* map over it, window and level, zoom; gestures as signals.

Coordinates are (column, row) with pixel centres at whole numbers, as everywhere in IronQuant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from ironquant.core import EchoSeries
from ironquant.export.pictures import colours
from ironquant.gui.style import shade
from ironquant.gui.windowing import AUTO, window_presets

WINDOW_STEP = 1.0 / 300.0
"""Part of the brightness range by which one pixel of mouse movement changes window and level."""
_ZOOM_STEP = 1.15
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class _Picture(pg.ImageItem):  # type: ignore[misc]
    """An image drawn smoothly (anatomy) or pixel by pixel (map)."""

    def __init__(self, smooth: bool) -> None:
        super().__init__(axisOrder="row-major")
        self._smooth = smooth

    def paint(self, painter: QPainter, *arguments: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        super().paint(painter, *arguments)


class GestureBox(pg.ViewBox):  # type: ignore[misc]
    """Turns the mouse into the gestures of a reading room.

    Attributes
    ----------
    modifiers : Qt.KeyboardModifier
        Keys held during the newest click or drag.
    wheel_sizes : bool
        Whether the wheel changes the size of a brush rather than the echo.
    """

    clicked = Signal(float, float)
    double_clicked = Signal(float, float)
    drag_started = Signal(float, float)
    dragged = Signal(float, float)
    drag_ended = Signal(float, float)
    sized = Signal(int)
    windowed = Signal(float, float)
    echo_stepped = Signal(int)
    slice_stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__(invertY=True, lockAspect=True, enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(True, True)
        self.modifiers = Qt.KeyboardModifier.NoModifier
        self.wheel_sizes = False

    def mouseClickEvent(self, event: Any) -> None:
        """Left: a corner, or a region; double: auto window."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.mapToView(event.pos())
        self.modifiers = event.modifiers()
        (self.double_clicked if event.double() else self.clicked).emit(point.x(), point.y())
        event.accept()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Left: draw or move; right or middle: window and level; Ctrl with left: pan."""
        event.accept()
        moved = event.screenPos() - event.lastScreenPos()
        if event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            self.windowed.emit(float(moved.x()), float(moved.y()))
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            shift = self.mapToView(event.lastPos()) - self.mapToView(event.pos())
            self.translateBy(x=shift.x(), y=shift.y())
        else:
            self.modifiers = event.modifiers()
            if event.isStart():
                start = self.mapToView(event.buttonDownPos())
                self.drag_started.emit(start.x(), start.y())
            point = self.mapToView(event.pos())
            (self.drag_ended if event.isFinish() else self.dragged).emit(point.x(), point.y())

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        """Wheel: echo, or size of the brush; with Shift: slice; with Ctrl: zoom."""
        event.accept()
        step = -1 if event.delta() > 0 else 1
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = _ZOOM_STEP if step > 0 else 1.0 / _ZOOM_STEP
            self.scaleBy((factor, factor), center=self.mapToView(event.pos()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.slice_stepped.emit(step)
        elif self.wheel_sizes:
            self.sized.emit(-step)
        else:
            self.echo_stepped.emit(step)


class ImageView(pg.GraphicsView):  # type: ignore[misc]
    """Shows one echo of one slice of a series.

    Attributes
    ----------
    preset : str
        The preset that window and level are of; empty where the mouse has set them.
    taken_keys : frozenset of int
        Keys that the drawing tool needs for itself while another part of the window has them, too.

    Signals
    -------
    hovered : int, int
        Column and row under the mouse; −1, −1 outside.
    pointed : float, float
        Exact position under the mouse, while it moves.
    key_pressed : QKeyEvent
        Keys that concern drawing; whoever handles one accepts it.
    view_changed
        Zoom, window, echo or slice: what the corners say.
    focused
        The keyboard is here.
    """

    hovered = Signal(int, int)
    pointed = Signal(float, float)
    key_pressed = Signal(object)
    view_changed = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=shade("image"))
        self.setMinimumSize(200, 110)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box = GestureBox()
        self.setCentralItem(self.box)
        self._anatomy, self._overlay = _Picture(smooth=True), _Picture(smooth=False)
        self._overlay.setZValue(5)
        for item in (self._anatomy, self._overlay):
            self.box.addItem(item, ignoreBounds=True)
        self.series: EchoSeries | None = None
        self.slice_index = 0
        self.echo = 0
        self.low, self.high = 0.0, 1.0
        self.preset = AUTO
        self.taken_keys: frozenset[int] = frozenset()
        self._home = QRectF(0, 0, 1, 1)
        self.scene().sigMouseMoved.connect(self._mouse_moved)
        self.box.windowed.connect(self._drag_window)
        self.box.sigRangeChanged.connect(self.view_changed)

    # --- what is shown ---------------------------------------------------------------------------
    def show_series(self, series: EchoSeries, home: QRectF, slice_index: int) -> None:
        """Show the first echo of a series, windowed, with `home` (columns, rows) in view."""
        self.series = series
        self.slice_index, self.echo = slice_index, 0
        _, row_mm, column_mm = series.spacing_mm
        self.box.setAspectLocked(True, ratio=column_mm / row_mm)
        self._home = home
        self.auto_window()
        self.go_home()

    def clear_series(self) -> None:
        """Show nothing."""
        self.series = None
        self._anatomy.clear()
        self._overlay.clear()

    def set_position(self, slice_index: int, echo: int) -> None:
        """Show another slice or echo; the window stays, so that the decay is seen."""
        self.slice_index, self.echo = slice_index, echo
        self._draw()

    def show_map(self, fraction: NDArray[np.floating] | None) -> None:
        """Lay a map of the slice over the image.

        Parameters
        ----------
        fraction : ndarray, shape (row, column)
            Place on the colour scale, 0 to 1; NaN shows the image. None: no map.
        """
        if fraction is None:
            self._overlay.clear()
            return
        shown = np.isfinite(fraction)
        rgba = np.zeros((*fraction.shape, 4), dtype=np.uint8)
        rgba[shown, :3] = np.round(colours(fraction[shown]))
        rgba[shown, 3] = 255
        self._overlay.setImage(rgba, levels=None, autoLevels=False)
        self._place(self._overlay)

    def set_map_opacity(self, opacity: float) -> None:
        """Set how much of the map is seen, 0 to 1."""
        self._overlay.setOpacity(opacity)

    def go_home(self) -> None:
        """Zoom to the part around the subject."""
        self.box.setRange(self._home, padding=0.0)

    def whole_image(self) -> None:
        """Zoom out to the whole image."""
        if self.series is not None:
            _, rows, columns = self.series.shape
            self.box.setRange(QRectF(-0.5, -0.5, columns, rows), padding=0.0)

    # --- window and level ------------------------------------------------------------------------
    def auto_window(self, preset: str = AUTO) -> None:
        """Take window and level of a preset from this slice."""
        if self.series is not None:
            self.set_window(*self.own_window(preset), preset)

    def own_window(self, preset: str = AUTO) -> tuple[float, float]:
        """Return what a preset makes black and white on this slice."""
        assert self.series is not None
        return window_presets()[preset].limits(self.series.signal[self.slice_index], self.echo)

    def set_window(self, low: float, high: float, preset: str = "") -> None:
        """Show these grey values from black to white; they are those of a preset, or of none."""
        self.low, self.high, self.preset = low, high, preset
        self._draw()

    def _drag_window(self, right: float, down: float) -> None:
        if self.series is None:
            return
        span = float(np.ptp(self.series.signal[self.slice_index, :, :, 0])) or 1.0
        width = max(self.high - self.low + right * span * WINDOW_STEP, span * 1e-3)
        centre = 0.5 * (self.low + self.high) + down * span * WINDOW_STEP
        self.low, self.high = centre - width / 2, centre + width / 2
        self.preset = ""
        self._draw()

    # --- reading ---------------------------------------------------------------------------------
    def image(self) -> NDArray[np.float32]:
        """Return the pixels shown, shape (row, column)."""
        assert self.series is not None
        return self.series.signal[self.slice_index, :, :, self.echo]

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return column and row of the pixel at a position, None outside the image."""
        if self.series is None:
            return None
        column, row = round(x), round(y)
        _, rows, columns = self.series.shape
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None

    def to_widget(self, column: float, row: float) -> QPointF:
        """Return where a position of the image lies in this widget."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(column, row))))

    def pixels_per_mm(self) -> float:
        """Return how many screen pixels one millimetre takes."""
        if self.series is None:
            return 1.0
        distance = self.to_widget(100.0, 0.0).x() - self.to_widget(0.0, 0.0).x()
        return float(distance / 100.0 / self.series.spacing_mm[2])

    # --- Qt --------------------------------------------------------------------------------------
    def event(self, event: QEvent) -> bool:
        """Keep the keys of the drawing tool from being shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in self.taken_keys:
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer keys to the drawing tool, then to the window."""
        event.ignore()
        self.key_pressed.emit(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say that the keyboard is here."""
        super().focusInEvent(event)
        self.focused.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the read-out."""
        super().leaveEvent(event)
        self.hovered.emit(-1, -1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep the subject in view."""
        super().resizeEvent(event)
        if hasattr(self, "_home") and self.series is not None:
            self.go_home()

    def _mouse_moved(self, position: QPointF) -> None:
        if self.series is None:
            return
        point = self.box.mapSceneToView(position)
        self.pointed.emit(point.x(), point.y())
        pixel = self.pixel_at(point.x(), point.y())
        self.hovered.emit(*(pixel or (-1, -1)))

    def _draw(self) -> None:
        if self.series is None:
            return
        self._anatomy.setImage(self.image(), levels=(self.low, self.high))
        self._place(self._anatomy)
        self.view_changed.emit()

    def _place(self, item: Any) -> None:
        assert self.series is not None
        _, rows, columns = self.series.shape
        item.setRect(QRectF(-0.5, -0.5, columns, rows))

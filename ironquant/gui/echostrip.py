"""The echoes side by side, small: which is shown, which are used; and their cine."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ironquant.core import EchoSeries
from ironquant.gui import style

HEIGHT = 52
_MOST_WIDTH, _GAP = 68, 3
_PICTURE_PIXELS = 96
_TEXT_PIXELS = 11
CINE_MS = 140
_DROPPED_OPACITY = 0.3


class EchoStrip(QWidget):
    """Small pictures of all echoes of the slice; a click shows one, a double click drops or restores it.

    Signals
    -------
    value_changed : int
        The echo that is to be shown, from 0.
    toggle_wanted : int
        The echo that is to be dropped or restored, from 1.
    """

    value_changed = Signal(int)
    toggle_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._te_ms: tuple[float, ...] = ()
        self._pictures: list[NDArray[np.float32]] = []
        self._used: frozenset[int] = frozenset()
        self._window = (0.0, 1.0)
        self._value = 0
        self._timer = QTimer(self, interval=CINE_MS)
        self._timer.timeout.connect(self._advance)

    def sizeHint(self) -> QSize:
        """As high as a small picture."""
        return QSize(200, HEIGHT)

    # --- what is shown ---------------------------------------------------------------------------
    def show_slice(self, series: EchoSeries | None, slice_index: int, home: QRectF) -> None:
        """Show the echoes of a slice, each the part in `home` (columns, rows); None: nothing."""
        self._te_ms = () if series is None or len(series.te_ms) < 2 else series.te_ms
        self._pictures = [] if series is None else _pictures(series, slice_index, home)
        self._value = min(self._value, max(0, len(self._te_ms) - 1))
        if not self._te_ms:
            self.play(False)
        self.update()

    def set_used(self, used: Collection[int] | None) -> None:
        """Set which echoes (from 1) the fit uses; None: not known, all."""
        self._used = frozenset(range(1, len(self._te_ms) + 1) if used is None else used)
        self.update()

    def set_window(self, low: float, high: float) -> None:
        """Set the grey values, those of the large image."""
        if (low, high) != self._window:
            self._window = (low, high)
            self.update()

    @property
    def value(self) -> int:
        """The echo that is shown, from 0."""
        return self._value

    def set_value(self, echo: int) -> None:
        """Show another echo; beyond the last one the last."""
        wanted = min(max(echo, 0), max(0, len(self._te_ms) - 1))
        if wanted != self._value:
            self._value = wanted
            self.update()
            self.value_changed.emit(wanted)

    @property
    def first_dropped(self) -> int:
        """The first echo (from 0) that the fit does not use; the last one where it uses all."""
        count = len(self._te_ms)
        return next((echo for echo in range(count) if echo + 1 not in self._used), count - 1)

    @property
    def playing(self) -> bool:
        """Whether the cine runs."""
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """Run through the echoes, or stop."""
        if on and len(self._te_ms) > 1:
            self._timer.start()
        else:
            self._timer.stop()

    def cell(self, echo: int) -> QRectF:
        """Return where an echo (from 0) lies in this widget."""
        step = min(self.width() / max(1, len(self._te_ms)), _MOST_WIDTH + _GAP)
        return QRectF(echo * step, 2, step - _GAP, self.height() - 4)

    # --- Qt --------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures with number and echo time; what is not used is dimmed and struck out."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        font = painter.font()
        font.setPixelSize(_TEXT_PIXELS)
        painter.setFont(font)
        for echo, picture in enumerate(self._pictures[: len(self._te_ms)]):
            self._paint_cell(painter, echo, picture)
        if self.hasFocus() and self._te_ms:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.colour("accent"), 1.0, Qt.PenStyle.DotLine))
            painter.drawRect(self.cell(self._value).adjusted(3, 3, -3, -3))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the echo that is clicked."""
        echo = self._at(event.position())
        if echo is not None and event.button() == Qt.MouseButton.LeftButton:
            self.play(False)
            self.set_value(echo)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Drop or restore it."""
        echo = self._at(event.position())
        if echo is not None and event.button() == Qt.MouseButton.LeftButton:
            self.toggle_wanted.emit(echo + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right: another echo; Enter: drop or restore it."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.set_value(self._value + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._te_ms:
            self.toggle_wanted.emit(self._value + 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go here."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Tell the echo under the mouse."""
        if isinstance(event, QHelpEvent):
            echo = self._at(QPointF(event.pos()))
            words = ""
            if echo is not None:
                place = self.tr("Echo {number}, TE {te} ms").format(
                    number=echo + 1, te=f"{self._te_ms[echo]:.2f}"
                )
                words = f"{place}\n" + self.tr("Double click drops or restores it (X)")
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # --- inside ----------------------------------------------------------------------------------
    def _at(self, place: QPointF) -> int | None:
        return next((echo for echo in range(len(self._te_ms)) if self.cell(echo).contains(place)), None)

    def _advance(self) -> None:
        self.set_value((self._value + 1) % max(1, len(self._te_ms)))

    def _paint_cell(self, painter: QPainter, echo: int, picture: NDArray[np.float32]) -> None:
        box, used = self.cell(echo), echo + 1 in self._used
        painter.fillRect(box, style.colour("image"))
        low, high = self._window
        grey = np.ascontiguousarray(np.clip((picture - low) / (high - low), 0.0, 1.0) * 255.0, dtype=np.uint8)
        image = QImage(
            grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8
        )
        shown = QRectF(
            QPointF(),
            image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding).toSizeF(),
        )
        shown.moveCenter(box.center())
        painter.save()
        painter.setClipRect(box)
        painter.setOpacity(1.0 if used else _DROPPED_OPACITY)
        painter.drawImage(shown, image)
        painter.restore()
        if not used:
            painter.setPen(QPen(style.colour("warning"), 1.5))
            painter.drawLine(box.bottomLeft(), box.topRight())
        number = QRectF(box.left() + 3, box.top() + 1, 18, 14)
        for shift, tint in (((1, 1), "image"), ((0, 0), "image_ink")):
            painter.setPen(style.colour(tint))
            painter.drawText(number.translated(*shift), int(Qt.AlignmentFlag.AlignLeft), str(echo + 1))
        current = echo == self._value
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(style.colour("accent" if current else "line"), 2.0 if current else 1.0))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def _pictures(series: EchoSeries, slice_index: int, home: QRectF) -> list[NDArray[np.float32]]:
    """Return the part in `home` of every echo, coarse."""
    _, rows, columns = series.shape
    top, bottom = (round(min(max(y, 0), rows)) for y in (home.top(), home.bottom()))
    left, right = (round(min(max(x, 0), columns)) for x in (home.left(), home.right()))
    step = max(1, (bottom - top) // _PICTURE_PIXELS)
    part = series.signal[slice_index, top:bottom:step, left:right:step]
    return [np.asarray(part[..., echo], dtype=np.float32) for echo in range(part.shape[-1])]

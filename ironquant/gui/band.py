"""The grade band: the intervals of the scheme side by side, and where the value lies."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ironquant.core import OrganResult, Value
from ironquant.export.numbers import UNITS
from ironquant.gui import language, style
from ironquant.iron import Scheme, scheme
from ironquant.resources import text

_BAR_TOP = 12.0
_BAR = 20.0
_SIZE, _LEAST_SIZE = 11, 9


class BandView(QWidget):
    """Normal on the left, severe on the right; the interval of the value is framed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._scheme: Scheme | None = None
        self._value = Value()
        self._code: str | None = None

    def sizeHint(self) -> QSize:
        """Marker, bar, cut points."""
        return QSize(200, 50)

    def show_result(self, result: OrganResult | None) -> None:
        """Show a graded result; hidden where there is no grade."""
        from ironquant.export.band import graded_value

        grade = result.grade if result is not None else None
        self.setVisible(grade is not None)
        if result is None or grade is None:
            return
        self._scheme, self._code = scheme(grade.scheme), grade.code
        self._value = graded_value(self._scheme, result)
        self.setAccessibleName(text("grades", grade.code or "undecided", language.current()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bar, words, cuts and marker."""
        from ironquant.export.band import COLOURS, is_descending

        if self._scheme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        descending = is_descending(self._scheme)
        bands = tuple(reversed(self._scheme.bands)) if descending else self._scheme.bands
        slot = self.width() / len(bands)
        small = painter.font()
        for number, (code, low, high) in enumerate(bands):
            box = QRectF(number * slot, _BAR_TOP, slot - 1, _BAR)
            own = code == self._code
            fill = QColor(COLOURS[code])
            painter.fillRect(box, fill if own or self._code is None else fill.darker(125))
            if own:
                painter.setPen(QPen(style.colour("ink"), 2.0))
                painter.drawRect(box.adjusted(1, 1, -1, -1))
            small.setBold(own)
            small.setPixelSize(_SIZE)
            painter.setFont(small)
            painter.setPen(style.colour("band_ink"))
            words = text("grades", code, language.current())
            size = _SIZE
            while size > _LEAST_SIZE and painter.fontMetrics().horizontalAdvance(words) > slot - 5:
                size -= 1
                small.setPixelSize(size)
                painter.setFont(small)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(slot) - 3)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)
            if number < len(bands) - 1:
                self._cut(painter, number, slot, low if descending else high, number == len(bands) - 2)
        self._marker(painter, descending)

    def _cut(self, painter: QPainter, number: int, slot: float, cut: float, last: bool) -> None:
        assert self._scheme is not None
        font = painter.font()
        font.setBold(False)
        font.setPixelSize(_SIZE)
        painter.setFont(font)
        painter.setPen(style.colour("dim"))
        unit = f" {UNITS[self._scheme.quantity]}" if last else ""
        label = QRectF((number + 1) * slot - 40, _BAR_TOP + _BAR + 1, 80, 15)
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), f"{cut:g}{unit}")

    def _marker(self, painter: QPainter, descending: bool) -> None:
        """Draw a triangle at the value; for a bound an arrow to where the truth lies."""
        from ironquant.export.band import position

        if self._scheme is None or self._value.value is None:
            return
        at = self.width() * position(self._scheme, self._value.value)
        at = min(max(at, 6.0), self.width() - 6.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        tip = _BAR_TOP + 1
        painter.drawPolygon(QPolygonF([QPointF(at - 5, 2), QPointF(at + 5, 2), QPointF(at, tip)]))
        side = {"none": 0, "lower": 1, "upper": -1}[self._value.bound] * (-1 if descending else 1)
        if side:
            end = min(max(at + side * 26, 0.0), float(self.width()))
            painter.setPen(QPen(style.colour("ink"), 2.0))
            painter.drawLine(QPointF(at, 5), QPointF(end - side * 4, 5))
            painter.setPen(Qt.PenStyle.NoPen)
            back = end - side * 6
            painter.drawPolygon(QPolygonF([QPointF(back, 1.5), QPointF(end, 5), QPointF(back, 8.5)]))

"""The bull's-eye beside the decay curve: the same drawing as in the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from ironquant.core import OrganAnalysis, segment_number
from ironquant.export.bullseye import WITHIN, Bullseye, bullseye, cell_at, draw
from ironquant.export.numbers import format_value
from ironquant.export.wording import capital
from ironquant.gui import language, style
from ironquant.resources import term

_MARGIN = 6.0
_LINE = 17.0
_LEAST_FONT = 8
_WITH_SIDES, _WITH_NUMBERS = 190.0, 110.0
"""Height from which the walls are named, radius from which the segments are numbered."""


class _PainterBrush:
    """Draws with Qt."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter

    def polygon(self, points: NDArray[np.float64], *, fill: str | None, stroke: str, width: float) -> None:
        self._painter.setPen(QPen(QColor(stroke), width))
        self._painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
        self._painter.drawPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in points]))

    def line(
        self, start: NDArray[np.float64], end: NDArray[np.float64], *, stroke: str, width: float
    ) -> None:
        self._painter.setPen(QPen(QColor(stroke), width))
        self._painter.drawLine(QPointF(*map(float, start)), QPointF(*map(float, end)))

    def text(self, x: float, y: float, words: str, *, size: float, bold: bool, colour: str) -> None:
        font = self._painter.font()
        font.setPixelSize(max(round(size), _LEAST_FONT))
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        room = QRectF(x - 150.0, y - 20.0, 300.0, 40.0)
        self._painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)


class BullseyeView(QWidget):
    """T2* of the segments; what a segment is and holds is told under the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(230)
        self._shown: Bullseye | None = None
        self._words: dict[int, str] = {}

    def sizeHint(self) -> QSize:
        """As wide as the names of the walls need."""
        return QSize(270, 220)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self._shown is None

    def show_organ(self, analysis: OrganAnalysis | None) -> None:
        """Show the segments of an organ, nothing where it has none."""
        lang = language.current()
        self._shown = None if analysis is None else bullseye(analysis, lang)
        self._words = {}
        if analysis is not None and self._shown is not None:
            self.setAccessibleName(f"{self._shown.title}: {self._shown.summary}")
            cells = {cell.number: cell.words for cell in self._shown.cells}
            for region in analysis.regions:
                number = segment_number(region.region.site)
                if number is not None:
                    name = capital(term(region.region.site, lang))
                    value = format_value(region.models[0].t2star_ms, "t2star_ms", lang)
                    size = self.tr("{area} mm², {pixels} pixels").format(
                        area=f"{region.area_mm2:.0f}", pixels=region.n_pixels
                    )
                    unsure = self.tr("borders unsure") if cells[number].endswith("?") else ""
                    parts = (f"T2* {value} ms", size, unsure)
                    self._words[number] = f"{name}\n" + "\n".join(part for part in parts if part)
        self.update()

    def words_at(self, x: float, y: float) -> str:
        """Return what is told of the segment at a place of this widget; beside the rings: of all."""
        centre, radius = self._place()
        number = cell_at((x - centre[0]) / radius, (y - centre[1]) / radius)
        summary = "" if self._shown is None else self._shown.summary
        return summary if number is None else self._words.get(number, "")

    def event(self, event: QEvent) -> bool:
        """Tell of the segment under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rings and the line below."""
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre, radius = self._place()
        brush = _PainterBrush(painter)
        draw(
            self._shown,
            brush,
            centre,
            radius,
            ink=style.shade("dim"),
            numbers=radius > _WITH_NUMBERS,
            sides=self._sides,
        )
        font = painter.font()
        font.setBold(False)
        font.setPixelSize(style.FONT_PIXELS - 1)
        painter.setFont(font)
        painter.setPen(style.colour("ink"))
        below = QRectF(0.0, self.height() - _LINE - 2.0, self.width(), _LINE)
        words = painter.fontMetrics().elidedText(
            self._shown.caption, Qt.TextElideMode.ElideRight, self.width() - 4
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), words)

    @property
    def _sides(self) -> bool:
        """Whether the names of the walls find room; the rings come first."""
        return self.height() > _WITH_SIDES

    def _place(self) -> tuple[tuple[float, float], float]:
        """Return middle and radius of the rings."""
        width, height = self.width() - 2.0 * _MARGIN, self.height() - _LINE - _MARGIN
        within = WITHIN if self._sides else (1.02, 1.02)
        radius = max(min(width / 2.0 / within[0], height / 2.0 / within[1]), 1.0)
        return (self.width() / 2.0, _MARGIN / 2.0 + height / 2.0), radius

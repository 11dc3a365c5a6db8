"""What stands on the image: echo, slice, window, sides of the patient, scale; and the colour bar."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ironquant.export.pictures import colours, side_letter
from ironquant.gui import style
from ironquant.gui.image_view import ImageView
from ironquant.gui.mapkinds import Scale

_MARGIN = 8
_SCALES_MM = (5, 10, 20, 50, 100, 200)
_SCALE_PIXELS = 60
_BAR_WIDTH = 60
_SHADOW = QColor(0, 0, 0, 220)


class CornerText(QWidget):
    """Lies over an image view, lets the mouse through."""

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view = view
        self.lines: tuple[str, ...] = ()
        self.hint = ""
        view.view_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint corners, sides and scale."""
        view = self._view
        if view.series is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        area = self.rect().adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
        left_top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        corner = _text(painter, area, left_top, "\n".join(self.lines))
        window = f"W {view.high - view.low:.0f}  L {0.5 * (view.high + view.low):.0f}"
        if view.preset:
            window = f"{self._preset_words()[view.preset]}\n{window}"
        left_bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        self._sides(painter, area, (corner, _text(painter, area, left_bottom, window)))
        self._scale(painter, area)
        if self.hint:
            self._hint(painter)

    def _preset_words(self) -> Mapping[str, str]:
        return {
            "auto": self.tr("Automatic"),
            "shown": self.tr("Echo shown"),
            "last": self.tr("Last echo"),
            "narrow": self.tr("Narrow"),
            "wide": self.tr("Wide"),
            "middle": self.tr("Middle 90 %"),
            "full": self.tr("All pixels"),
        }

    def _sides(self, painter: QPainter, area: QRect, corners: tuple[QRect, QRect]) -> None:
        """Paint a letter at the middle of every side, clear of the corners on the left."""
        assert self._view.series is not None
        affine = self._view.series.affine
        top, bottom = corners
        left, upper, lower = QRect(area), QRect(area), QRect(area)
        # The middle of a place moves on by half of what its beginning does.
        left.setTop(max(area.top(), 2 * (top.bottom() + 2 * _MARGIN) - area.bottom()))
        upper.setLeft(max(area.left(), 2 * (top.right() + 2 * _MARGIN) - area.right()))
        lower.setLeft(max(area.left(), 2 * (bottom.right() + 2 * _MARGIN) - area.right()))
        places = (
            (-affine[:3, 0], left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            (affine[:3, 0], area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
            (-affine[:3, 1], upper, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop),
            (affine[:3, 1], lower, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom),
        )
        for direction, place, alignment in places:
            _text(painter, place, alignment, side_letter(direction))

    def _scale(self, painter: QPainter, area: QRect) -> None:
        per_mm = self._view.pixels_per_mm()
        if not math.isfinite(per_mm) or per_mm <= 0:
            return
        length_mm = next((mm for mm in _SCALES_MM if mm * per_mm >= _SCALE_PIXELS), _SCALES_MM[-1])
        right, bottom = area.right(), area.bottom()
        left = right - length_mm * per_mm
        for ink, width in ((_SHADOW, 3.0), (style.colour("image_ink"), 1.0)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(QPointF(left, bottom), QPointF(right, bottom))
            for x in (left, float(right)):
                painter.drawLine(QPointF(x, bottom - 4), QPointF(x, bottom))
        place = area.adjusted(0, 0, 0, -6)
        _text(painter, place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{length_mm} mm")

    def _hint(self, painter: QPainter) -> None:
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = QRect(0, 0, self.width() - 60, 80)
        words = painter.fontMetrics().boundingRect(room, flags, self.hint)
        box = QRectF(0, 0, words.width() + 24, words.height() + 12)
        box.moveCenter(QPointF(self.width() / 2, self.height() - 30 - words.height() / 2))
        ground = style.colour("image_panel")
        ground.setAlpha(230)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(style.colour("image_ink"))
        painter.drawText(box, int(flags), self.hint)


class ColourBar(QWidget):
    """The colours of a map with title, unit, ticks, and where the grade changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_BAR_WIDTH)
        self.scale = Scale("", "", 0.0, 1.0)
        ramp = np.linspace(1.0, 0.0, 256)[:, None]
        self._strip = np.ascontiguousarray(np.round(colours(ramp)), dtype=np.uint8)

    def set_scale(self, scale: Scale) -> None:
        """Set what the colours mean."""
        self.scale = scale
        self.setAccessibleName(f"{scale.title} {scale.low:g}–{scale.high:g} {scale.unit}".rstrip())
        self.update()

    def sizeHint(self) -> QSize:
        """Narrow and as tall as the image."""
        return QSize(_BAR_WIDTH, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint strip, ticks, unit and cuts."""
        painter, scale = QPainter(self), self.scale
        painter.fillRect(self.rect(), style.colour("image"))
        bar = QRectF(6, 40, 14, max(self.height() - 56, 20))
        strip = QImage(self._strip.data, 1, 256, 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, strip)
        painter.setPen(style.colour("image_ink"))
        title = QRect(4, 2, _BAR_WIDTH - 4, 34)
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, f"{scale.title}\n{scale.unit}")
        for part in range(5):
            value = scale.low + (scale.high - scale.low) * part / 4
            y = bar.bottom() - bar.height() * part / 4
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            label = QRectF(bar.right() + 5, y - 9, 36, 18)
            painter.drawText(label, int(Qt.AlignmentFlag.AlignVCenter), f"{value:g}")
        for cut in scale.cuts:
            y = bar.bottom() - bar.height() * (cut - scale.low) / (scale.high - scale.low)
            for tint, width in (("image", 3.0), ("image_ink", 1.0)):
                painter.setPen(QPen(style.colour(tint), width))
                painter.drawLine(QPointF(bar.left() - 3, y), QPointF(bar.right(), y))


def _text(painter: QPainter, area: QRect, alignment: Qt.AlignmentFlag, words: str) -> QRect:
    """Draw light text with a dark shadow, readable on any tissue; return where it stands."""
    painter.setPen(_SHADOW)
    for dx, dy in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        painter.drawText(area.translated(dx, dy), int(alignment), words)
    painter.setPen(style.colour("image_ink"))
    painter.drawText(area, int(alignment), words)
    return painter.boundingRect(area, int(alignment), words)

"""The mouse pointer of every tool: a cross that any tissue shows, with the sign of the tool beside it."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from ironquant.gui import style
from ironquant.gui.tools.options import BRUSHES, FOLLOW, SELECT

_SIZE, _CENTRE, _ARM, _GAP, _SIGN = 36, 11, 10, 2, 17


@cache
def cursor(tool: str) -> QCursor:
    """Return the pointer of a tool."""
    if tool == SELECT:
        return QCursor(Qt.CursorShape.ArrowCursor)
    if tool in FOLLOW:
        return QCursor(Qt.CursorShape.SizeAllCursor)
    picture = QPixmap(_SIZE, _SIZE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for colour, width in ((QColor(0, 0, 0, 200), 3.0), (style.colour("image_ink"), 1.0)):
        painter.setPen(QPen(colour, width))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            near, far = (QPointF(_CENTRE + dx * r + 0.5, _CENTRE + dy * r + 0.5) for r in (_GAP, _ARM))
            painter.drawLine(near, far)
    if tool not in BRUSHES:
        corner = _SIZE - _SIGN
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawPixmap(corner - 1 + dx, corner - 1 + dy, style.icon_pixmap(tool, "image", _SIGN))
        painter.drawPixmap(corner - 1, corner - 1, style.icon_pixmap(tool, "image_ink", _SIGN))
    painter.end()
    return QCursor(picture, _CENTRE, _CENTRE)

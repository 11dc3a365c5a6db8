"""Outlines on the image: the region that is worked on, the others, and what is being drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from ironquant.core import Region
from ironquant.gui import style
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import Points, slice_contours
from ironquant.gui.pens import line
from ironquant.gui.tools.handles import LINE

_OTHER_LINE = 1.1
_HALO: Mapping[str, Any] = {"color": (0, 0, 0, 170), "width": 3.5}
_THIN_HALO: Mapping[str, Any] = {"color": (0, 0, 0, 150), "width": 2.6}
_CORNER = 2.5


class OutlinePainter:
    """Draws outlines into an image view."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._others: list[QGraphicsPathItem] = []
        self._halo, self._active, self._draft_halo, self._draft, self._brush = (
            self._item(z) for z in (9, 10, 12, 12.5, 13)
        )
        for halo in (self._halo, self._draft_halo):
            halo.setPen(line(**_HALO))
        self._brush.setPen(line(style.shade("image_ink"), width=1.2))

    def show_active(self, outlines: Sequence[Points], colour: str) -> None:
        """Draw the region that is worked on."""
        path = _closed(outlines)
        self._halo.setPath(path)
        self._active.setPath(path)
        self._active.setPen(line(colour, width=LINE))

    def show_others(self, regions: Sequence[tuple[Region, str]]) -> None:
        """Draw regions, each in its colour, thinner than the one that is worked on."""
        for item in self._others:
            self._view.box.removeItem(item)
        self._others = []
        if self._view.series is None:
            return
        for region, colour in regions:
            path = _closed(slice_contours(region, self._view.series, self._view.slice_index))
            for z, pen in (
                (7, line(**_THIN_HALO)),
                (8, line(colour, width=_OTHER_LINE)),
            ):
                item = self._item(z)
                item.setPen(pen)
                item.setPath(path)
                self._others.append(item)

    def show_draft(self, outlines: Sequence[Points], colour: str, *, dashed: bool = False) -> None:
        """Draw what is being drawn."""
        path = _closed(outlines)
        self._draft_halo.setPath(path)
        self._draft.setPath(path)
        stroke = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        self._draft.setPen(line(colour, width=LINE, style=stroke))

    def show_corners(
        self, corners: Sequence[tuple[float, float]], pointer: tuple[float, float], colour: str
    ) -> None:
        """Draw the corners of a polygon set so far, with a line to the mouse."""
        path = QPainterPath()
        if corners:
            _add(path, np.array([*corners, pointer]), closed=False)
            radius = _CORNER / screen_pixels(self._view)
            for column, row in corners:
                path.addEllipse(column - radius, row - radius, 2 * radius, 2 * radius)
        self._draft_halo.setPath(path)
        self._draft.setPath(path)
        self._draft.setPen(line(colour, width=LINE, style=Qt.PenStyle.DashLine))

    def show_brush(self, place: tuple[float, float] | None, diameter_mm: float) -> None:
        """Draw the brush where the mouse is; None: nowhere."""
        path = QPainterPath()
        if place is not None and self._view.series is not None:
            _, row_mm, column_mm = self._view.series.spacing_mm
            width, height = diameter_mm / column_mm, diameter_mm / row_mm
            path.addEllipse(QRectF(place[0] - width / 2, place[1] - height / 2, width, height))
        self._brush.setPath(path)

    def clear_draft(self) -> None:
        """Draw nothing but regions."""
        for item in (self._draft_halo, self._draft, self._brush):
            item.setPath(QPainterPath())

    def _item(self, z: float) -> QGraphicsPathItem:
        item = QGraphicsPathItem()
        item.setZValue(z)
        self._view.box.addItem(item, ignoreBounds=True)
        return item


def screen_pixels(view: ImageView) -> float:
    """Return how many pixels of the screen one pixel of the image takes."""
    wide = 1.0 if view.series is None else view.series.spacing_mm[2]
    return max(view.pixels_per_mm() * wide, 1e-6)


def _closed(outlines: Sequence[Points]) -> QPainterPath:
    path = QPainterPath()
    for points in outlines:
        _add(path, points, closed=True)
    return path


def _add(path: QPainterPath, points: Points, *, closed: bool) -> None:
    path.moveTo(*points[0])
    for x, y in points[1:]:
        path.lineTo(x, y)
    if closed:
        path.closeSubpath()

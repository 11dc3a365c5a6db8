"""Regions on the image: shown as outlines, drawn corner by corner, edited by handles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from ironquant.core import EchoSeries, Organ, Region
from ironquant.gui import style
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import (
    MAX_HANDLES,
    Points,
    edited_region,
    hit,
    largest,
    simplified,
    slice_contours,
)

_LINE, _THIN_LINE = 1.6, 0.8
_HANDLE = 5
_HANDLE_ROOM = 18.0
"""Length of outline on the screen that one handle needs, so that the region itself can be grasped."""
_LEAST_HANDLES = 8
_LINE_REACH = 4.0


class RegionTool(QObject):
    """The region of one organ on one image view.

    Signals
    -------
    changing : Region
        While handles or outline are dragged.
    changed : Region
        A region was drawn, or dragging ended.
    mode_changed
        Drawing or editing began or ended.
    """

    changing = Signal(object)
    changed = Signal(object)
    mode_changed = Signal()

    def __init__(self, organ: Organ, view: ImageView) -> None:
        super().__init__(view)
        self._organ, self._view = organ, view
        self._region: Region | None = None
        self._further: tuple[Region, ...] = ()
        self._accepted = False
        self._draft: list[tuple[float, float]] | None = None
        self._roi: Any = None
        self._base: Region | None = None
        self._start: Points = np.empty((0, 2))
        self._outline, self._preview, self._halo, self._thin = (QGraphicsPathItem() for _ in range(4))
        halo = pg.mkPen(0, 0, 0, 170, width=3.5)
        self._halo.setPen(halo)
        for item, z in ((self._thin, 8), (self._halo, 9), (self._outline, 10), (self._preview, 12)):
            item.setZValue(z)
            view.box.addItem(item, ignoreBounds=True)
        self._preview.setPen(pg.mkPen(style.PALETTE["region"], width=_LINE, style=Qt.PenStyle.DashLine))
        view.box.clicked.connect(self._clicked)
        view.box.double_clicked.connect(self._double_clicked)
        view.pointed.connect(self._pointed)
        view.key_pressed.connect(self._key)

    @property
    def drawing(self) -> bool:
        """Whether corners are being set."""
        return self._draft is not None

    @property
    def editing(self) -> bool:
        """Whether handles are shown."""
        return self._roi is not None

    def handles(self) -> Points:
        """Return where the handles stand, (column, row); none while nothing is edited."""
        return self._corners() if self.editing else np.empty((0, 2))

    def show(self, region: Region | None, accepted: bool, further: tuple[Region, ...] = ()) -> None:
        """Show a region on the slice of the view, and thinner what is measured beside it."""
        self._region, self._accepted, self._further = region, accepted, further
        self._redraw()

    def moved_slice(self) -> None:
        """Follow the view to another slice."""
        self.stop()
        self._redraw()

    def start_drawing(self) -> None:
        """Begin a new region: every click sets a corner."""
        if self._view.series is None:
            return
        self.stop()
        self._draft = []
        self._view.setCursor(Qt.CursorShape.CrossCursor)
        self._view.setFocus()
        self.mode_changed.emit()

    def start_editing(self) -> None:
        """Show handles on the main outline of this slice."""
        contours = self._contours()
        if self._region is None or not contours or self.editing:
            return
        self.stop()
        self._base = self._region
        outline = contours[largest(contours)]
        self._start = simplified(outline, self._handle_limit(outline))
        pen = pg.mkPen(style.PALETTE["region"], width=_LINE)
        handle = pg.mkPen(style.PALETTE["ink"], width=1.5)
        hover = pg.mkPen(style.PALETTE["accent"], width=2)
        self._roi = _HandledPolygon(
            self._start, closed=True, pen=pen, hoverPen=hover, handlePen=handle, handleHoverPen=hover
        )
        self._roi.setZValue(11)
        self._view.box.addItem(self._roi, ignoreBounds=True)
        self._roi.sigRegionChanged.connect(self._dragging)
        self._roi.sigRegionChangeFinished.connect(self._dragged)
        self._redraw()
        self.mode_changed.emit()

    def stop(self) -> None:
        """Leave drawing or editing; an unfinished drawing is given up."""
        if not self.drawing and not self.editing:
            return
        self._draft = None
        self._preview.setPath(QPainterPath())
        self._view.unsetCursor()
        if self._roi is not None:
            self._view.box.removeItem(self._roi)
            self._roi = None
        self._redraw()
        self.mode_changed.emit()

    def close_drawing(self) -> None:
        """Make the region from the corners set so far; fewer than three make none."""
        draft, series = self._draft, self._view.series
        if draft is None or series is None or len(draft) < 3:
            return
        from ironquant.roi import SITES, contour_to_patient

        points = np.array(draft)
        self.stop()
        contour = contour_to_patient(points, self._view.slice_index, series)
        site = SITES.get(self._organ, str(self._organ))
        self.changed.emit(Region(self._organ, site, (contour,), "manual"))

    # --- gestures --------------------------------------------------------------------------------
    def _clicked(self, x: float, y: float) -> None:
        if self._draft is not None:
            self._draft.append((x, y))
            self._show_draft(x, y)
        elif hit(self._contours(), x, y):
            self.start_editing()
        else:
            self.stop()

    def _double_clicked(self, x: float, y: float) -> None:
        if self._draft is not None:
            self.close_drawing()
        else:
            self._view.auto_window()

    def _pointed(self, x: float, y: float) -> None:
        if self._draft:
            self._show_draft(x, y)

    def _key(self, event: QKeyEvent) -> None:
        if self.editing and event.key() == Qt.Key.Key_Escape:
            self.stop()
            event.accept()
        if self._draft is None:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_drawing()
        elif event.key() == Qt.Key.Key_Escape:
            self.stop()
        elif event.key() == Qt.Key.Key_Backspace:
            self._draft = self._draft[:-1]
            self._show_draft(*(self._draft[-1] if self._draft else (0.0, 0.0)))
        else:
            return
        event.accept()

    def _dragging(self) -> None:
        region = self._edited()
        if region is not None:
            self.changing.emit(region)

    def _dragged(self) -> None:
        region = self._edited()
        if region is not None:
            self._base = region
            self._start = self._corners()
            self.changed.emit(region)

    def _edited(self) -> Region | None:
        """Return the region as the handles stand; None where nothing moved."""
        series = self._view.series
        if self._roi is None or self._base is None or series is None:
            return None
        corners = self._corners()
        if len(corners) == len(self._start):
            shift = corners[0] - self._start[0]
            if np.allclose(corners - self._start, shift, atol=1e-6):
                if not np.any(np.abs(shift) > 1e-9):
                    return None
                return edited_region(self._base, series, self._view.slice_index, None, shift)
        return edited_region(self._base, series, self._view.slice_index, corners, np.zeros(2))

    def _corners(self) -> Points:
        handles = [entry["item"] for entry in self._roi.handles]
        placed = [self._roi.mapToParent(handle.pos()) for handle in handles]
        return np.array([[point.x(), point.y()] for point in placed])

    # --- drawing on the screen -------------------------------------------------------------------
    def _contours(self) -> list[Points]:
        series: EchoSeries | None = self._view.series
        if self._region is None or series is None:
            return []
        return slice_contours(self._region, series, self._view.slice_index)

    def _redraw(self) -> None:
        path = QPainterPath()
        contours = self._contours()
        main = largest(contours) if contours and self.editing else -1
        for number, points in enumerate(contours):
            if number != main:
                _add(path, points, closed=True)
        self._outline.setPath(path)
        self._halo.setPath(path)
        name = "region_accepted" if self._accepted else "region"
        self._outline.setPen(pg.mkPen(style.PALETTE[name], width=_LINE))
        thin, series = QPainterPath(), self._view.series
        if series is not None:
            for region in self._further:
                for points in slice_contours(region, series, self._view.slice_index):
                    _add(thin, points, closed=True)
        self._thin.setPath(thin)
        self._thin.setPen(pg.mkPen(style.PALETTE[name], width=_THIN_LINE))

    def _show_draft(self, x: float, y: float) -> None:
        path = QPainterPath()
        if self._draft:
            _add(path, np.array([*self._draft, (x, y)]), closed=False)
            radius = 2.5 / max(self._view.pixels_per_mm() * self._pixel_mm(), 1e-6)
            for column, row in self._draft:
                path.addEllipse(column - radius, row - radius, 2 * radius, 2 * radius)
        self._preview.setPath(path)

    def _handle_limit(self, outline: Points) -> int:
        length = float(np.sum(np.hypot(*(np.roll(outline, -1, axis=0) - outline).T)))
        on_screen = length * self._pixel_mm() * self._view.pixels_per_mm()
        return int(np.clip(on_screen / _HANDLE_ROOM, _LEAST_HANDLES, MAX_HANDLES))

    def _pixel_mm(self) -> float:
        return 1.0 if self._view.series is None else self._view.series.spacing_mm[2]


class _HandledPolygon(pg.PolyLineROI):  # type: ignore[misc]
    """A polygon with handles that keeps to itself: no menu, handles of our size."""

    def addHandle(self, info: Any, index: Any = None) -> Any:
        """Add a handle a hand can hit."""
        handle = super().addHandle(info, index)
        handle.radius = _HANDLE
        handle.buildPath()
        return handle

    def addSegment(self, h1: Any, h2: Any, index: Any = None) -> None:
        """Add a side that leaves drags to the region: sides are wide, a septum is narrow."""
        super().addSegment(h1, h2, index)
        segment = self.segments[-1 if index is None else index]
        segment.hoverEvent = lambda event: None
        for entry in segment.handles:
            entry["item"].setDeletable(False)

    def segmentClicked(self, segment: Any, ev: Any = None, pos: Any = None) -> None:
        """Set a new corner, if the click was on the line itself."""
        if ev is None:
            return
        ends = [segment.mapToScene(entry["item"].pos()) for entry in segment.handles]
        first, last = (np.array([end.x(), end.y()]) for end in ends)
        click = np.array([ev.scenePos().x(), ev.scenePos().y()])
        along = (last - first) / max(float(np.hypot(*(last - first))), 1e-6)
        across = (click - first)[0] * along[1] - (click - first)[1] * along[0]
        if abs(float(across)) <= _LINE_REACH:
            super().segmentClicked(segment, ev=ev, pos=pos)

    def contextMenuEnabled(self) -> bool:
        """Right drag belongs to the window."""
        return False


def _add(path: QPainterPath, points: Points, *, closed: bool) -> None:
    path.moveTo(*points[0])
    for x, y in points[1:]:
        path.lineTo(x, y)
    if closed:
        path.closeSubpath()

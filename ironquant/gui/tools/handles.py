"""A polygon with handles: its corners are dragged, set and taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

from ironquant.gui import style
from ironquant.gui.outline import Points
from ironquant.gui.pens import line

LINE = 1.6
_HANDLE = 5
_LINE_REACH = 4.0
_FEWEST = 3


class HandledPolygon(pg.PolyLineROI):  # type: ignore[misc]
    """A polygon with handles that keeps to itself: no menu, handles of our size.

    Signals
    -------
    corner_clicked : object, object
        Handle and event of a click on a corner.
    """

    corner_clicked = Signal(object, object)

    def __init__(self, corners: Points, colour: str) -> None:
        pen = line(colour, width=LINE)
        handle = line(style.shade("image_ink"), width=1.5)
        hover = line(style.shade("image_accent"), width=2)
        super().__init__(
            corners, closed=True, pen=pen, hoverPen=hover, handlePen=handle, handleHoverPen=hover
        )

    def corners(self) -> Points:
        """Return where the handles stand, (column, row)."""
        placed = [self.mapToParent(entry["item"].pos()) for entry in self.handles]
        return np.array([[point.x(), point.y()] for point in placed])

    def moved_to(self, corners: Points) -> bool:
        """Go where the corners are, if they are those of now but for a shift: quicker than new handles."""
        here = self.corners()
        if here.shape != corners.shape:
            return False
        shift = corners[0] - here[0]
        if not np.allclose(corners - here, shift, atol=1e-6):
            return False
        self.blockSignals(True)
        self.translate(*shift, finish=False)
        self.blockSignals(False)
        return True

    def remove_near(self, x: float, y: float, reach: float) -> bool:
        """Take away the corner nearest to (column, row), if one is within `reach` and enough are left."""
        distance = np.hypot(*(self.corners() - [x, y]).T)
        nearest = int(distance.argmin())
        if len(distance) <= _FEWEST or distance[nearest] > reach:
            return False
        self.removeHandle(self.handles[nearest]["item"])
        return True

    def addHandle(self, info: Any, index: Any = None) -> Any:
        """Add a handle a hand can hit."""
        handle = super().addHandle(info, index)
        handle.radius = _HANDLE
        handle.buildPath()
        handle.sigClicked.connect(self.corner_clicked)
        return handle

    def addSegment(self, h1: Any, h2: Any, index: Any = None) -> None:
        """Add a side that leaves drags to the region: sides are wide, a septum is narrow."""
        super().addSegment(h1, h2, index)
        segment = self.segments[-1 if index is None else index]
        segment.hoverEvent = lambda event: None
        for entry in segment.handles:
            entry["item"].setDeletable(False)

    def mouseClickEvent(self, ev: Any) -> None:
        """Set a new corner, if the click was on a side: over both, the mouse is said to be here."""
        near = next((side for side in self.segments if _on_side(side, ev.scenePos())), None)
        if ev.button() == Qt.MouseButton.LeftButton and near is not None:
            ev.accept()
            super().segmentClicked(near, pos=self.mapFromScene(ev.scenePos()))
        else:
            ev.ignore()

    def segmentClicked(self, segment: Any, ev: Any = None, pos: Any = None) -> None:
        """Set a new corner, if the click was on the line itself."""
        if ev is not None and _on_side(segment, ev.scenePos()):
            super().segmentClicked(segment, ev=ev, pos=pos)

    def contextMenuEnabled(self) -> bool:
        """Right drag belongs to the window."""
        return False


def _on_side(side: Any, place: QPointF) -> bool:
    """Whether a place of the scene is as near to a side as a hand aims."""
    first, last = (_array(side.mapToScene(entry["item"].pos())) for entry in side.handles)
    way, click = last - first, _array(place)
    length = max(float(np.hypot(*way)), 1e-6)
    share = float(np.clip((click - first) @ way / length**2, 0.0, 1.0))
    return float(np.hypot(*(click - first - share * way))) <= _LINE_REACH


def _array(point: QPointF) -> Points:
    return np.array([point.x(), point.y()])

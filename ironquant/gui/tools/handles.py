"""A polygon with handles: its corners are dragged, set and taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal

from ironquant.gui import style
from ironquant.gui.outline import Points

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
        pen = pg.mkPen(colour, width=LINE)
        handle = pg.mkPen(style.PALETTE["ink"], width=1.5)
        hover = pg.mkPen(style.PALETTE["accent"], width=2)
        super().__init__(
            corners, closed=True, pen=pen, hoverPen=hover, handlePen=handle, handleHoverPen=hover
        )

    def corners(self) -> Points:
        """Return where the handles stand, (column, row)."""
        placed = [self.mapToParent(entry["item"].pos()) for entry in self.handles]
        return np.array([[point.x(), point.y()] for point in placed])

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

    def segmentClicked(self, segment: Any, ev: Any = None, pos: Any = None) -> None:
        """Set a new corner, if the click was on the line itself."""
        if ev is None:
            return
        ends = [segment.mapToScene(entry["item"].pos()) for entry in segment.handles]
        first, last = (_array(end) for end in ends)
        click = _array(ev.scenePos())
        along = (last - first) / max(float(np.hypot(*(last - first))), 1e-6)
        across = (click - first)[0] * along[1] - (click - first)[1] * along[0]
        if abs(float(across)) <= _LINE_REACH:
            super().segmentClicked(segment, ev=ev, pos=pos)

    def contextMenuEnabled(self) -> bool:
        """Right drag belongs to the window."""
        return False


def _array(point: QPointF) -> Points:
    return np.array([point.x(), point.y()])

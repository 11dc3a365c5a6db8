"""The segments of the left ventricle as thin outlines on the image."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem

from ironquant.core import OrganReading, Region, segment_number
from ironquant.gui import style
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import slice_contours
from ironquant.gui.pens import line

_WIDTH, _OPACITY = 1.0, 0.75


class SegmentOutlines:
    """Lies over an image view, under the region that is edited; takes no clicks."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._regions: tuple[Region, ...] = ()
        self._on = True
        self._lines = QGraphicsPathItem()
        self._lines.setPen(line(style.shade("image_info"), width=_WIDTH))
        self._lines.setOpacity(_OPACITY)
        self._lines.setZValue(7)
        view.box.addItem(self._lines, ignoreBounds=True)

    def set_on(self, on: bool) -> None:
        """Show or hide them."""
        self._on = on
        self.refresh()

    def show(self, entry: OrganReading) -> None:
        """Show the segments of another reading."""
        self._regions = tuple(region for region in entry.regions if segment_number(region.site) is not None)
        self.refresh()

    def refresh(self) -> None:
        """Draw those of the slice that is shown."""
        path, series = QPainterPath(), self._view.series
        if self._on and series is not None:
            for region in self._regions:
                for points in slice_contours(region, series, self._view.slice_index):
                    path.moveTo(*map(float, points[-1]))
                    for column, row in np.asarray(points, dtype=float):
                        path.lineTo(column, row)
        self._lines.setPath(path)

    @property
    def shown(self) -> bool:
        """Whether anything is drawn."""
        return not self._lines.path().isEmpty()

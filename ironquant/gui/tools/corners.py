"""Handles on the main outline of a slice: dragged, set, taken away."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from ironquant.core import Region
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import (
    MAX_HANDLES,
    Points,
    edited_region,
    largest,
    simplified,
    slice_contours,
)
from ironquant.gui.tools.handles import HandledPolygon
from ironquant.gui.tools.paint import screen_pixels
from ironquant.gui.tools.sketch import same_outlines

_HANDLE_ROOM = 18.0
"""Length of outline on the screen that one handle needs, so that the region itself can be grasped."""
_LEAST_HANDLES = 8
_REACH = 12.0
"""Pixels of the screen within which a corner is meant."""


class CornerEditor(QObject):
    """Shows handles on a region and says what it becomes by them.

    Signals
    -------
    changing : Region
        While a handle or the outline is dragged.
    changed : Region
        Dragging ended, or a corner was set or taken away.
    """

    changing = Signal(object)
    changed = Signal(object)

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._roi: HandledPolygon | None = None
        self._base: Region | None = None
        self._start: Points = np.empty((0, 2))

    @property
    def active(self) -> bool:
        """Whether handles are shown."""
        return self._roi is not None

    def handles(self) -> Points:
        """Return where the handles stand, (column, row); none while nothing is edited."""
        return np.empty((0, 2)) if self._roi is None else self._roi.corners()

    def edits(self, region: Region | None) -> bool:
        """Whether the handles are those of this region as it now runs."""
        if region is None or self._base is None or region.site != self._base.site:
            return False
        return same_outlines(region, self._base)

    def follow(self, region: Region | None) -> bool:
        """Go along with a region that was only moved; False where it needs handles anew."""
        if self._roi is None or self._base is None or region is None or region.site != self._base.site:
            return False
        corners = self._corners_of(region)
        if not self._roi.moved_to(corners):
            return False
        self._base, self._start = region, corners
        return True

    def begin(self, region: Region, colour: str) -> None:
        """Show handles on the main outline of the slice that is shown."""
        corners = self._corners_of(region)
        if not len(corners):
            return
        self.end()
        self._base, self._start = region, corners
        self._roi = HandledPolygon(corners, colour)
        self._roi.setZValue(11)
        self._view.box.addItem(self._roi, ignoreBounds=True)
        self._roi.sigRegionChanged.connect(self._moving)
        self._roi.sigRegionChangeFinished.connect(self._moved)
        self._roi.corner_clicked.connect(self._clicked)

    def _corners_of(self, region: Region) -> Points:
        """Return where handles belong on this slice, (column, row); none where the region is not on it."""
        series = self._view.series
        contours = [] if series is None else slice_contours(region, series, self._view.slice_index)
        if not contours:
            return np.empty((0, 2))
        outline = contours[largest(contours)]
        return simplified(outline, self._handle_limit(outline))

    def end(self) -> None:
        """Show no handles."""
        if self._roi is not None:
            self._view.box.removeItem(self._roi)
            self._roi = None

    def remove_near(self, x: float, y: float) -> None:
        """Take away the corner that a place is meant to be."""
        if self._roi is not None:
            self._roi.remove_near(x, y, _REACH / screen_pixels(self._view))

    def _moving(self) -> None:
        region = self._edited()
        if region is not None:
            self.changing.emit(region)

    def _moved(self) -> None:
        region = self._edited()
        if region is not None:
            self._base = region
            self._start = self.handles()
            self.changed.emit(region)

    def _clicked(self, handle: Any, event: Any) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            place = self._view.box.mapSceneToView(event.scenePos())
            self.remove_near(place.x(), place.y())

    def _edited(self) -> Region | None:
        """Return the region as the handles stand; None where nothing moved."""
        series = self._view.series
        if self._roi is None or self._base is None or series is None:
            return None
        corners = self._roi.corners()
        if len(corners) == len(self._start):
            shift = corners[0] - self._start[0]
            if np.allclose(corners - self._start, shift, atol=1e-6):
                if not np.any(np.abs(shift) > 1e-9):
                    return None
                return edited_region(self._base, series, self._view.slice_index, None, shift)
        return edited_region(self._base, series, self._view.slice_index, corners, np.zeros(2))

    def _handle_limit(self, outline: Points) -> int:
        length = float(np.sum(np.hypot(*(np.roll(outline, -1, axis=0) - outline).T)))
        on_screen = length * screen_pixels(self._view)
        return int(np.clip(on_screen / _HANDLE_ROOM, _LEAST_HANDLES, MAX_HANDLES))

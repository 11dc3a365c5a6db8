"""Gestures between press and release: a shape, a stroke of the brush, a region that is moved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from PySide6.QtCore import Qt

from ironquant.core import EchoSeries, Organ, Region
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import Points, slice_contours
from ironquant.gui.tools import sketch
from ironquant.gui.tools.options import FOLLOW, ToolOptions

_LIVE_SHAPES = ("ellipse", "rectangle", "circle")
_STEP = 0.15
"""Pixels of the image by which the mouse has to move for another point."""


class Hand(Protocol):
    """Where a gesture is made: the tool in hand, its settings and the image under it."""

    organ: Organ
    view: ImageView
    options: ToolOptions
    tool: str


class Gesture(ABC):
    """What is being done to a region.

    Attributes
    ----------
    base : Region
        Before the gesture.
    live : bool
        Whether numbers follow while the mouse moves.
    replaces : bool
        Whether the region is shown by the gesture rather than as it was.
    previewed : bool
        Whether numbers of an unfinished gesture have been asked for.
    """

    live = True
    replaces = True

    def __init__(self, hand: Hand, base: Region) -> None:
        assert hand.view.series is not None
        self.hand, self.base, self.previewed = hand, base, False
        self.series: EchoSeries = hand.view.series
        self.slice_index = hand.view.slice_index

    @abstractmethod
    def to(self, x: float, y: float) -> None:
        """Go on to (column, row)."""

    @abstractmethod
    def outline(self) -> Points | None:
        """Return something that is not None once the gesture means anything."""

    def shown(self) -> list[Points]:
        """Return what is drawn on the image meanwhile."""
        region = self.region()
        return [] if region is None else slice_contours(region, self.series, self.slice_index)

    @abstractmethod
    def region(self) -> Region | None:
        """Return the region as it would be now; None where nothing would be left or nothing was done."""

    def _held(self, modifier: Qt.KeyboardModifier) -> bool:
        return bool(self.hand.view.box.modifiers & modifier)


class Drawing(Gesture):
    """A shape through points; Shift adds it to the region, Alt or the hole switch cuts it out."""

    replaces = False

    def __init__(self, hand: Hand, base: Region) -> None:
        super().__init__(hand, base)
        self.tool = hand.tool
        self.live = hand.tool in _LIVE_SHAPES
        self.points: list[tuple[float, float]] = []
        self._how: sketch.How = "replace"

    def to(self, x: float, y: float) -> None:
        """Take one more point."""
        if self._held(Qt.KeyboardModifier.AltModifier) or self.hand.options.hole:
            self._how = "cut"
        elif self._held(Qt.KeyboardModifier.ShiftModifier):
            self._how = "add"
        elif self.tool != "draw":
            self._how = "replace"
        if not self.points or np.hypot(self.points[-1][0] - x, self.points[-1][1] - y) > _STEP:
            self.points.append((x, y))

    def back(self) -> None:
        """Take the last point back."""
        del self.points[-1:]

    def outline(self) -> Points | None:
        """Return the shape itself."""
        area = self.hand.options.area_cm2(self.hand.organ)
        return sketch.outline_of(self.tool, self.points, self.series, self.slice_index, area)

    def shown(self) -> list[Points]:
        """Return the shape."""
        outline = self.outline()
        return [] if outline is None else [outline]

    def region(self) -> Region | None:
        """Return the region with the shape in place of it, added or cut out."""
        drawn = self.outline()
        if drawn is None:
            return None
        return sketch.after_shape(self.base, drawn, self._how, self.series, self.slice_index)


class Brushing(Gesture):
    """A stroke of the brush; the eraser, Alt or the hole switch take away."""

    def __init__(self, hand: Hand, base: Region) -> None:
        from ironquant.roi import Stroke

        super().__init__(hand, base)
        erase = hand.tool == "eraser" or hand.options.hole or self._held(Qt.KeyboardModifier.AltModifier)
        before = slice_contours(base, self.series, self.slice_index)
        self._stroke = Stroke(before, hand.options.brush_mm / 2, self.series, erase=erase)
        self._place: tuple[float, float] | None = None

    def to(self, x: float, y: float) -> None:
        """Lead the brush on."""
        self._stroke.to(x, y)
        self._place = (x, y)

    def outline(self) -> Points | None:
        """Return where the brush is."""
        return None if self._place is None else np.array([self._place])

    def region(self) -> Region | None:
        """Return the region after the stroke."""
        return sketch.after_stroke(self.base, self._stroke.outlines(), self.series, self.slice_index)


class Moving(Gesture):
    """The outlines of a slice are dragged."""

    def __init__(self, hand: Hand, base: Region) -> None:
        super().__init__(hand, base)
        self._start: Points | None = None
        self._shift = np.zeros(2)

    def to(self, x: float, y: float) -> None:
        """Drag to (column, row)."""
        place = np.array([x, y])
        self._start = place if self._start is None else self._start
        self._shift = place - self._start

    def outline(self) -> Points | None:
        """Return by how much it was moved."""
        return self._shift[None] if np.any(self._shift) else None

    def region(self) -> Region | None:
        """Return the region at its new place."""
        return sketch.shifted(self.base, self.series, self.slice_index, self._shift)


class Following(Moving):
    """The region is dragged to where the patient lies on this echo, or on it and all later ones."""

    def region(self) -> Region | None:
        """Return the region, moved on these echoes."""
        return sketch.followed(
            self.base,
            self.series,
            self.slice_index,
            self._shift,
            self.hand.view.echo + 1,
            on=self.hand.tool == FOLLOW[1],
        )

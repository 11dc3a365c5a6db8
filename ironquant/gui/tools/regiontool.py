"""The region that is worked on: drawn by the tool in hand, moved, and edited by handles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from ironquant.core import EchoSeries, Organ, Region
from ironquant.gui import style
from ironquant.gui.image_view import ImageView
from ironquant.gui.outline import Points, largest, slice_contours
from ironquant.gui.tools import sketch
from ironquant.gui.tools.corners import CornerEditor
from ironquant.gui.tools.cursors import cursor
from ironquant.gui.tools.options import BRUSHES, FOLLOW, SELECT, SHAPES, Nudge, ToolOptions
from ironquant.gui.tools.paint import OutlinePainter
from ironquant.gui.tools.strokes import Brushing, Drawing, Following, Gesture, Moving

_ARROWS = {
    int(Qt.Key.Key_Left): (-1.0, 0.0),
    int(Qt.Key.Key_Right): (1.0, 0.0),
    int(Qt.Key.Key_Up): (0.0, -1.0),
    int(Qt.Key.Key_Down): (0.0, 1.0),
}
_EDIT_KEYS = frozenset({*_ARROWS, int(Qt.Key.Key_Backspace)})
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RegionTool(QObject):
    """The tools on one image view.

    Signals
    -------
    changing : Region
        While something is dragged.
    changed : Region
        A region was drawn, moved or edited.
    erased : str
        Nothing is left of the region of this name.
    given_up
        What was being dragged stays as it was.
    chosen : str
        Another region was clicked: its name.
    mode_changed
        Another tool, or editing began or ended.
    """

    changing = Signal(object)
    changed = Signal(object)
    erased = Signal(str)
    given_up = Signal()
    chosen = Signal(str)
    mode_changed = Signal()

    def __init__(self, organ: Organ, view: ImageView, options: ToolOptions) -> None:
        super().__init__(view)
        self.organ, self.view, self.options = organ, view, options
        self.tool = SELECT
        self._blank = Region(organ, str(organ), ())
        self._regions: Sequence[tuple[Region, str]] = ()
        self._colour = style.shade("region")
        self._gesture: Gesture | None = None
        self._corners = CornerEditor(view)
        self._corners.changing.connect(self.changing)
        self._corners.changed.connect(self.changed)
        self._pointer: tuple[float, float] | None = None
        self._nudge = Nudge()
        self.painter = OutlinePainter(view)
        box = view.box
        box.clicked.connect(self._clicked)
        box.double_clicked.connect(self._double_clicked)
        box.drag_started.connect(self._drag_started)
        box.dragged.connect(self._dragged)
        box.drag_ended.connect(self._drag_ended)
        box.sized.connect(options.step_brush)
        view.pointed.connect(self._pointed)
        view.hovered.connect(self._left)
        view.key_pressed.connect(self._key)
        options.changed.connect(self._show_draft)

    @property
    def region(self) -> Region | None:
        """The region that is worked on; None where nothing is drawn yet."""
        return next((region for region, _ in self._regions if region.site == self._blank.site), None)

    @property
    def drawing(self) -> bool:
        """Whether a tool that draws is in the hand."""
        return self.tool != SELECT

    @property
    def editing(self) -> bool:
        """Whether handles are shown."""
        return self._corners.active

    def handles(self) -> Points:
        """Return where the handles stand, (column, row); none while nothing is edited."""
        return self._corners.handles()

    def outlines(self, region: Region | None = None) -> list[Points]:
        """Return the outlines of a region, by default the one worked on, on the slice that is shown."""
        shown = region or self.region
        if shown is None or self.view.series is None:
            return []
        return slice_contours(shown, self.view.series, self.view.slice_index)

    def show(self, blank: Region, regions: Sequence[tuple[Region, str]]) -> None:
        """Show regions, each with its colour.

        Parameters
        ----------
        blank : Region
            Without contours: name of the region that is worked on, and whether it is reported.
        """
        self._blank, self._regions = blank, regions
        own = (hue for region, hue in regions if region.site == blank.site)
        self._colour = next(own, style.region_colour(len(regions), blank, accepted=False))
        region = self.region
        if self.editing and not (self._corners.edits(region) or self._corners.follow(region)):
            self._drop_handles()
            self.start_editing()
        self.redraw()

    def moved_slice(self) -> None:
        """Follow the view to another slice or echo; the tool stays in the hand."""
        self._gesture = None
        self.painter.clear_draft()
        if self.editing:
            self._drop_handles()
            self.mode_changed.emit()
        self.redraw()

    def start(self, tool: str) -> None:
        """Take a tool into the hand; the same again lays it down."""
        if self.view.series is None:
            return
        again = tool == self.tool
        self.stop()
        if tool == SELECT or again:
            return
        self._take(tool)
        self.view.setFocus()
        self.mode_changed.emit()

    def start_editing(self) -> None:
        """Show handles on the main outline of this slice."""
        region = self.region
        if region is None or not self.outlines() or self.editing:
            return
        self.stop()
        self._corners.begin(region, self._colour)
        self.view.taken_keys = _EDIT_KEYS
        self.redraw()
        self.mode_changed.emit()

    def stop(self) -> None:
        """Lay the tool down and leave editing; an unfinished drawing is given up."""
        if not self.drawing and not self.editing and self._gesture is None:
            return
        if self._gesture is not None and self._gesture.previewed:
            self.given_up.emit()
        self._gesture = None
        self._drop_handles()
        self._take(SELECT)
        self.painter.clear_draft()
        self.redraw()
        self.mode_changed.emit()

    def close_drawing(self) -> None:
        """Make the region from the corners set so far; fewer than three make none."""
        if isinstance(self._gesture, Drawing) and self._gesture.outline() is not None:
            self._finish()

    def redraw(self) -> None:
        """Draw every outline of this slice."""
        contours = self.outlines()
        if contours and self.editing:
            del contours[largest(contours)]
        moving = self._gesture is not None and self._gesture.replaces
        self.painter.show_active([] if moving else contours, self._colour)
        self.painter.show_others([entry for entry in self._regions if entry[0].site != self._blank.site])

    # --- gestures --------------------------------------------------------------------------------
    def _clicked(self, x: float, y: float) -> None:
        if self.tool == "draw":
            self._begin(x, y)
        elif self.tool == "circle" or self.tool in BRUSHES:
            self._begin(x, y)
            self._finish()
        elif self.tool == SELECT:
            self._select(x, y)

    def _double_clicked(self, x: float, y: float) -> None:
        if self.tool == "draw":
            self.close_drawing()
        elif self.tool in BRUSHES:
            self._clicked(x, y)
        elif self.tool == SELECT:
            self.view.auto_window()

    def _drag_started(self, x: float, y: float) -> None:
        if self.tool == SELECT and not self.editing and self._grasp(x, y):
            assert self.region is not None
            self._gesture = Moving(self, self.region)
        elif self.tool in FOLLOW and self.region is not None and self.outlines():
            self._gesture = Following(self, self.region)
        elif self.tool in (*SHAPES[1:], *BRUSHES):
            self._gesture = None
        else:
            return
        self._begin(x, y)
        self.redraw()

    def _dragged(self, x: float, y: float) -> None:
        if self._gesture is None or self.tool == "draw":
            return
        self._gesture.to(x, y)
        self._pointer = (x, y)
        self._show_draft()
        region = self._gesture.region() if self._gesture.live else None
        if region is not None:
            self._gesture.previewed = True
            self.changing.emit(region)

    def _drag_ended(self, x: float, y: float) -> None:
        if self._gesture is not None and self.tool != "draw":
            self._gesture.to(x, y)
            self._finish()

    def _begin(self, x: float, y: float) -> None:
        """Set a point of the gesture; the first one begins it."""
        if self._gesture is None:
            base = self.region or self._blank
            self._gesture = (Brushing if self.tool in BRUSHES else Drawing)(self, base)
        self._gesture.to(x, y)
        self._pointer = (x, y)
        self._show_draft()

    def _finish(self) -> None:
        """Take what the gesture made; brush and eraser stay in the hand."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        self.painter.clear_draft()
        drawn = gesture.outline() is not None
        region = gesture.region() if drawn else None
        if drawn and self.tool not in (*BRUSHES, *FOLLOW):
            self.options.set_hole(False)
            self.stop()
        if region is not None:
            self.changed.emit(region)
        elif drawn and gesture.base.contours:
            self.erased.emit(gesture.base.site)
        elif gesture.previewed:
            self.given_up.emit()
        self._show_draft()
        self.redraw()

    def _select(self, x: float, y: float) -> None:
        if self._grasp(x, y):
            self.start_editing()
        else:
            self.stop()

    def _grasp(self, x: float, y: float) -> bool:
        """Whether a region lies at a place; one that is not worked on is from now on."""
        from ironquant.roi import hit

        if hit(self.outlines(), x, y):
            return True
        for region, _ in self._regions:
            if region.site != self._blank.site and hit(self.outlines(region), x, y):
                self.stop()
                self.chosen.emit(region.site)
                return True
        return False

    def _pointed(self, x: float, y: float) -> None:
        self._pointer = (x, y)
        if self.drawing:
            self._show_draft()

    def _left(self, column: int, row: int) -> None:
        if column < 0:
            self._pointer = None
            self.painter.show_brush(None, 0.0)

    def _key(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and (self.drawing or self.editing or self._gesture is not None):
            self.options.set_hole(False)
            self.stop()
        elif self.tool == "draw" and key in _ENTER:
            self.close_drawing()
        elif self.tool == "draw" and key == Qt.Key.Key_Backspace and isinstance(self._gesture, Drawing):
            self._gesture.back()
            self._show_draft()
        elif self.editing and key == Qt.Key.Key_Backspace:
            self._corners.remove_near(*(self._pointer or (0.0, 0.0)))
        elif key in _ARROWS and (self.editing or self.tool in FOLLOW):
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            shift = np.array(_ARROWS[key]) * (self._nudge.far if far else self._nudge.near)
            if self.editing:
                self.apply(partial(sketch.shifted, shift=shift))
            else:
                on = self.tool == FOLLOW[1]
                self.apply(partial(sketch.followed, shift=shift, echo=self.view.echo + 1, on=on))
        else:
            return
        event.accept()

    def apply(self, change: Callable[[Region, EchoSeries, int], Region | None]) -> None:
        """Change the region that is worked on where it lies on this slice."""
        region, series = self.region, self.view.series
        if region is None or series is None or not self.outlines():
            return
        changed = change(region, series, self.view.slice_index)
        if changed is None:
            self.erased.emit(region.site)
        else:
            self.changed.emit(changed)

    # --- showing ---------------------------------------------------------------------------------
    def _drop_handles(self) -> None:
        self.view.taken_keys = frozenset()
        self._corners.end()

    def _take(self, tool: str) -> None:
        self.tool = tool
        if tool in FOLLOW:
            self.view.taken_keys = frozenset(_ARROWS)
        self.view.box.wheel_sizes = tool in BRUSHES
        self.view.setCursor(cursor(tool))

    def _show_draft(self) -> None:
        gesture, pointer = self._gesture, self._pointer
        brush = pointer if self.tool in BRUSHES else None
        self.painter.show_brush(brush, self.options.brush_mm)
        if isinstance(gesture, Drawing) and self.tool == "draw":
            self.painter.show_corners(gesture.points, pointer or (0.0, 0.0), self._colour)
        elif gesture is not None:
            self.painter.show_draft(gesture.shown(), self._colour)
        elif self.tool == "circle" and pointer is not None:
            waiting = Drawing(self, self._blank)
            waiting.to(*pointer)
            self.painter.show_draft(waiting.shown(), self._colour, dashed=True)

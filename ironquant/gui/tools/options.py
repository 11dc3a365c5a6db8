"""What the drawing tools are set to: one setting for all images of the window."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from ironquant.core import Organ
from ironquant.resources import load_table

SELECT = "edit"
SHAPES = ("draw", "freehand", "ellipse", "rectangle", "circle")
BRUSHES = ("brush", "eraser")
FOLLOW = ("follow_echo", "follow_on")
"""Move the region on the echo that is shown, or on it and all later ones: it follows the patient."""
TOOLS = (SELECT, *SHAPES, *BRUSHES, *FOLLOW)
"""By the names of their actions; `draw` sets a polygon corner by corner."""


@dataclass(frozen=True)
class Nudge:
    """By how many pixels an arrow key moves a region."""

    near: float = field(default_factory=lambda: float(load_table("tools")["nudge"]["pixels"]))
    far: float = field(default_factory=lambda: float(load_table("tools")["nudge"]["far_pixels"]))


class ToolOptions(QObject):
    """Area of the circle (by organ), size of the brush, and whether the next shape is a hole.

    Signals
    -------
    changed
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        table = load_table("tools")
        self._areas_cm2 = {Organ(organ): float(area) for organ, area in table["circle_area_cm2"].items()}
        self._brush = table["brush"]
        self.brush_mm = float(self._brush["diameter_mm"])
        self.hole = False

    @property
    def brush_limits_mm(self) -> tuple[float, float]:
        """Least and largest diameter of the brush."""
        return float(self._brush["least_mm"]), float(self._brush["most_mm"])

    def area_cm2(self, organ: Organ) -> float:
        """Return the area of a circle for this organ."""
        return self._areas_cm2[organ]

    def set_area(self, organ: Organ, area_cm2: float) -> None:
        """Let circles for this organ have another area."""
        if area_cm2 > 0 and area_cm2 != self._areas_cm2[organ]:
            self._areas_cm2[organ] = area_cm2
            self.changed.emit()

    def set_brush(self, diameter_mm: float) -> None:
        """Let brush and eraser have another diameter, within the limits."""
        least, most = self.brush_limits_mm
        wanted = min(max(diameter_mm, least), most)
        if wanted != self.brush_mm:
            self.brush_mm = wanted
            self.changed.emit()

    def step_brush(self, steps: int) -> None:
        """Make the brush larger (positive) or smaller by so many steps."""
        self.set_brush(self.brush_mm * float(self._brush["step"]) ** steps)

    def set_hole(self, on: bool) -> None:
        """Cut the next shape out of the region, or no longer."""
        if on != self.hole:
            self.hole = on
            self.changed.emit()

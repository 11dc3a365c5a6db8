"""What the image says about the tool in hand."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ironquant.gui.session import BY_HAND
from ironquant.gui.tools.options import BRUSHES, FOLLOW
from ironquant.gui.tools.regiontool import RegionTool


class Hints(QObject):
    """Says in one line what mouse and keys do now."""

    def words(self, tool: RegionTool, has_region: bool) -> str:
        """Return the line for an image; empty where there is nothing to say."""
        if tool.drawing:
            return self._drawing(tool)
        if tool.editing:
            return self.tr(
                "Drag a corner or the region; arrows move it, Backspace removes a corner. Esc ends editing."
            )
        if tool.view.series is None or has_region:
            return ""
        if tool.organ in BY_HAND:
            return self.tr("No region yet: draw it by one of the tools on the left")
        return self.tr("No region yet: P proposes one, D draws one")

    def _drawing(self, tool: RegionTool) -> str:
        words = {
            "draw": self.tr("Click corners. Double click or Enter closes, Backspace removes one, Esc ends."),
            "freehand": self.tr("Draw around the region with the button held down. Esc ends."),
            "circle": self.tr("Click where the circle shall be. Esc ends."),
            "brush": self.tr("Paint over the region. Wheel: size. Esc ends."),
            "eraser": self.tr("Wipe over the region. Wheel: size. Esc ends."),
        }
        if tool.tool in FOLLOW:
            alone = tool.tool == FOLLOW[0]
            which = self.tr("this echo only") if alone else self.tr("this echo and all later ones")
            move = self.tr("Drag or arrows move the region on {echoes}. Comma, full stop: echo. Esc ends.")
            return move.format(echoes=which)
        hint = words.get(tool.tool, self.tr("Drag from corner to corner of its frame. Esc ends."))
        if tool.options.hole:
            return hint + " " + self.tr("A hole is cut.")
        return hint if tool.tool in BRUSHES else hint + " " + self.tr("Shift adds, Alt cuts.")

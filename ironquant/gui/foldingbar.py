"""Tool bars that fold where there is little room: first go the words, then the gaps, then what is last."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QActionEvent, QResizeEvent
from PySide6.QtWidgets import QToolBar, QWidget

_CHANGES = (QEvent.Type.LanguageChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)


class FoldingBar(QToolBar):
    """Shows as much of its actions as its length allows; what is left over stands behind its arrow.

    Parameters
    ----------
    style : Qt.ToolButtonStyle
        Of the buttons where there is room for it.
    """

    def __init__(self, style: Qt.ToolButtonStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setMovable(False)
        self.setToolButtonStyle(style)
        self._steps = (
            (style, False),
            (Qt.ToolButtonStyle.ToolButtonIconOnly, False),
            (Qt.ToolButtonStyle.ToolButtonIconOnly, True),
        )
        self._needed: list[int] = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold, or unfold."""
        super().resizeEvent(event)
        self.fold()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew where the words, or their font, are others."""
        super().changeEvent(event)
        if event.type() in _CHANGES:
            self._needed = []

    def actionEvent(self, event: QActionEvent) -> None:
        """Measure anew: an action came, went or has other words."""
        super().actionEvent(event)
        self._needed = []

    def fold(self) -> None:
        """Take the first way of showing the actions that fits."""
        if not self._needed:
            self._needed = [self._length(*step) for step in self._steps]
        room = self._along(self.width(), self.height())
        fitting = (step for step, needed in zip(self._steps, self._needed, strict=True) if needed <= room)
        self._apply(*next(fitting, self._steps[-1]))

    def _along(self, width: int, height: int) -> int:
        return width if self.orientation() == Qt.Orientation.Horizontal else height

    def _length(self, style: Qt.ToolButtonStyle, tight: bool) -> int:
        self._apply(style, tight)
        hint = self.sizeHint()
        return self._along(hint.width(), hint.height())

    def _apply(self, style: Qt.ToolButtonStyle, tight: bool) -> None:
        if self.toolButtonStyle() != style:
            self.setToolButtonStyle(style)
        if bool(self.property("tight")) != tight:
            self.setProperty("tight", tight)
            for part in (self, *self.findChildren(QWidget)):
                part.style().unpolish(part)
                part.style().polish(part)
        layout = self.layout()
        if layout is not None:
            layout.invalidate()

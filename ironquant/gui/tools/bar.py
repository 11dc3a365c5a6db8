"""Where the tools lie: a strip beside the images, and what the tool in hand can be set to."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from ironquant.core import Organ
from ironquant.gui.foldingbar import FoldingBar
from ironquant.gui.pieces import label, named
from ironquant.gui.tools.options import BRUSHES, ToolOptions

_ICON = 22
_FIELD = 84
_AREAS_CM2 = (0.1, 60.0)


def tool_strip() -> FoldingBar:
    """Return the empty strip."""
    strip = named(FoldingBar(Qt.ToolButtonStyle.ToolButtonIconOnly), "strip")
    strip.setOrientation(Qt.Orientation.Vertical)
    strip.setIconSize(QSize(_ICON, _ICON))
    return strip


class OptionBar(QWidget):
    """The setting of the tool in hand: area of the circle, or size of the brush."""

    def __init__(self, options: ToolOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("options")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._options, self._organ = options, Organ.HEART
        self.area_label, self.brush_label = label("dim"), label("dim")
        self.area_box = _field(" cm²", 0.1, _AREAS_CM2)
        self.brush_box = _field(" mm", 1.0, options.brush_limits_mm)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 10, 0)
        layout.setSpacing(8)
        layout.addStretch(1)
        for widget in (self.area_label, self.area_box, self.brush_label, self.brush_box):
            layout.addWidget(widget)
        self.area_box.valueChanged.connect(lambda area: options.set_area(self._organ, area))
        self.brush_box.valueChanged.connect(options.set_brush)
        options.changed.connect(self._refresh)
        self.show_tool("", self._organ)

    def show_tool(self, tool: str, organ: Organ) -> None:
        """Offer what the tool in hand can be set to."""
        self._organ = organ
        for widget, shown in (
            (self.area_label, tool == "circle"),
            (self.area_box, tool == "circle"),
            (self.brush_label, tool in BRUSHES),
            (self.brush_box, tool in BRUSHES),
        ):
            widget.setVisible(shown)
        self._refresh()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        for name, box, words in (
            (self.area_label, self.area_box, self.tr("Area of the circle")),
            (self.brush_label, self.brush_box, self.tr("Brush diameter")),
        ):
            name.setText(words)
            box.setAccessibleName(words)
        self.brush_box.setToolTip(self.tr("Wheel, or [ and ]"))

    def _refresh(self) -> None:
        with QSignalBlocker(self.area_box), QSignalBlocker(self.brush_box):
            self.area_box.setValue(self._options.area_cm2(self._organ))
            self.brush_box.setValue(self._options.brush_mm)


def _field(suffix: str, step: float, limits: tuple[float, float]) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setSuffix(suffix)
    box.setDecimals(1)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setFixedWidth(_FIELD)
    box.setSingleStep(step)
    box.setRange(*limits)
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return box

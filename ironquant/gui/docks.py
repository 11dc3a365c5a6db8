"""The panels around the images: moved, tabbed, floated and hidden by the reader, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QToolBar, QToolButton, QWidget

from ironquant.gui import style
from ironquant.gui.pieces import label

STATE_VERSION = 1
"""Of the stored arrangement: another number is not read. Raise it when panels come or go."""
PANELS = ("examinations", "regions", "tools", "curve", "results", "impression")
_BEFORE_IMAGES = 3
"""Panels to the left of the images."""
_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_HORIZONTAL, _VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_SIDES = (_LEFT, _RIGHT)
_GRIP = 8
_DOTS = 5
_SETTLE_MS = 200
"""A window that is shown large gets its size a moment later; until then the arrangement is fitted anew."""
_LEFT_WIDTH, _LEFT_SHARE = (210, 280), 0.183
_RIGHT_WIDTH, _RIGHT_SHARE = (330, 520), 0.18
_CURVE_HEIGHT, _CURVE_SHARE = (178, 900), 0.29
_REGIONS_SHARE = 0.35
_IMPRESSION_HEIGHT, _IMPRESSION_SHARE = (200, 340), 0.2


class Grip(QWidget):
    """What a panel is held by: a line of dots; with a title and buttons while the panel floats."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.title = label("floatingTitle")
        self.back, self.hide_button = QToolButton(), QToolButton()
        self.back.clicked.connect(lambda: dock.setFloating(False))
        self.hide_button.clicked.connect(dock.close)
        style.set_icon(self.back, "dock")
        style.set_icon(self.hide_button, "close")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addSpacing(10)
        row.addWidget(self.title, 1)
        row.addWidget(self.back)
        row.addWidget(self.hide_button)
        self._shown = (self.title, self.back, self.hide_button)
        self.set_floating(False)

    def set_floating(self, floating: bool) -> None:
        """Show the title and the buttons, or dots only."""
        for part in self._shown:
            part.setVisible(floating)
        self._dotted = not floating
        self.setAutoFillBackground(True)
        self.setCursor(Qt.CursorShape.ArrowCursor if floating else Qt.CursorShape.SizeAllCursor)
        self.setFixedHeight(max(part.sizeHint().height() for part in self._shown) if floating else _GRIP)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As low as it can be."""
        return QSize(40, self.height())

    def minimumSizeHint(self) -> QSize:
        """As low as it can be."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dots, or the ground of the title."""
        painter = QPainter(self)
        if not self._dotted:
            painter.fillRect(self.rect(), style.colour("raised"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("grip"))
        middle = self.rect().center()
        for number in range(_DOTS):
            painter.drawEllipse(middle.x() + 6 * number - 3 * _DOTS, middle.y(), 2, 2)


class Dock(QDockWidget):
    """One panel."""

    def __init__(self, name: str, content: QWidget) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidget(content)
        self.grip = Grip(self)
        self.setTitleBarWidget(self.grip)
        self.topLevelChanged.connect(self.grip.set_floating)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame the panel while it floats: it is a window without one."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.fillRect(self.rect(), style.colour("panel"))
            painter.setPen(style.colour("grip"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def say(self, title: str, drag: str, back: str, hide: str) -> None:
        """Put every word into the language of the window."""
        self.setWindowTitle(title)
        self.grip.title.setText(title)
        self.grip.setToolTip(f"{title}: {drag}")
        for button, words in ((self.grip.back, back), (self.grip.hide_button, hide)):
            button.setToolTip(words)
            button.setAccessibleName(words)


class Docks(QMainWindow):
    """The panels with the images in their middle.

    Signals
    -------
    settled
        The panels were shown and have their room.
    """

    settled = Signal()

    def __init__(self, centre: QWidget, contents: Mapping[str, QWidget]) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.docks = {name: Dock(name, contents[name]) for name in PANELS}
        self._centre = centre
        self.setCentralWidget(centre)
        options = QMainWindow.DockOption
        self.setDockOptions(options.AllowNestedDocks | options.AllowTabbedDocks)
        for corner, area in (
            (Qt.Corner.TopLeftCorner, _LEFT),
            (Qt.Corner.BottomLeftCorner, _LEFT),
            (Qt.Corner.TopRightCorner, _RIGHT),
            (Qt.Corner.BottomRightCorner, _RIGHT),
        ):
            self.setCorner(corner, area)
        self._stored, self._with_images, self._new = QByteArray(), QByteArray(), True
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._settle)
        self.docks["tools"].dockLocationChanged.connect(self._turn_tools)
        self.reset()

    @property
    def toggles(self) -> dict[str, QAction]:
        """The actions that show or hide a panel, by its name."""
        return {f"panel_{name}": dock.toggleViewAction() for name, dock in self.docks.items()}

    @property
    def arranged(self) -> bool:
        """Whether the panels were shown, so that they have their room."""
        return not self._new

    def order_tabs(self) -> None:
        """Let Tab go from left to right: the images follow what stands on their left."""
        left = [widget for name in PANELS[:_BEFORE_IMAGES] for widget in _focusable(self.docks[name])]
        for former, following in pairwise([*left[-1:], *_focusable(self._centre)]):
            QWidget.setTabOrder(former, following)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        titles = {
            "examinations": self.tr("Examinations"),
            "regions": self.tr("Regions"),
            "tools": self.tr("Drawing tools"),
            "curve": self.tr("Decay curve"),
            "results": self.tr("Results"),
            "impression": self.tr("Impression"),
        }
        drag = self.tr("drag to move, double click to float, right click to show or hide panels")
        for name, title in titles.items():
            self.docks[name].say(title, drag, self.tr("Put the panel back"), self.tr("Hide the panel"))

    def state(self) -> QByteArray:
        """Return the arrangement as bytes."""
        return self.saveState(STATE_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Take up an arrangement; bytes that are none, or of another version, change nothing."""
        self._stored = state if self.restoreState(state, STATE_VERSION) else QByteArray()

    def release_images(self) -> None:
        """Let the images go into another window; the panels take their room."""
        self._with_images = self.state()
        self.takeCentralWidget()

    def take_images(self) -> None:
        """Put the images back where they were; as at first where the panels were reset meanwhile."""
        self.setCentralWidget(self._centre)
        self._centre.show()
        if self._with_images.isEmpty():
            self._share_room()
        else:
            self.restoreState(self._with_images, STATE_VERSION)

    def reset(self) -> None:
        """Put every panel where it was at first."""
        docks = self.docks
        self._stored, self._with_images = QByteArray(), QByteArray()
        for dock in docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self.addDockWidget(_LEFT, docks["examinations"])
        self.splitDockWidget(docks["examinations"], docks["tools"], _HORIZONTAL)
        self.splitDockWidget(docks["examinations"], docks["regions"], _VERTICAL)
        self.addDockWidget(_BOTTOM, docks["curve"])
        self.addDockWidget(_RIGHT, docks["results"])
        self.splitDockWidget(docks["results"], docks["impression"], _VERTICAL)
        for dock in docks.values():
            dock.show()
        self._share_room()

    # --- Qt --------------------------------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        """Fit the arrangement to the size that the window has now, the first time it is shown."""
        super().showEvent(event)
        if self._new:
            self._settled.start()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the arrangement again while the window still gets its first size."""
        super().resizeEvent(event)
        if self._settled.isActive():
            self._fit()

    # --- inside ----------------------------------------------------------------------------------
    def _fit(self) -> None:
        if self._stored.isEmpty():
            self._share_room()
        else:
            self.restoreState(self._stored, STATE_VERSION)

    def _settle(self) -> None:
        self._new = False
        self.settled.emit()

    def _share_room(self) -> None:
        docks, width, height = self.docks, self.width(), self.height()
        left, right = _within(_LEFT_SHARE * width, _LEFT_WIDTH), _within(_RIGHT_SHARE * width, _RIGHT_WIDTH)
        words = _within(_IMPRESSION_SHARE * height, _IMPRESSION_HEIGHT)
        regions = round(_REGIONS_SHARE * height)
        self.resizeDocks([docks["examinations"], docks["results"]], [left, right], _HORIZONTAL)
        self.resizeDocks([docks["examinations"], docks["regions"]], [height - regions, regions], _VERTICAL)
        self.resizeDocks([docks["results"], docks["impression"]], [height - words, words], _VERTICAL)
        self.resizeDocks([docks["curve"]], [_within(_CURVE_SHARE * height, _CURVE_HEIGHT)], _VERTICAL)

    def _turn_tools(self, area: Qt.DockWidgetArea) -> None:
        strip = self.docks["tools"].widget()
        if isinstance(strip, QToolBar):
            strip.setOrientation(_VERTICAL if area in _SIDES else _HORIZONTAL)


def _focusable(part: QWidget) -> list[QWidget]:
    """Return what takes the focus inside a widget, in the order of Tab."""
    found: list[QWidget] = []
    widget = part.nextInFocusChain()
    while widget is not None and widget is not part:
        if part.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _within(wanted: float, limits: tuple[int, int]) -> int:
    return round(min(max(wanted, limits[0]), limits[1]))

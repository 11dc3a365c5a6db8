"""A tour of the window: one part after the other stands out, with a few words about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ironquant.gui import style
from ironquant.gui.pieces import label, named

if TYPE_CHECKING:
    from ironquant.gui.window import MainWindow

_WIDTH, _GAP, _EDGE = 340, 14, 12
_SHADE = 150
_ON = frozenset({Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


@dataclass(frozen=True)
class Stop:
    """One part of the window, and what is said about it."""

    part: QWidget
    title: str
    words: str


class Tour(QWidget):
    """Lies over the window until it is ended: all else is dark, and out of reach."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._at = window, 0
        self._stops = [stop for stop in self._all() if stop.part.isVisible() and stop.part.window() is window]
        self.bubble = named(QFrame(self), "card")
        self._title, self._words = label("cardTitle"), label(wrap=True)
        self._count = label("dim")
        self.back_button = QPushButton(self.tr("Back"))
        self.next_button = named(QPushButton(), "primary")
        self.end_button = QPushButton(self.tr("End the tour"))
        for button, act in (
            (self.back_button, lambda: self.go(-1)),
            (self.next_button, lambda: self.go(1)),
            (self.end_button, self.close),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(act)
        buttons = QHBoxLayout()
        buttons.addWidget(self._count, 1)
        for button in (self.end_button, self.back_button, self.next_button):
            buttons.addWidget(button)
        self._column = QVBoxLayout(self.bubble)
        self._column.setContentsMargins(16, 14, 16, 12)
        self._column.setSpacing(10)
        self._column.addWidget(self._title)
        self._column.addWidget(self._words)
        self._column.addLayout(buttons)
        self.bubble.setFixedWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.go(0)
        self.show()
        self.raise_()
        self.setFocus()

    @property
    def stop(self) -> Stop:
        """What stands out now."""
        return self._stops[self._at]

    def go(self, by: int) -> None:
        """Show another stop; after the last one end."""
        if self._at + by >= len(self._stops):
            self.close()
            return
        self._at = max(0, self._at + by)
        last = self._at == len(self._stops) - 1
        self._title.setText(self.stop.title)
        self._words.setText(self.stop.words)
        self._count.setText(f"{self._at + 1} / {len(self._stops)}")
        self.next_button.setText(self.tr("Done") if last else self.tr("Next"))
        self.end_button.setHidden(last)
        self.back_button.setEnabled(self._at > 0)
        self.setAccessibleName(self.stop.title)
        self.setAccessibleDescription(self.stop.words)
        self._arrange()

    # --- Qt --------------------------------------------------------------------------------------
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Keep the keys from the actions of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on, back, or end."""
        if event.key() in _ON:
            self.go(1)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Backspace):
            self.go(-1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the mouse from what lies below."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Darken all but the part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade, part = QPainterPath(), QPainterPath()
        shade.addRect(self.rect())
        part.addRoundedRect(self._hole(), 6, 6)
        ground = style.colour("image")
        ground.setAlpha(_SHADE)
        painter.fillPath(shade.subtracted(part), ground)
        painter.setPen(QPen(style.colour("accent"), 2))
        painter.drawPath(part)

    # --- inside ----------------------------------------------------------------------------------
    def _hole(self) -> QRect:
        part = self.stop.part
        place = QRect(part.mapTo(self._window, QPoint(0, 0)), part.size())
        return place.adjusted(2, 2, -2, -2).intersected(self.rect().adjusted(2, 2, -2, -2))

    def _arrange(self) -> None:
        """Put the words beside the part, where there is room; else into its middle."""
        self.setGeometry(self._window.rect())
        self._column.activate()
        self.bubble.setFixedHeight(self._column.totalHeightForWidth(_WIDTH))
        hole, size = self._hole(), self.bubble.size()
        room = self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        middle = hole.center() - QPoint(size.width() // 2, size.height() // 2)
        places = (
            QPoint(hole.right() + _GAP, middle.y()),
            QPoint(hole.left() - _GAP - size.width(), middle.y()),
            QPoint(middle.x(), hole.bottom() + _GAP),
            QPoint(middle.x(), hole.top() - _GAP - size.height()),
            middle,
        )
        for place in places:
            inside = QPoint(
                min(max(place.x(), room.left()), room.right() - size.width()),
                min(max(place.y(), room.top()), room.bottom() - size.height()),
            )
            if not QRect(inside, size).intersects(hole) or place is places[-1]:
                self.bubble.move(inside)
                break
        self.update()

    def _all(self) -> list[Stop]:
        window, keys = self._window, self._window.actions_.keys_of
        centre = window.centre
        return [
            Stop(
                window.browser,
                self.tr("Examinations"),
                self.tr(
                    "What you opened, with its series. The mark tells what is measured already. "
                    "The next ones are read and proposed while you work."
                ),
            ),
            Stop(
                centre.sides,
                self.tr("Images"),
                self.tr(
                    "The wheel changes the echo, Shift and the wheel the slice, Ctrl and the wheel the size. "
                    "Drag with the right button for window and level. {map} lays the T2* map over the image."
                ).format(map=keys("map")),
            ),
            Stop(
                centre.strip,
                self.tr("Regions"),
                self.tr(
                    "Septum and liver are proposed when you open. Drag an outline to move it, draw with "
                    "these tools, or let it be proposed anew with {propose}. {undo} takes everything back."
                ).format(propose=keys("propose"), undo=keys("undo")),
            ),
            Stop(
                window.docks.docks["curve"],
                self.tr("Decay curve"),
                self.tr(
                    "Click on an echo to drop it, drag the line to cut the late ones off, choose a model: "
                    "every number follows at once. The table compares all models."
                ),
            ),
            Stop(
                window.results,
                self.tr("Results"),
                self.tr(
                    "T2*, R2*, iron and grade of each organ with their precision, and what is doubtful. "
                    "{accept} accepts the active organ, {refuse} says that it cannot be assessed."
                ).format(accept=keys("accept"), refuse=keys("refuse")),
            ),
            Stop(
                window.docks.docks["impression"],
                self.tr("Impression"),
                self.tr(
                    "Worded by rules from the numbers; write over it where you know better. "
                    "{copy} copies findings and impression for the hospital's system."
                ).format(copy=keys("copy_text")),
            ),
            Stop(
                window.tool_bar,
                self.tr("To the end"),
                self.tr(
                    "{report} writes the report, {next} accepts all and opens the next examination. "
                    "{keys} shows every key, {palette} finds any command by its name."
                ).format(
                    report=keys("report"), next=keys("next"), keys=keys("keys"), palette=keys("palette")
                ),
            ),
        ]


class TourStart(QObject):
    """Begins the tour, on the sample patient where nothing is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting = False
        window.controller.examination_changed.connect(self._opened)
        window.controller.noticed.connect(self._give_up)

    def begin(self) -> None:
        """Begin, once there is something to show."""
        if self._window.controller.session.examination is not None:
            self._start()
        elif not self._window.controller.tasks.busy:
            self._waiting = True
            self._window.open_sample()

    def _opened(self) -> None:
        if self._waiting and self._window.controller.session.examination is not None:
            self._waiting = False
            docks = self._window.docks
            if docks.arranged:
                QTimer.singleShot(0, self._start)
            else:
                docks.settled.connect(self._start, Qt.ConnectionType.SingleShotConnection)

    def _start(self) -> None:
        Tour(self._window)

    def _give_up(self) -> None:
        self._waiting = False

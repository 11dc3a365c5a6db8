"""The images in a window of their own, on the other screen where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSettings, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ironquant.gui import style
from ironquant.gui.patient_bar import PatientBar
from ironquant.gui.places import brought_back

if TYPE_CHECKING:
    from ironquant.gui.window import MainWindow

_APART, _PLACE = "window/images_apart", "window/images_place"
_SHARE = 0.7
"""Of the screen, where there is only one."""


class ImageWindow(QWidget):
    """Shows images, and whose they are.

    Signals
    -------
    closed
        By the reader: the images go back into the main window.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowIcon(style.icon("app"))
        self.patient = PatientBar()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.patient)

    def take(self, images: QWidget) -> None:
        """Hold the images."""
        self._column.addWidget(images, 1)
        images.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the images back."""
        event.ignore()
        self.closed.emit()


class SecondScreen(QObject):
    """Takes the images out of the main window and puts them back; keeps what the reader chose.

    Every key works in both windows.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._images = window, window.centre
        self._action = window.actions_["second_screen"]
        self._frame: ImageWindow | None = None
        window.docks.settled.connect(self._begin)
        self._images.start_shown.connect(self._begun)
        window.controller.examination_changed.connect(self.refresh)

    @property
    def frame(self) -> ImageWindow | None:
        """The window of the images, while they have one."""
        return self._frame

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {"second_screen": lambda: self.set_apart(self._action.isChecked())}

    def set_apart(self, apart: bool) -> None:
        """Give the images a window of their own, or put them back; the reader's wish is remembered."""
        QSettings().setValue(_APART, apart)
        if apart:
            self._take_out()
        else:
            self._put_back()

    def refresh(self) -> None:
        """Tell whose images they are, in the language of the window."""
        if self._frame is not None:
            self._frame.patient.show_examination(self._window.controller.session.examination)
            self._frame.setWindowTitle(self.tr("Images"))

    def close(self) -> None:
        """End with the main window."""
        self._put_back()

    def _begin(self) -> None:
        if str(QSettings().value(_APART)).lower() == "true":
            self._action.setChecked(True)
            self._take_out()

    def _begun(self, start: bool) -> None:
        if self._frame is not None:
            self._frame.setVisible(not start)

    def _take_out(self) -> None:
        if self._frame is not None:
            return
        frame = ImageWindow()
        self._window.docks.release_images()
        frame.take(self._images)
        frame.addActions(self._window.actions_.everywhere)
        frame.closed.connect(self._action.trigger)
        self._frame = frame
        self.refresh()
        self._place(frame)

    def _put_back(self) -> None:
        if self._frame is None:
            return
        frame, self._frame = self._frame, None
        self._keep_place(frame)
        self._window.docks.take_images()
        frame.hide()
        frame.deleteLater()

    def _place(self, frame: ImageWindow) -> None:
        """Show the images where they were, else filling the other screen."""
        screens = QGuiApplication.screens()
        here = self._window.screen()
        others = [screen for screen in screens if screen is not here]
        known, home = QSettings().value(_PLACE), here.availableGeometry()
        if isinstance(known, QRect) and not known.isEmpty():
            frame.setGeometry(brought_back(known, [screen.availableGeometry() for screen in screens], home))
            frame.show()
        elif others:
            frame.setGeometry(others[0].availableGeometry())
            frame.showMaximized()
        else:
            frame.resize(home.size() * _SHARE)
            frame.show()

    def _keep_place(self, frame: ImageWindow) -> None:
        QSettings().setValue(_PLACE, frame.geometry())

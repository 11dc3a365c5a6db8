"""Where the window and its panels were: kept between starts, brought back where a screen is gone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from ironquant.gui.centre import Centre
from ironquant.gui.docks import Docks

_PLACE, _MAXIMIZED, _LAYOUT = "window/place", "window/maximized", "window/layout"
_HEART_SHARE = "window/heart_share"
_SHARES = (0.05, 0.95)
_SEEN = QSize(120, 24)
"""So much of the top of a window must lie on a screen, that it can be taken hold of."""
_TITLE_HEIGHT = 40
_SEAL_BYTES = 16


def brought_back(place: QRect, screens: Sequence[QRect], home: QRect) -> QRect:
    """Return a place for a window that can be seen and taken hold of.

    Parameters
    ----------
    place : QRect
        Where the window was.
    screens : sequence of QRect
        What the screens of today offer.
    home : QRect
        Where it goes, into the middle, if no screen shows its top: never larger than that.

    Returns
    -------
    QRect
        `place` itself where it is seen.
    """
    top = QRect(place.left(), place.top(), place.width(), min(place.height(), _TITLE_HEIGHT))
    for screen in screens:
        seen = screen.intersected(top)
        if seen.width() >= min(_SEEN.width(), top.width()) and seen.height() >= _SEEN.height():
            return place
    size = place.size().boundedTo(home.size())
    spare = home.size() - size
    return QRect(home.topLeft() + QPoint(spare.width() // 2, spare.height() // 2), size)


def _seal(state: bytes) -> bytes:
    """Return what tells a damaged arrangement, which Qt itself would take half of."""
    return sha256(state).digest()[:_SEAL_BYTES]


class Places(QObject):
    """Keeps place, size and arrangement of the window in the settings of the user.

    Attributes
    ----------
    known : bool
        Whether a place was stored.
    maximized : bool
        Whether the window filled the screen then.
    """

    def __init__(self, window: QMainWindow, docks: Docks, centre: Centre) -> None:
        super().__init__(window)
        self._window, self._docks, self._centre = window, docks, centre
        self.known = self.maximized = False

    def keep(self) -> None:
        """Store how the window is now."""
        settings = QSettings()
        full = self._window.isMaximized()
        place = self._window.normalGeometry() if full else self._window.geometry()
        settings.setValue(_PLACE, place)
        settings.setValue(_MAXIMIZED, full)
        if self._docks.arranged:  # else what was stored before is still how it was left
            state = bytes(self._docks.state().data())
            settings.setValue(_LAYOUT, QByteArray(_seal(state) + state))
        settings.setValue(_HEART_SHARE, self._centre.heart_share)

    def reset(self) -> None:
        """Put every panel where it was at first."""
        self._docks.reset()
        self._centre.share_room(0.5)

    def restore(self) -> None:
        """Make the window as it was stored; what is not stored, or damaged, stays as it is."""
        settings = QSettings()
        place, layout = settings.value(_PLACE), settings.value(_LAYOUT)
        if isinstance(layout, QByteArray):
            stored = bytes(layout.data())
            state = stored[_SEAL_BYTES:]
            if stored == _seal(state) + state:
                self._docks.restore(QByteArray(state))
        with suppress(TypeError, ValueError):
            share = float(str(settings.value(_HEART_SHARE)))
            if _SHARES[0] <= share <= _SHARES[1]:
                self._centre.share_room(share)
        if not isinstance(place, QRect) or place.isEmpty():
            return
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        home = QGuiApplication.primaryScreen().availableGeometry()
        self._window.setGeometry(brought_back(place, screens, home))
        for dock in self._docks.docks.values():
            if dock.isFloating():
                dock.setGeometry(brought_back(dock.geometry(), screens, home))
        self.known, self.maximized = True, str(settings.value(_MAXIMIZED)).lower() == "true"

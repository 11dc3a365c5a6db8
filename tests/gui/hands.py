"""Mouse and keys on the image, and where on the image they were."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Hand:
    """The hand of a reader on the panel that is active."""

    def __init__(self, qtbot, window):
        self.bot, self.window = qtbot, window

    @property
    def panel(self):
        return self.window.centre.panel

    @property
    def view(self):
        return self.panel.view

    def key(self, key, modifier=NONE):
        self.bot.keyClick(self.view, key, modifier)

    def pixel(self, column, row):
        """Return the screen pixel nearest to a place of the image."""
        return self.view.to_widget(column, row).toPoint()

    def place(self, pixel):
        """Return (column, row) of a screen pixel."""
        point = self.view.box.mapSceneToView(self.view.mapToScene(pixel))
        return point.x(), point.y()

    def click(self, column, row, modifier=NONE):
        pixel = self.pixel(column, row)
        self.move(pixel, Qt.MouseButton.NoButton, modifier)
        self.bot.mouseClick(self.view.viewport(), LEFT, modifier, pixel)
        return self.place(pixel)

    def drag(self, places, modifier=NONE, *, release=True):
        """Drag through places of the image; return where the mouse was, exactly."""
        port, pixels = self.view.viewport(), [self.pixel(*place) for place in places]
        self.move(pixels[0], Qt.MouseButton.NoButton, modifier)
        self.bot.mousePress(port, LEFT, modifier, pixels[0])
        for pixel in pixels[1:]:
            self.move(pixel, LEFT, modifier)
        if release:
            self.bot.mouseRelease(port, LEFT, modifier, pixels[-1])
        return [self.place(pixel) for pixel in pixels]

    def move(self, pixel, buttons, modifier=NONE):
        self.bot.wait(12)  # the scene takes a hundred places a second
        port = self.view.viewport()
        local, everywhere = QPointF(pixel), QPointF(port.mapToGlobal(pixel))
        kind = QEvent.Type.MouseMove
        event = QMouseEvent(kind, local, everywhere, Qt.MouseButton.NoButton, buttons, modifier)
        QApplication.sendEvent(port, event)

    def line(self, start, end, steps=12):
        return [tuple(np.array(start) + (np.array(end) - start) * k / steps) for k in range(steps + 1)]


def grid(mask):
    """Return columns and rows of the pixel centres of a slice."""
    rows, columns = np.indices(mask.shape[-2:])
    return columns, rows


def stroke_pixels(mask, start, end, radius_mm, spacing_mm):
    """Return the pixels whose centres lie within a radius of a straight line, by its definition."""
    columns, rows = grid(mask)
    near = np.zeros(columns.shape, dtype=bool)
    for share in np.linspace(0, 1, 3001):
        x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
        near |= np.hypot((columns - x) * spacing_mm[2], (rows - y) * spacing_mm[1]) <= radius_mm
    return near

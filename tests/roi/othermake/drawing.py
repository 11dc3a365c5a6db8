"""A canvas of labels in mm: shapes painted finer than pixels, read back as shares of each pixel."""

from __future__ import annotations

import numpy as np


class Canvas:
    """Labels on a grid `fine` times finer than the pixels.

    `x` runs to the patient's left and `y` to the back, in mm from the middle of the body; both are bent
    by slow waves, so that no drawn ellipse is one.
    """

    def __init__(self, rows, columns, pixel_mm, centre_mm, tilt, waves, fine):
        self.fine, self.shape = fine, (rows, columns)
        y = ((np.arange(rows * fine) + 0.5) / fine - 0.5) * pixel_mm[0] - centre_mm[1]
        x = ((np.arange(columns * fine) + 0.5) / fine - 0.5) * pixel_mm[1] - centre_mm[0]
        x, y = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
        x, y = np.cos(tilt) * x + np.sin(tilt) * y, np.cos(tilt) * y - np.sin(tilt) * x
        self.x, self.y = x.copy(), y.copy()
        for size, length, phase, turn in waves:
            along = (x * np.cos(turn) + y * np.sin(turn)) * (2 * np.pi / length) + phase
            self.x += size * np.sin(along).astype(np.float32)
            self.y += size * np.cos(along * 0.83).astype(np.float32)
        # What rows and columns reach to: a small shape is looked for near itself only.
        self.row_y = self.y.min(axis=1), self.y.max(axis=1)
        self.column_x = self.x.min(axis=0), self.x.max(axis=0)
        self.labels = np.zeros(x.shape, dtype=np.uint8)
        self.names = ["air"]

    def number(self, name):
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def has(self, *names):
        return np.isin(self.labels, [self.names.index(name) for name in names if name in self.names])

    def paint(self, name, shape, room=None):
        self.labels[shape if room is None else shape & room] = self.number(name)

    def near(self, x, y, reach):
        """Return the rows and columns that hold all within `reach` of a point."""
        spans = []
        for (low, high), middle in ((self.row_y, y), (self.column_x, x)):
            found = np.flatnonzero((low <= middle + reach) & (high >= middle - reach))
            spans.append(slice(found[0], found[-1] + 1) if found.size else slice(0))
        return tuple(spans)

    def ellipse(self, x, y, rx, ry, turn=0.0, power=2.0):
        mask, here = np.zeros(self.labels.shape, dtype=bool), self.near(x, y, np.hypot(rx, ry))
        dx, dy = self.x[here] - x, self.y[here] - y
        along, across = np.cos(turn) * dx + np.sin(turn) * dy, np.cos(turn) * dy - np.sin(turn) * dx
        mask[here] = np.abs(along / rx) ** power + np.abs(across / ry) ** power < 1.0
        return mask

    def capsule(self, start, end, r_start, r_end):
        """Return a vessel: a straight line that tapers."""
        (x0, y0), (x1, y1) = start, end
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        mask = np.zeros(self.labels.shape, dtype=bool)
        reach = np.sqrt(length) / 2 + max(r_start, r_end)
        here = self.near((x0 + x1) / 2, (y0 + y1) / 2, reach)
        x, y = self.x[here], self.y[here]
        t = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / max(length, 1e-6), 0, 1)
        away = (x - x0 - t * (x1 - x0)) ** 2 + (y - y0 - t * (y1 - y0)) ** 2
        mask[here] = away < (r_start + t * (r_end - r_start)) ** 2
        return mask

    def shares(self):
        """Return the share of every label in every pixel, shape (label, row, column)."""
        rows, columns = self.shape
        cut = self.labels.reshape(rows, self.fine, columns, self.fine)
        return np.stack([(cut == number).mean(axis=(1, 3)) for number in range(len(self.names))])

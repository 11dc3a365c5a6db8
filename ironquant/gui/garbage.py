"""Cyclic garbage is collected by the window's thread alone.

Discarded widgets hang together in cycles. Python collects them in whatever thread happens to allocate; a
pool thread that takes Qt objects apart, while the window's thread builds others, waits for Python's lock and
holds Qt's: both stand still for ever.
"""

from __future__ import annotations

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 200
_FULL_AFTER = 40
"""So many collections of the middle generation come before a full one, which takes longest."""


class Collector(QObject):
    """Takes the place of automatic collection from its making until `stop`."""

    _at_work: ClassVar[set[int]] = set()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._at_work.add(id(self))
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect what is due, by the thresholds of automatic collection."""
        young, middle, old = gc.get_count()
        due_young, due_middle, _ = gc.get_threshold()
        if old > _FULL_AFTER:
            gc.collect()
        elif middle > due_middle:
            gc.collect(1)
        elif young > due_young:
            gc.collect(0)

    def keep(self) -> None:
        """Look no more at what lives now, modules and the window itself, each time all is looked through.

        A full collection then takes some milliseconds, in which the window stands still, instead of 150.
        """
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Collect all there is, and hand back to automatic collection when the last collector stops."""
        self._timer.stop()
        gc.collect()
        self._at_work.discard(id(self))
        if not self._at_work:
            gc.enable()

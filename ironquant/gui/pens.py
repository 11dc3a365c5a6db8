"""Lines on plots and images, as thick on a fine screen as on a coarse one."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QGuiApplication, QPen


def line(*colour: Any, width: float = 1.0, **options: Any) -> QPen:
    """Return a pen for plots: `width` in pixels of the layout, which a fine screen has several dots for.

    Other arguments are those of ``pyqtgraph.mkPen``, whose width counts the dots of the screen.
    """
    app = QGuiApplication.instance()
    dots = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    pen: QPen = pg.mkPen(*colour, width=width * dots, **options)
    return pen

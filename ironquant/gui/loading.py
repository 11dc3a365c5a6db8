"""Loads the heavy parts of the program, one after the other whichever thread asks.

Modules that are imported in two threads at once may be seen half made: shiboken looks into every module
that is being imported, and what imports lazily (pydantic) then fails.
"""

from __future__ import annotations

import threading
from importlib import import_module

IMAGES = ("ironquant.gui.organ_panel", "ironquant.gui.compare.page")
"""What shows images: pyqtgraph comes with it."""
_TURN = threading.Lock()


def load(*names: str) -> None:
    """Import modules of ours before a job uses them."""
    with _TURN:
        for name in names:
            import_module(name)

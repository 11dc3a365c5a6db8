"""What helps to use the window: keys, the words about the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from ironquant.gui.tour import TourStart
    from ironquant.gui.window import MainWindow


class Help(QObject):
    """Shows what is asked for; its dialogs are loaded only then."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._actions, self._window = window.actions_, window

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {
            "keys": self.show_keys,
            "palette": self.show_palette,
            "tour": lambda: self._tour.begin(),
            "about": self.show_about,
        }

    @cached_property
    def _tour(self) -> TourStart:
        from ironquant.gui.tour import TourStart

        return TourStart(self._window)

    def show_keys(self) -> None:
        """Show every key, and what the mouse does."""
        from ironquant.gui.dialogs import KeysDialog

        KeysDialog(self._actions.cheat_sheet(), self._window).exec()

    def show_palette(self) -> None:
        """Ask for a command, and run it once the question is gone."""
        from ironquant.gui.palette import Palette

        palette = Palette(self._actions.commands(), self._window)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.chosen.connect(lambda action: QTimer.singleShot(0, action.trigger))
        palette.open()

    def show_about(self) -> None:
        """Tell what the program is."""
        from ironquant.gui.dialogs import AboutDialog

        AboutDialog(self._window).exec()

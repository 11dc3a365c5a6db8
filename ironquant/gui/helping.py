"""What helps to use the window: keys, the words about the program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from ironquant.gui.actions import Actions


class Help(QObject):
    """Shows what is asked for; its dialogs are loaded only then."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._window = actions, window

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {"keys": self.show_keys, "palette": self.show_palette, "about": self.show_about}

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

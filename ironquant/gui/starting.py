"""Joins the start page with the list of what was opened, work that waits, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from ironquant.gui.actions import Actions
from ironquant.gui.centre import Centre
from ironquant.gui.controller import Controller
from ironquant.gui.keeper import Keeper
from ironquant.gui.recent import Recent

if TYPE_CHECKING:
    from ironquant.case import RecentEntry

_BEGIN = ("open", "open_file", "sample")
_OVER = (QEvent.Type.DragEnter, QEvent.Type.DragMove)
_GONE = (QEvent.Type.DragLeave, QEvent.Type.Drop)


class Start(QObject):
    """Fills the start page and does what is asked for on it."""

    def __init__(
        self,
        controller: Controller,
        keeper: Keeper,
        centre: Centre,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._keeper, self._actions = controller, keeper, actions
        self.page = centre.start
        self.recent = Recent(controller)
        page = self.page
        for button, name in zip(
            (
                page.open_button,
                page.file_button,
                page.sample_button,
                page.tour_button,
                page.waiting_button,
                page.forget_button,
            ),
            (*_BEGIN, "tour", "unfinished", "forget_recent"),
            strict=True,
        ):
            button.clicked.connect(actions[name].trigger)
        page.list.open_wanted.connect(self._open)
        page.list.forget_wanted.connect(self.recent.forget)
        self.recent.changed.connect(self._show_recent)
        for change in (keeper.found, controller.case_changed, controller.examination_changed):
            change.connect(self.refresh)
        centre.start_shown.connect(self._shown)
        window.installEventFilter(self)
        first = QTimer(self, singleShot=True, interval=0)  # when all is built
        first.timeout.connect(self.recent.look)
        first.start()

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {"start": self._controller.close_all, "forget_recent": self.recent.forget_all}

    def refresh(self) -> None:
        """Show what changed elsewhere, in the language of the window."""
        page, opened = self.page, bool(self._controller.session.refs)
        page.retranslate()
        page.show_keys([self._actions[name].shortcut() for name in _BEGIN])
        page.show_waiting(len(self._keeper.unfinished))
        self._actions["start"].setEnabled(opened)
        self._show_recent()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show where to drop while something is held over the window."""
        if event.type() in _OVER:
            self.page.set_dragging(True)
        elif event.type() in _GONE:
            self.page.set_dragging(False)
        return super().eventFilter(watched, event)

    def _shown(self, shown: bool) -> None:
        if shown:
            self.recent.look()
            self.page.take_focus()

    def _show_recent(self) -> None:
        listed = self.recent.listed
        self._actions["forget_recent"].setEnabled(bool(listed))
        if self.recent.known:
            first = not self.page.list.count()
            self.page.show_entries(listed)
            if first and self.page.isVisible() and self.page.open_button.hasFocus():
                self.page.take_focus()

    def _open(self, entry: RecentEntry) -> None:
        if not self._controller.tasks.busy:
            self._controller.acted.emit()  # what was said is not about this
            self._controller.open_path(Path(entry.path), entry.te_ms, entry.study_uid or None)

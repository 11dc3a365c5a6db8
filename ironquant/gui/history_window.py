"""Joins the history of the organs with actions, dialog and library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ironquant.core import Organ
from ironquant.gui.actions import Actions
from ironquant.gui.centre import Centre
from ironquant.gui.controller import Controller
from ironquant.gui.following import Follower

if TYPE_CHECKING:
    from ironquant.gui.prior_dialog import PriorDialog


class History(QObject):
    """Shows the history where it is wanted, and asks for what an old report says."""

    def __init__(self, controller: Controller, centre: Centre, actions: Actions) -> None:
        super().__init__(centre)
        self._controller, self._centre, self._actions = controller, centre, actions
        self.follower = Follower(controller)
        self.follower.changed.connect(self.refresh)
        controller.organ_changed.connect(self._refresh_organ)
        controller.previewed.connect(self._refresh_organ)
        actions["history"].toggled.connect(self._toggle)
        actions["add_prior"].triggered.connect(lambda: self.ask())

    def join(self) -> None:
        """Answer what is asked for beside the images."""
        for panel in self._centre.panels.values():
            panel.fit.add_wanted.connect(self.ask)
            panel.fit.edit_wanted.connect(self.ask)
            panel.fit.remove_wanted.connect(self.follower.remove)
            panel.fit.set_history_on(self._actions["history"].isChecked())
        self.refresh()

    def refresh(self) -> None:
        """Show what is known, in the language of the window."""
        for organ in self._centre.made:
            self._refresh_organ(organ)
        possible = self._controller.session.examination is not None
        possible = possible and self.follower.absence in (None, "none_known")
        self._actions["add_prior"].setEnabled(possible)

    def ask(self, uid: str = "") -> None:
        """Ask for an earlier examination; with a UID, for other values of one that was typed in."""
        session = self._controller.session
        examination = session.examination
        if examination is None or examination.study.date is None:
            return
        from ironquant.gui.prior_dialog import PriorDialog

        known = next((record for record in session.priors if record.uid == uid), None)
        dialog = PriorDialog(examination.patient, examination.study.date, known, self._centre)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._put(dialog))
        dialog.open()

    def _put(self, dialog: PriorDialog) -> None:
        if dialog.examination is not None:
            self.follower.put(dialog.examination)
            self._actions["history"].setChecked(True)

    def _toggle(self, on: bool) -> None:
        for panel in self._centre.made.values():
            panel.fit.set_history_on(on)

    def _refresh_organ(self, organ: Organ) -> None:
        self._centre.panels[organ].fit.show_history(self.follower.absence)

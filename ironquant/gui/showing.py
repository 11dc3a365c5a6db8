"""Takes the reader to what a finding is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from ironquant.core import Finding, Organ
from ironquant.gui.actions import Actions
from ironquant.gui.centre import Centre
from ironquant.gui.showlist import to_show


class Showing(QObject):
    """Shows it: by the very actions that have keys."""

    def __init__(self, centre: Centre, actions: Actions, choose_method: Callable[[Organ], None]) -> None:
        super().__init__(centre)
        self._centre, self._actions, self._choose_method = centre, actions, choose_method

    def show(self, organ: Organ, finding: Finding) -> None:
        """Show what a finding of an organ is about."""
        what = to_show(finding)
        if what is None:
            return
        if not self._centre.panels[organ].isVisible():
            self._centre.show_organ(organ)
        shows: Mapping[str, Callable[[Organ], None]] = {
            "residuals": lambda organ: self._switch_on("residuals"),
            "excluded": lambda organ: self._switch_on("excluded"),
            "segments": lambda organ: self._switch_on("segments"),
            "map": lambda organ: self._map(organ, "t2star"),
            "quality": lambda organ: self._map(organ, "rsquared"),
            "first": lambda organ: self._centre.panels[organ].echoes.set_value(0),
            "late": self._late,
            "region": lambda organ: self._centre.panels[organ].show_region(),
            "method": self._choose_method,
        }
        shows[what](organ)

    def next_map(self) -> None:
        """Show the next kind of map; the first time the one there is."""
        if self._actions["map"].isChecked():
            self._centre.next_map()
        else:
            self._actions["map"].trigger()

    def _switch_on(self, name: str) -> None:
        if not self._actions[name].isChecked():
            self._actions[name].trigger()

    def _map(self, organ: Organ, kind: str) -> None:
        self._switch_on("map")
        self._centre.panels[organ].map.choose(kind)

    def _late(self, organ: Organ) -> None:
        panel = self._centre.panels[organ]
        panel.echoes.set_value(panel.echoes.first_dropped)

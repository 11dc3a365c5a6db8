"""The menu of one organ: by which calibration and scheme its value is turned into iron and grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ironquant.core import Organ
from ironquant.gui.controller import Controller
from ironquant.iron import Calibration, Scheme, calibrations, schemes


class MethodMenu(QObject):
    """Offers what holds at the field of the images, each with its source."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller, self._parent = controller, parent

    def menu(self, organ: Organ) -> QMenu:
        """Return the menu of an organ as things are now."""
        entry, field_t = self._controller.session.entry(organ), self._field_t(organ)
        menu = QMenu(self._parent)
        menu.setToolTipsVisible(True)
        lines: list[Calibration | Scheme] = [
            row
            for row in calibrations().values()
            if row.organ == organ and row.covers(field_t) and (row.offered or row.id == entry.calibration)
        ]
        rules: list[Calibration | Scheme] = [
            row for row in schemes().values() if row.organ == organ and row.covers(field_t)
        ]
        set_calibration, set_scheme = self._controller.set_calibration, self._controller.set_scheme
        self._fill(
            menu, self.tr("Calibration"), lines, entry.calibration, lambda name: set_calibration(organ, name)
        )
        self._fill(menu, self.tr("Grades"), rules, entry.scheme, lambda name: set_scheme(organ, name))
        return menu

    def show(self, organ: Organ, button: QWidget) -> None:
        """Open the menu of an organ below a button."""
        self.menu(organ).popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _field_t(self, organ: Organ) -> float | None:
        examination = self._controller.session.examination
        key = self._controller.session.entry(organ).series_key
        if examination is None or key is None:
            return None
        shown = examination.map_by_key(key)
        return examination.field_of(shown or examination.series_by_key(key))

    def _fill(
        self,
        menu: QMenu,
        title: str,
        rows: Iterable[Calibration | Scheme],
        chosen: str | None,
        take: Callable[[str | None], None],
    ) -> None:
        """Add a title and a choice of one."""
        menu.addSection(title)
        group = QActionGroup(menu)
        words: list[tuple[str | None, str, str]] = [(None, self.tr("as the profile says"), "")]
        words += [(row.id, f"{row.id}  –  {row.source.split(';')[0]}", row.source) for row in rows]
        for name, text, source in words:
            action = menu.addAction(text)
            action.setToolTip(source)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: take(name))

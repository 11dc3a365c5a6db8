"""The middle of the window: tabs Heart, Liver, Both; the panel of each organ."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ironquant.core import Organ
from ironquant.gui.controller import Controller
from ironquant.gui.notices import EmptyPage
from ironquant.gui.organ_panel import OrganPanel
from ironquant.gui.session import ORGANS


class Centre(QFrame):
    """Shows one organ, or both side by side; nothing open: what to do.

    Signals
    -------
    active_changed : Organ
        The organ that keys and buttons act on.
    """

    active_changed = Signal(object)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("centre")
        self._controller = controller
        self.active = ORGANS[0]
        self.panels = {organ: OrganPanel(organ, controller) for organ in ORGANS}
        self.empty = EmptyPage()
        self.tabs = QTabBar(drawBase=False, expanding=False)
        for _ in range(len(ORGANS) + 1):
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self._tab_changed)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.setChildrenCollapsible(False)
        for panel in self.panels.values():
            self.sides.addWidget(panel)
            panel.activated.connect(self._activate)
        self.reading = QWidget()
        column = QVBoxLayout(self.reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.sides, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.reading)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self._tab_changed(0)

    @property
    def panel(self) -> OrganPanel:
        """The panel of the active organ."""
        return self.panels[self.active]

    def load(self) -> None:
        """Show another examination, first the organ that has a series."""
        session = self._controller.session
        opened = session.examination is not None
        self.stack.setCurrentIndex(1 if opened else 0)
        self.refresh_empty()
        for panel in self.panels.values():
            panel.load()
        if opened:
            present = [organ for organ in ORGANS if session.entry(organ).series_key is not None]
            if present and self.active not in present and not self._both:
                self.tabs.setCurrentIndex(ORGANS.index(present[0]))
            self.panel.view.setFocus()
        self._name_tabs()

    def refresh_empty(self) -> None:
        """Say on the empty page what is the case."""
        measurable = [ref for ref in self._controller.session.refs if ref.measurable]
        if self._controller.tasks.busy:
            self.empty.set_state("opening")
        else:
            self.empty.set_state("several" if len(measurable) > 1 else "nothing")

    def show_tab(self, index: int) -> None:
        """Show Heart (0), Liver (1) or Both (2)."""
        self.tabs.setCurrentIndex(index)
        self.panel.view.setFocus()

    def set_segments_on(self, on: bool) -> None:
        """Show or hide the segments of the heart."""
        for panel in self.panels.values():
            panel.set_segments_on(on)

    def refresh(self, organ: Organ) -> None:
        """Show the new state of one organ."""
        self.panels[organ].refresh()
        self._name_tabs()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.empty.retranslate()
        self.tabs.setAccessibleName(self.tr("Organs"))
        for panel in self.panels.values():
            panel.retranslate()
        self._name_tabs()

    @property
    def _both(self) -> bool:
        return self.tabs.currentIndex() == len(ORGANS)

    def _name_tabs(self) -> None:
        names = (self.tr("Heart"), self.tr("Liver"), self.tr("Both"))
        accepted = self._controller.session.state.accepted
        for index, name in enumerate(names):
            done = index < len(ORGANS) and ORGANS[index] in accepted
            self.tabs.setTabText(index, f"{name} ✓" if done else name)

    def _tab_changed(self, index: int) -> None:
        for number, (organ, panel) in enumerate(self.panels.items()):
            panel.setVisible(self._both or number == index)
            panel.fit.set_compact(self._both)
            if number == index:
                self._activate(organ)
        # Side by side, both organs get the same room.
        self.sides.setSizes([self.sides.width()] * len(self.panels))

    def _activate(self, organ: Organ) -> None:
        self.active = organ
        self.active_changed.emit(organ)

"""The middle of the window: tabs of the organs, drawing tools, the panel of each organ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import Organ
from ironquant.gui.controller import Controller
from ironquant.gui.loading import IMAGES, load
from ironquant.gui.notices import EmptyPage
from ironquant.gui.pieces import named
from ironquant.gui.session import ORGANS, PAIR
from ironquant.gui.start_page import StartPage
from ironquant.gui.tools.bar import OptionBar, tool_strip
from ironquant.gui.tools.options import ToolOptions
from ironquant.gui.windowing import window_presets

if TYPE_CHECKING:
    from ironquant.gui.compare.page import ComparePage
    from ironquant.gui.organ_panel import OrganPanel

_TABS: tuple[tuple[Organ, ...], ...] = (
    *((organ,) for organ in PAIR),
    PAIR,
    *((organ,) for organ in ORGANS[2:]),
    (),
)
"""Organs that a tab shows; none: the page that compares."""
_COMPARE = len(_TABS) - 1


class Centre(QFrame):
    """Shows one organ, or heart and liver side by side; nothing open: what to do.

    The panels of the images are made when they are first wanted, so that the window opens sooner.

    Attributes
    ----------
    heart_share : float
        Of the width, where the heart stands beside the liver.

    Signals
    -------
    furnished
        The panels are made.
    active_changed : Organ
        The organ that keys and buttons act on.
    start_shown : bool
        Whether the start page takes the place of everything.
    """

    furnished = Signal()
    active_changed = Signal(object)
    start_shown = Signal(bool)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("centre")
        self._controller = controller
        self.active = ORGANS[0]
        self._beginning = True
        self.options = ToolOptions(self)
        self._panels: dict[Organ, OrganPanel] = {}
        self._compare: ComparePage | None = None
        self.strip, self.option_bar = tool_strip(), OptionBar(self.options)
        self.empty, self.start = EmptyPage(), StartPage()
        self.tabs = QTabBar(drawBase=False, expanding=False)
        for _ in _TABS:
            self.tabs.addTab("")
        self.tabs.currentChanged.connect(self._tab_changed)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.setChildrenCollapsible(False)
        self.curves = named(QSplitter(Qt.Orientation.Horizontal), "curves")
        self.curves.setChildrenCollapsible(False)
        self.sides.splitterMoved.connect(self._take_share)
        self.heart_share = 0.5
        self.reading = QWidget()
        column = QVBoxLayout(self.reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.tabs)
        top.addWidget(self.option_bar, 1)
        column.addLayout(top)
        self._images = QHBoxLayout()
        self._images.setSpacing(0)
        self._images.addWidget(self.sides, 1)
        column.addLayout(self._images, 1)
        self.stack = QStackedWidget()
        for page in (self.empty, self.reading):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do that concern the view, by name."""
        on_panel: dict[str, Callable[[], None]] = {
            "echo_previous": lambda: self.panel.step_echo(-1),
            "echo_next": lambda: self.panel.step_echo(1),
            "slice_previous": lambda: self.panel.step_slice(-1),
            "slice_next": lambda: self.panel.step_slice(1),
            "home": lambda: self.panel.view.go_home(),
            "whole": lambda: self.panel.view.whole_image(),
            "cine": self.toggle_cine,
            **{f"window_{name}": partial(self._set_window, name) for name in window_presets()},
        }

        def either(name: str) -> None:
            (self.compare.slots() if self.comparing else on_panel)[name]()

        return {name: partial(either, name) for name in on_panel} | {
            "heart": partial(self.show_tab, 0),
            "liver": partial(self.show_tab, 1),
            "both": partial(self.show_tab, 2),
            "spleen": partial(self.show_tab, 3),
            "pancreas": partial(self.show_tab, 4),
            "compare": partial(self.show_tab, _COMPARE),
            "take_series": lambda: self.compare.take_active(),
        }

    @property
    def panels(self) -> Mapping[Organ, OrganPanel]:
        """The panel of every organ."""
        self.furnish()
        return self._panels

    @property
    def made(self) -> Mapping[Organ, OrganPanel]:
        """The panels, if there are any yet."""
        return self._panels

    @property
    def compare(self) -> ComparePage:
        """The page that compares."""
        self.furnish()
        assert self._compare is not None
        return self._compare

    def furnish(self) -> None:
        """Make the panels of the images, once."""
        if self._panels:
            return
        load(*IMAGES)
        from ironquant.gui.compare.page import ComparePage
        from ironquant.gui.organ_panel import OrganPanel

        self._panels = {organ: OrganPanel(organ, self._controller, self.options) for organ in ORGANS}
        for panel in self._panels.values():
            self.sides.addWidget(panel)
            self.curves.addWidget(panel.fit)
            panel.activated.connect(self._activate)
            panel.tool.mode_changed.connect(self._show_options)
        self._compare = ComparePage(self._controller)
        self._compare.organ_wanted.connect(self._activate)
        self._images.addWidget(self._compare, 1)
        self.furnished.emit()
        for panel in self._panels.values():
            panel.retranslate()
        self._tab_changed(self.tabs.currentIndex())

    @property
    def panel(self) -> OrganPanel:
        """The panel of the active organ."""
        return self.panels[self.active]

    def _set_window(self, preset: str) -> None:
        self.panel.view.auto_window(preset)

    def load(self) -> None:
        """Show another examination, first the organ that has a series."""
        session = self._controller.session
        opened = self._opened
        if opened:
            self.furnish()
        self._show_curves()
        self.refresh_empty()
        for panel in self._panels.values():
            panel.load()
        if opened:
            present = [organ for organ in PAIR if session.entry(organ).series_key is not None]
            if present and self.active not in present and not (self._both or self.comparing):
                self.show_organ(present[0])
            if not self.comparing:
                self.panel.view.setFocus()
        self._name_tabs()

    def refresh_empty(self) -> None:
        """Show the examination; where there is none say why, or where to begin."""
        session, busy = self._controller.session, self._controller.tasks.busy
        measurable = [ref for ref in session.refs if ref.measurable]
        self.empty.set_state("opening" if busy else "several" if measurable else "unusable")
        begin = not busy and not session.refs
        self.stack.setCurrentWidget(self.empty if session.examination is None else self.reading)
        if begin != self._beginning:
            self._beginning = begin
            self.start_shown.emit(begin)

    def show_tab(self, index: int) -> None:
        """Show heart (0), liver (1), both (2), spleen (3) or pancreas (4)."""
        self.tabs.setCurrentIndex(index)
        if not self.comparing:
            self.panel.view.setFocus()

    def show_organ(self, organ: Organ) -> None:
        """Show one organ."""
        self.tabs.setCurrentIndex(_TABS.index((organ,)))

    def bring(self, organ: Organ) -> None:
        """Show an organ: where images are compared there, else unless it is seen already."""
        if self.comparing:
            self._activate(organ)
        elif not self.panels[organ].isVisible():
            self.show_organ(organ)

    def share_room(self, heart_share: float) -> None:
        """Give the heart this share of the width where it stands beside the liver."""
        self.heart_share = heart_share
        for splitter in (self.sides, self.curves):
            heart = round(heart_share * splitter.width())
            rest = [splitter.width()] * (len(ORGANS) - len(PAIR))
            splitter.setSizes([heart, splitter.width() - heart, *rest])

    def set_segments_on(self, on: bool) -> None:
        """Show or hide the segments of the heart."""
        for panel in self._panels.values():
            panel.set_segments_on(on)

    def set_excluded_on(self, on: bool) -> None:
        """Mark the excluded pixels, or not."""
        for panel in self._panels.values():
            panel.excluded.set_on(on)

    def set_map_on(self, on: bool) -> None:
        """Show or hide the maps over the images."""
        for panel in self._panels.values():
            panel.map.set_on(on)

    def next_map(self) -> None:
        """Show the next kind of map."""
        for panel in self._panels.values():
            panel.map.choose_next()

    def set_residuals_on(self, on: bool) -> None:
        """Show what the fits leave over, or the signal."""
        for panel in self._panels.values():
            panel.fit.set_residuals_on(on)

    def toggle_cine(self) -> None:
        """Run through the echoes of the images that are seen, or stop."""
        run = not any(panel.echoes.playing for panel in self.panels.values())
        for panel in self._panels.values():
            panel.echoes.play(run and panel.isVisible())

    def refresh_all(self) -> None:
        """Show the state of every organ anew."""
        for panel in self._panels.values():
            panel.refresh()

    def refresh(self, organ: Organ) -> None:
        """Show the new state of one organ."""
        self.panels[organ].refresh()
        self._name_tabs()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.empty.retranslate()
        self.option_bar.retranslate()
        self.tabs.setAccessibleName(self.tr("Organs"))
        words = (self.tr("Tabs on the left"), self.tr("Tabs on the right"))
        for button, name in zip(self.tabs.findChildren(QToolButton), words, strict=True):
            button.setAccessibleName(name)
        self.start.retranslate()
        for panel in self._panels.values():
            panel.retranslate()
        self._name_tabs()

    def _take_share(self) -> None:
        heart, liver = self.sides.sizes()[: len(PAIR)]
        if self._both and heart + liver > 0:
            self.heart_share = heart / (heart + liver)
            self.curves.setSizes(self.sides.sizes())

    @property
    def _opened(self) -> bool:
        return self._controller.session.examination is not None

    @property
    def comparing(self) -> bool:
        """Whether images are compared rather than one examination read."""
        return self.tabs.currentIndex() == _COMPARE

    @property
    def _both(self) -> bool:
        return _TABS[self.tabs.currentIndex()] == PAIR

    def _name_tabs(self) -> None:
        names = {
            Organ.HEART: self.tr("Heart"),
            Organ.LIVER: self.tr("Liver"),
            Organ.SPLEEN: self.tr("Spleen"),
            Organ.PANCREAS: self.tr("Pancreas"),
        }
        accepted = self._controller.session.state.accepted
        for index, organs in enumerate(_TABS):
            if organs == PAIR:
                self.tabs.setTabText(index, self.tr("Both"))
            elif not organs:
                self.tabs.setTabText(index, self.tr("Compare"))
            else:
                name = names[organs[0]]
                self.tabs.setTabText(index, f"{name} ✓" if organs[0] in accepted else name)

    def _tab_changed(self, index: int) -> None:
        shown = _TABS[index]
        for organ, panel in self._panels.items():
            panel.setVisible(organ in shown)
            panel.echoes.play(False)
        for part in (self.sides, self.option_bar):
            part.setVisible(not self.comparing)
        self._show_curves()
        self.strip.setEnabled(not self.comparing)
        if self._compare is not None:
            self._compare.set_shown(self.comparing, self.active)
        if shown and (shown != PAIR or self.active not in PAIR):
            self._activate(shown[0])
        else:
            self.active_changed.emit(self.active)
        self.share_room(self.heart_share)

    def _activate(self, organ: Organ) -> None:
        if organ != self.active and self._panels:
            self.panels[self.active].tool.stop()
        self.active = organ
        if self.comparing:
            self.compare.comparing.show_organ(organ)
            self._show_curves()
        self._show_options()
        self.active_changed.emit(organ)

    def _show_curves(self) -> None:
        shown = _TABS[self.tabs.currentIndex()] or (self.active,)
        for organ, panel in self._panels.items():
            panel.fit.setVisible(self._opened and organ in shown)

    def _show_options(self) -> None:
        if self._panels:
            self.option_bar.show_tool(self.panel.tool.tool, self.active)

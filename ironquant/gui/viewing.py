"""Joins what the viewer shows beside the images with the session: the slices of a region."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from ironquant.core import Organ
from ironquant.gui.actions import Actions
from ironquant.gui.centre import Centre
from ironquant.gui.controller import Controller
from ironquant.gui.result_panel import ResultPanel


class Viewing(QObject):
    """Shows the slices of the region that is worked on, and goes to the one that is wanted."""

    def __init__(
        self, controller: Controller, centre: Centre, results: ResultPanel, actions: Actions
    ) -> None:
        super().__init__(centre)
        self._controller, self._centre, self._results = controller, centre, results
        for changed in (controller.organ_changed, controller.region_changed, controller.previewed):
            changed.connect(self._show_slices)
        controller.examination_changed.connect(self._show_all)
        centre.active_changed.connect(self._bring_up)
        for organ, card in results.cards.items():
            card.slices.slice_wanted.connect(partial(self._go_to, organ))

        self._link = actions["link"]
        self._link.setChecked(True)

    def join(self) -> None:
        """Let key and button link the images that are compared."""
        self._link.toggled.connect(self._centre.compare.set_linked)
        self._centre.compare.link_button.toggled.connect(self._link.setChecked)

    def _bring_up(self, organ: Organ) -> None:
        """Scroll the results to the organ that keys act on."""
        bar = self._results.scroll_area.verticalScrollBar()
        bar.setValue(self._results.cards[organ].y() - 2)

    def _show_all(self) -> None:
        for organ in self._results.cards:
            self._show_slices(organ)

    def _show_slices(self, organ: Organ) -> None:
        session = self._controller.session
        analysis, site = session.organs.get(organ), session.active_site(organ)
        measured = () if analysis is None else analysis.regions
        region = next((item for item in measured if item.region.site == site), None)
        self._results.cards[organ].slices.show_region(region)

    def _go_to(self, organ: Organ, index: int) -> None:
        if not self._centre.panels[organ].isVisible():
            self._centre.show_organ(organ)
        self._centre.panels[organ].slice_slider.setValue(index)

"""Joins the panels of the images with the window, when they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ironquant.gui.centre import Centre
from ironquant.gui.tools.window import connect_hands

if TYPE_CHECKING:
    from ironquant.gui.window import MainWindow


def switches(centre: Centre) -> dict[str, Callable[[bool], None]]:
    """Return what a switch of the view does, by the name of its action."""
    return {
        "excluded": centre.set_excluded_on,
        "segments": centre.set_segments_on,
        "map": centre.set_map_on,
        "residuals": centre.set_residuals_on,
    }


def join_panels(window: MainWindow) -> None:
    """Connect the panels, and let them show what is switched on."""
    centre, actions = window.centre, window.actions_
    for panel in centre.panels.values():
        panel.read_out.connect(window.read_out.setText)
    for name, switch in switches(centre).items():
        switch(actions[name].isChecked())
    connect_hands(actions, centre, window.desk)
    window.history.join()
    window.viewing.join()
    window.docks.order_tabs()

"""The map over the image of one organ: which one, how opaque, and its colour bar."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox

from ironquant.core import OrganMaps, OrganResult
from ironquant.gui.image_view import ImageView
from ironquant.gui.mapkinds import MAP_KINDS, scale_of, slice_values
from ironquant.gui.overlay import ColourBar
from ironquant.gui.pieces import slider

_OPACITY_PERCENT = 60
_SLIDER_WIDTH = 70


class MapLayer(QObject):
    """Lays a map over an image view, and owns the controls for it.

    Attributes
    ----------
    kind_box : QComboBox
        T2*, R2* or R².
    """

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._on = False
        self._maps: OrganMaps | None = None
        self._result: OrganResult | None = None
        self.bar, self.kind_box = ColourBar(), QComboBox()
        self.opacity_slider = slider(maximum=100)
        self.opacity_slider.setValue(_OPACITY_PERCENT)
        self.opacity_slider.setFixedWidth(_SLIDER_WIDTH)
        for name in MAP_KINDS:
            self.kind_box.addItem(scale_of(name, None).title, name)
        self.kind_box.currentIndexChanged.connect(self._draw)
        self.opacity_slider.valueChanged.connect(lambda percent: view.set_map_opacity(percent / 100.0))
        view.set_map_opacity(_OPACITY_PERCENT / 100.0)
        self._draw()

    @property
    def kind(self) -> str:
        """The map that is chosen."""
        return str(self.kind_box.currentData())

    def set_on(self, on: bool) -> None:
        """Show or hide the map."""
        self._on = on
        self._draw()

    def choose(self, kind: str) -> None:
        """Go to a kind of map."""
        self.kind_box.setCurrentIndex(self.kind_box.findData(kind))

    def choose_next(self) -> None:
        """Go to the next kind of map."""
        self.kind_box.setCurrentIndex((self.kind_box.currentIndex() + 1) % self.kind_box.count())

    def show(self, maps: OrganMaps | None, result: OrganResult | None) -> None:
        """Take the maps of the series shown (None: not known yet) and the result that sets the scale."""
        self._maps, self._result = maps, result
        self._draw()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        for widget, words in (
            (self.opacity_slider, self.tr("Opacity of the map")),
            (self.kind_box, self.tr("Map over the image")),
        ):
            widget.setAccessibleName(words)
            widget.setToolTip(words)

    def _draw(self) -> None:
        for widget in (self.bar, self.kind_box, self.opacity_slider):
            widget.setVisible(self._on)
        if not self._on:
            self._view.show_map(None)
            return
        scale = scale_of(self.kind, self._result)
        self.bar.set_scale(scale)
        if self._maps is None:
            self._view.show_map(None)
        else:
            values = slice_values(self._maps, self.kind, self._view.slice_index)
            self._view.show_map((values - scale.low) / (scale.high - scale.low))

"""The middle of the window for one organ: series, image, sliders; its decay curve lies in a panel."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QWidget,
)

from ironquant.core import (
    RELAXATION,
    EchoSeries,
    Organ,
    OrganAnalysis,
    OrganMaps,
    Region,
    RegionAnalysis,
    ScannerMap,
)
from ironquant.export.pictures import choose_view, colours_of, picture_of
from ironquant.gui import language, style
from ironquant.gui.choice import Choice
from ironquant.gui.controller import Controller
from ironquant.gui.curve_panel import CurvePanel
from ironquant.gui.echostrip import EchoStrip
from ironquant.gui.excluded import ExcludedPixels
from ironquant.gui.image_view import ImageView
from ironquant.gui.maplayer import MapLayer
from ironquant.gui.moved import as_kept, as_seen, moved_words
from ironquant.gui.overlay import CornerText
from ironquant.gui.pieces import column, row, slider
from ironquant.gui.regions import listed, region_at
from ironquant.gui.segments import SegmentOutlines
from ironquant.gui.session import measured_region, region_of
from ironquant.gui.tools.hints import Hints
from ironquant.gui.tools.options import ToolOptions
from ironquant.gui.tools.regiontool import RegionTool
from ironquant.gui.tools.sketch import copied
from ironquant.resources import term

_VIEW_ASPECT = 1.35


class OrganPanel(QWidget):
    """Shows and edits one organ.

    Signals
    -------
    read_out : str
        What lies under the mouse, for the status bar.
    activated : Organ
        The mouse or the keyboard is here.
    """

    read_out = Signal(str)
    activated = Signal(object)

    def __init__(
        self, organ: Organ, controller: Controller, options: ToolOptions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.organ, self._controller = organ, controller
        self.view, self.fit = ImageView(), CurvePanel(organ, controller)
        self.tool = RegionTool(organ, self.view, options)
        self._hints = Hints(self)
        self.excluded = ExcludedPixels(self.view)
        self.segments = SegmentOutlines(self.view)
        self.corners, self.map = CornerText(self.view), MapLayer(self.view)
        self.series_label, self.series_box = QLabel(), Choice()
        self.echoes, self.slice_slider = EchoStrip(), slider()
        self._home = QRectF()
        self.slice_label = QLabel()
        self._scanner_map: ScannerMap | None = None
        self._lay_out()
        self._connect()

    # --- what the window asks for ----------------------------------------------------------------
    def set_segments_on(self, on: bool) -> None:
        """Show or hide the segments: outlines on the image, bull's-eye beside the curve."""
        self.segments.set_on(on)
        self.fit.set_bullseye_on(on)

    def step_echo(self, step: int) -> None:
        """Go to another echo."""
        self.echoes.set_value(self.echoes.value + step)

    def step_slice(self, step: int) -> None:
        """Go to another slice."""
        self.slice_slider.setValue(self.slice_slider.value() + step)

    def show_region(self) -> None:
        """Go to the slice of the region that is reported, and zoom to it."""
        region = self._region()
        if region is not None and self.view.series is not None:
            shown = choose_view(self.view.series, region, self.organ, _VIEW_ASPECT)
            self.slice_slider.setValue(shown.slice_index)
            self.view.go_home()

    def copy_region(self, step: int) -> None:
        """Copy the region that is worked on to a slice beside this one, and go there."""
        target = self.slice_slider.value() + step
        if 0 <= target <= self.slice_slider.maximum():
            self.tool.apply(partial(copied, target=target))
            self.step_slice(step)

    def toggle_current_echo(self) -> None:
        """Drop or restore the echo that is shown."""
        self._controller.toggle_echo(self.organ, self.view.echo + 1)

    def load(self) -> None:
        """Show another examination."""
        self.tool.stop()
        self.view.clear_series()
        self._fill_series()
        self.refresh()

    def refresh(self) -> None:
        """Show the reading and result of this organ."""
        series = self._series()
        if series is not self.view.series:
            self._show_series(series)
        self.refresh_regions()
        self.segments.show(self._controller.session.entry(self.organ))
        self._select_boxes()
        self.refresh_numbers()
        self.refresh_map()

    def refresh_regions(self) -> None:
        """Show the regions of the reading, measured or not."""
        session = self._controller.session
        accepted = self.organ in session.state.accepted
        regions = [
            (as_seen(region, self.view.echo + 1), style.region_colour(number, region, accepted))
            for number, region in enumerate(listed(session.entry(self.organ)))
        ]
        self.tool.show(session.blank_region(self.organ), regions)
        self._position_words()

    def refresh_numbers(self) -> None:
        """Show curve and models of the newest measurement."""
        self.fit.refresh()
        region = self._region()
        self.excluded.show(region)
        self.echoes.set_used(region.curve.echoes_used if region is not None and region.curve.te_ms else None)

    def refresh_map(self) -> None:
        """Show the map, if it is wanted and known."""
        analysis = self._analysis()
        self.map.show(self._maps(), None if analysis is None else analysis.result)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.series_label.setText(self.tr("Series"))
        self.map.retranslate()
        organ = term(str(self.organ), language.current())
        self.view.setAccessibleName(self.tr("Image, {organ}").format(organ=organ))
        self.echoes.setAccessibleName(self.tr("Echoes, {organ}").format(organ=organ))
        self.series_box.say(self.tr("Series that is measured"))
        self.slice_slider.setAccessibleName(self.tr("Slice"))
        self.slice_slider.setToolTip(self.tr("Slice"))
        self._fill_series()
        self._select_boxes()
        self._position_words()
        self.fit.retranslate()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the focus to the image."""
        self.view.setFocus()

    # --- building --------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        picture = QHBoxLayout()
        picture.setSpacing(0)
        picture.addWidget(self.view, 1)
        picture.addWidget(self.map.bar)
        whole = column(self)
        whole.addLayout(
            row(
                self.series_label,
                (self.series_box, 1),
                self.map.kind_box,
                self.map.opacity_slider,
            )
        )
        whole.addLayout(picture, 1)
        whole.addLayout(row((self.echoes, 5), self.slice_label, (self.slice_slider, 2)))
        self.series_box.setMinimumContentsLength(8)

    def _connect(self) -> None:
        controller = self._controller
        self.series_box.activated.connect(self._series_chosen)
        self.echoes.value_changed.connect(self._moved)
        self.echoes.toggle_wanted.connect(lambda echo: controller.toggle_echo(self.organ, echo))
        self.slice_slider.valueChanged.connect(self._moved)
        self.view.box.echo_stepped.connect(self.step_echo)
        self.view.box.slice_stepped.connect(self.step_slice)
        self.view.hovered.connect(self._hovered)
        self.view.view_changed.connect(self._place_corners)
        self.view.box.clicked.connect(lambda *_: self.activated.emit(self.organ))
        self.tool.changing.connect(lambda region: controller.preview_region(self._kept(region)))
        self.tool.changed.connect(lambda region: controller.set_region(self._kept(region)))
        self.tool.given_up.connect(lambda: controller.end_preview(self.organ))
        self.tool.mode_changed.connect(self._mode_changed)
        self.tool.options.changed.connect(self._mode_changed)

    # --- answering -------------------------------------------------------------------------------
    def _series_chosen(self, index: int) -> None:
        key = self.series_box.itemData(index)
        if key:
            self._controller.set_series(self.organ, str(key))

    def _moved(self) -> None:
        series = self.view.series
        if series is None:
            return
        new_slice = self.slice_slider.value() != self.view.slice_index
        self.view.set_position(self.slice_slider.value(), self.echoes.value)
        if any(region.echo_shifts for region in self._controller.session.entry(self.organ).regions):
            self.tool.moved_slice()
            self.refresh_regions()
            self.excluded.refresh()
        if new_slice:
            self.echoes.show_slice(series, self.view.slice_index, self._home)
            self.tool.moved_slice()
            self.excluded.refresh()
            self.segments.refresh()
            self.refresh_map()
        self._position_words()

    def _hovered(self, x: int, y: int) -> None:
        if x < 0 or self.view.series is None:
            self.read_out.emit("")
            return
        words = [
            self.tr("column {column}, row {row}").format(column=x + 1, row=y + 1),
            self.tr("signal {value}").format(value=f"{float(self.view.image()[y, x]):.0f}"),
        ]
        maps = self._maps()
        if maps is not None:
            place = (self.view.slice_index, y, x)
            value, quality = float(maps.t2star_ms[place]), float(maps.r_squared[place])
            words.append("T2* –" if value != value else f"T2* {value:.2f} ms   R² {quality:.4f}")
        if len(self.view.series.te_ms) > 1:
            decay = self.view.series.signal[self.view.slice_index, y, x]
            words.append(
                self.tr("echoes {values}").format(values=" · ".join(f"{level:.0f}" for level in decay))
            )
        self.read_out.emit("   ".join(words))

    def _mode_changed(self) -> None:
        has_region = region_of(self._controller.session.entry(self.organ)) is not None
        self.corners.hint = self._hints.words(self.tool, has_region)
        self.corners.update()

    def _kept(self, seen: Region) -> Region:
        """Return a region as the reading keeps it, from one that was changed on the echo that is shown."""
        base = region_at(self._controller.session.entry(self.organ), seen.site)
        return as_kept(seen, base, self.view.echo + 1)

    # --- showing ---------------------------------------------------------------------------------
    def _analysis(self) -> OrganAnalysis | None:
        return self._controller.session.organs.get(self.organ)

    def _region(self) -> RegionAnalysis | None:
        return measured_region(self._analysis())

    def _maps(self) -> OrganMaps | None:
        """Return the maps that belong to the series shown."""
        maps = self._controller.session.organ_maps(self.organ)
        if self._map_shown is not None:
            maps = colours_of(self._map_shown)
        if maps is None or self.view.series is None or maps.t2star_ms.shape != self.view.series.shape:
            return None
        return maps

    def _series(self) -> EchoSeries | None:
        examination = self._controller.session.examination
        key = self._controller.session.entry(self.organ).series_key
        if examination is None or key is None:
            return None
        shown = examination.map_by_key(key)
        if shown is None:
            return examination.series_by_key(key)
        if self.view.series is not None and self.view.series.key == key and self._scanner_map is shown:
            return self.view.series  # the picture of the map that is shown already
        self._scanner_map = shown
        return picture_of(shown)

    @property
    def _map_shown(self) -> ScannerMap | None:
        """The map of the scanner that is measured, if it is one."""
        examination = self._controller.session.examination
        key = self._controller.session.entry(self.organ).series_key
        return None if examination is None else examination.map_by_key(key)

    def _show_series(self, series: EchoSeries | None) -> None:
        self.tool.stop()
        if series is None:
            self.view.clear_series()
            self.echoes.show_slice(None, 0, self._home)
            self._position_words()
            return
        slices = series.shape[0]
        shown = choose_view(series, self._region(), self.organ, _VIEW_ASPECT)
        with QSignalBlocker(self.slice_slider), QSignalBlocker(self.echoes):
            self.slice_slider.setRange(0, slices - 1)
            self.slice_slider.setValue(shown.slice_index)
            self.echoes.set_value(0)
        for widget in (self.slice_slider, self.slice_label):
            widget.setVisible(slices > 1)
        self._home = QRectF(shown.left, shown.top, shown.width, shown.height)
        self.echoes.show_slice(series, shown.slice_index, self._home)
        self.view.show_series(series, self._home, shown.slice_index)
        self._position_words()

    def _fill_series(self) -> None:
        examination = self._controller.session.examination
        self.series_box.clear()
        for series in examination.series if examination else ():
            name = series.label or self.tr("Series without a name")
            te = f"TE {series.te_ms[0]:.2f}–{series.te_ms[-1]:.1f} ms"
            second = "  ·  " + self.tr("second choice") if series.twin_of else ""
            self.series_box.addItem(f"{name}  ·  {te}{second}", series.key)
        for shown in examination.maps if examination else ():
            if shown.quantity in RELAXATION:
                kind = self.tr("Scanner's map: {quantity}")
                kind = kind.format(quantity=term(shown.quantity, language.current()))
                self.series_box.addItem(f"{shown.label or shown.key}  ·  {kind}", shown.key)

    def _select_boxes(self) -> None:
        entry = self._controller.session.entry(self.organ)
        self.series_box.setCurrentIndex(self.series_box.findData(entry.series_key or ""))
        self.series_box.setEnabled(self.series_box.count() > 0)

    def _position_words(self) -> None:
        series = self.view.series
        if series is None:
            self.slice_label.setText(self.tr("Slice"))
            self.corners.lines = ()
            self.fit.set_current_te(None)
        else:
            shown = self._map_shown
            te = series.te_ms[self.view.echo]
            echo = f"{self.view.echo + 1}/{len(series.te_ms)}"
            slice_ = f"{self.view.slice_index + 1}/{series.shape[0]}"
            self.slice_label.setText(self.tr("Slice {position}").format(position=slice_))
            self.corners.lines = (
                term(str(self.organ), language.current()).capitalize(),
                self.tr("Echo {position}").format(position=echo) + f"   TE {te:.2f} ms"
                if shown is None
                else self.tr("Scanner's map: {quantity}").format(
                    quantity=term(shown.quantity, language.current())
                ),
                self.tr("Slice {position}").format(position=slice_),
                *moved_words(self._controller.session.active_region(self.organ), series, self.view.echo + 1),
            )
            self.fit.set_current_te(te if shown is None else None)
        self._mode_changed()

    def _place_corners(self) -> None:
        self.corners.setGeometry(self.view.rect())
        self.echoes.set_window(self.view.low, self.view.high)

"""The middle of the window for one organ: series, image, sliders, decay curve, models."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QWidget,
)

from ironquant.core import (
    RELAXATION,
    EchoSeries,
    Organ,
    OrganAnalysis,
    OrganMaps,
    RegionAnalysis,
    ScannerMap,
)
from ironquant.export.pictures import choose_view, colours_of, map_top_ms, picture_of
from ironquant.gui import language
from ironquant.gui.controller import Controller
from ironquant.gui.curve_panel import CurvePanel
from ironquant.gui.image_view import ImageView
from ironquant.gui.overlay import ColourBar, CornerText
from ironquant.gui.pieces import column, row, slider
from ironquant.gui.polygon import RegionTool
from ironquant.gui.session import measured_region, region_of
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

    def __init__(self, organ: Organ, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.organ, self._controller = organ, controller
        self.view, self.fit = ImageView(), CurvePanel(organ, controller)
        self.tool = RegionTool(organ, self.view)
        self.corners, self.bar = CornerText(self.view), ColourBar()
        self.series_label, self.series_box = QLabel(), QComboBox()
        self.echo_slider, self.slice_slider = slider(), slider()
        self.opacity_slider = slider(maximum=100)
        self.opacity_slider.setValue(60)
        self.echo_label, self.slice_label, self.opacity_label = QLabel(), QLabel(), QLabel()
        self._map_on = False
        self._top_ms = 20.0
        self._scanner_map: ScannerMap | None = None
        self._lay_out()
        self._connect()
        self.retranslate()

    # --- what the window asks for ----------------------------------------------------------------
    def set_map_on(self, on: bool) -> None:
        """Show or hide the T2* map."""
        self._map_on = on
        self.refresh_map()

    def step_echo(self, step: int) -> None:
        """Go to another echo."""
        self.echo_slider.setValue(self.echo_slider.value() + step)

    def step_slice(self, step: int) -> None:
        """Go to another slice."""
        self.slice_slider.setValue(self.slice_slider.value() + step)

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
        entry = self._controller.session.entry(self.organ)
        accepted = self.organ in self._controller.session.state.accepted
        further = tuple(region for region in entry.regions if not region.reported)
        self.tool.show(region_of(entry), accepted, further)
        self._select_boxes()
        self.refresh_numbers()
        self.refresh_map()

    def refresh_numbers(self) -> None:
        """Show curve and models of the newest measurement."""
        self.fit.refresh()

    def refresh_map(self) -> None:
        """Show the map, if it is wanted and known."""
        maps = self._maps() if self._map_on else None
        analysis = self._analysis()
        if analysis is not None and analysis.result is not None:
            self._top_ms = map_top_ms(analysis.result.t2star_ms.value)
        self.bar.set_top(self._top_ms)
        self.bar.setVisible(self._map_on)
        self.opacity_slider.setVisible(self._map_on)
        self.opacity_label.setVisible(self._map_on)
        self.view.show_map(maps, self._top_ms, self.opacity_slider.value() / 100.0)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.series_label.setText(self.tr("Series"))
        self.opacity_label.setText(self.tr("Opacity"))
        organ = term(str(self.organ), language.current())
        self.view.setAccessibleName(self.tr("Image, {organ}").format(organ=organ))
        for widget, words in (
            (self.series_box, self.tr("Series that is measured")),
            (self.echo_slider, self.tr("Echo")),
            (self.slice_slider, self.tr("Slice")),
            (self.opacity_slider, self.tr("Opacity of the map")),
        ):
            widget.setAccessibleName(words)
            widget.setToolTip(words)
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
        picture.addWidget(self.bar)
        image = QWidget()
        upper = column(image)
        upper.addLayout(row(self.series_label, (self.series_box, 1)))
        upper.addLayout(picture, 1)
        upper.addLayout(
            row(
                self.echo_label,
                (self.echo_slider, 3),
                self.slice_label,
                (self.slice_slider, 2),
                self.opacity_label,
                (self.opacity_slider, 1),
            )
        )
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(image)
        self.splitter.addWidget(self.fit)
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([560, 240])
        self.splitter.setChildrenCollapsible(False)
        column(self).addWidget(self.splitter)
        self.series_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.series_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.series_box.setMinimumContentsLength(12)

    def _connect(self) -> None:
        controller = self._controller
        self.series_box.activated.connect(self._series_chosen)
        self.echo_slider.valueChanged.connect(self._moved)
        self.slice_slider.valueChanged.connect(self._moved)
        self.opacity_slider.valueChanged.connect(self.refresh_map)
        self.view.box.echo_stepped.connect(self.step_echo)
        self.view.box.slice_stepped.connect(self.step_slice)
        self.view.hovered.connect(self._hovered)
        self.view.view_changed.connect(self._place_corners)
        self.view.box.clicked.connect(lambda *_: self.activated.emit(self.organ))
        self.tool.changing.connect(controller.preview_region)
        self.tool.changed.connect(controller.set_region)
        self.tool.mode_changed.connect(self._mode_changed)

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
        self.view.set_position(self.slice_slider.value(), self.echo_slider.value())
        if new_slice:
            self.tool.moved_slice()
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
            value = float(maps.t2star_ms[self.view.slice_index, y, x])
            words.append("T2* –" if value != value else f"T2* {value:.2f} ms")
        self.read_out.emit("   ".join(words))

    def _mode_changed(self) -> None:
        if self.tool.drawing:
            hint = self.tr("Click corners. Double click or Enter closes, Backspace removes one, Esc ends.")
        elif self.tool.editing:
            hint = self.tr("Drag a corner or the whole region. A click outside or Esc ends editing.")
        elif self.view.series is not None and not region_of(self._controller.session.entry(self.organ)):
            hint = self.tr("No region yet: P proposes one, D draws one")
        else:
            hint = ""
        self.corners.hint = hint
        self.corners.update()

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
            self._position_words()
            return
        slices = series.shape[0]
        shown = choose_view(series, self._region(), self.organ, _VIEW_ASPECT)
        for control, last, value in (
            (self.echo_slider, len(series.te_ms) - 1, 0),
            (self.slice_slider, slices - 1, shown.slice_index),
        ):
            control.blockSignals(True)
            control.setRange(0, last)
            control.setValue(value)
            control.blockSignals(False)
        for widget in (self.slice_slider, self.slice_label):
            widget.setVisible(slices > 1)
        home = QRectF(shown.left, shown.top, shown.width, shown.height)
        self.view.show_series(series, home, shown.slice_index)
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
            self.echo_label.setText(self.tr("Echo"))
            self.slice_label.setText(self.tr("Slice"))
            self.corners.lines = ()
            self.fit.curve.set_current_te(None)
        else:
            shown = self._map_shown
            te = series.te_ms[self.view.echo]
            echo = f"{self.view.echo + 1}/{len(series.te_ms)}"
            slice_ = f"{self.view.slice_index + 1}/{series.shape[0]}"
            self.echo_label.setText(self.tr("Echo {position}").format(position=echo))
            self.slice_label.setText(self.tr("Slice {position}").format(position=slice_))
            self.corners.lines = (
                term(str(self.organ), language.current()).capitalize(),
                self.tr("Echo {position}").format(position=echo) + f"   TE {te:.2f} ms"
                if shown is None
                else self.tr("Scanner's map: {quantity}").format(
                    quantity=term(shown.quantity, language.current())
                ),
                self.tr("Slice {position}").format(position=slice_),
            )
            self.fit.curve.set_current_te(te if shown is None else None)
        self._mode_changed()

    def _place_corners(self) -> None:
        self.corners.setGeometry(self.view.rect())

"""Below the image: model, echoes used, decay curve, table of all models or the history of the organ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ironquant.core import Organ, OrganReading, RegionAnalysis
from ironquant.export.wording import number_ranges
from ironquant.gui import language
from ironquant.gui.bullseye import BullseyeView
from ironquant.gui.choice import Choice
from ironquant.gui.controller import Controller
from ironquant.gui.curve_view import CurveView
from ironquant.gui.following import Absence
from ironquant.gui.model_table import ModelTable
from ironquant.gui.pieces import column, label, named, row
from ironquant.gui.session import measured_region
from ironquant.resources import term, text

if TYPE_CHECKING:
    from ironquant.gui.history_panel import HistoryPanel

_MINIMUM_HEIGHT = 120
_MINIMUM_CURVE = 210
_MINIMUM_BOX = 100
_SPACING = 4


class CurvePanel(QWidget):
    """The fit of one organ: shown, and changed by choosing a model or clicking echoes.

    Signals
    -------
    add_wanted
    edit_wanted, remove_wanted : str
        Of its history.
    """

    add_wanted = Signal()
    edit_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, organ: Organ, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._organ, self._controller = organ, controller
        self._bullseye_on, self._history_on = True, False
        self._history: HistoryPanel | None = None
        self._absence: Absence | None = None
        self._curve: CurveView | None = None
        self._residuals_on = False
        self._current_te: float | None = None
        self.table, self.bullseye = ModelTable(), BullseyeView()
        self.model_label, self.model_box = QLabel(), Choice()
        self.echoes_label, self.reset_button = label("dim"), named(QPushButton(), "flat")
        self.echoes_label.setMinimumWidth(1)  # its words are short where there is little room
        self.echoes_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.model_box.setMinimumContentsLength(18)
        self.model_box.setMinimumWidth(_MINIMUM_BOX)
        self.setMinimumHeight(_MINIMUM_HEIGHT)
        self._curves = curves = QHBoxLayout()
        curves.setSpacing(_SPACING)
        curves.addWidget(self.table)
        curves.addWidget(self.bullseye)
        whole = column(self)
        whole.addLayout(row(self.model_label, self.model_box, (self.echoes_label, 1), self.reset_button))
        whole.addLayout(curves, 1)
        self.model_box.activated.connect(self._model_chosen)
        self.reset_button.clicked.connect(lambda: controller.reset_echoes(organ))

    def refresh(self) -> None:
        """Show curve and models of the newest measurement."""
        analysis = self._controller.session.organs.get(self._organ)
        region = self._region()
        reported = analysis.result.model if analysis and analysis.result else None
        if region is not None or self.isVisible():
            fit = next((item for item in region.models if item.model == reported), None) if region else None
            self.curve.show_curve(region.curve if region else None, fit)
        elif self._curve is not None:
            self._curve.show_curve(None, None)
        self.table.show_models(region, reported)
        self.bullseye.show_organ(analysis)
        self._share_room()
        self.reset_button.setVisible(region is not None and region.curve.echoes_chosen_by == "reader")
        self.echoes_label.setText(self._echo_words(region))
        entry = self._controller.session.entry(self._organ)
        self._offer_models(entry)
        self.model_box.setCurrentIndex(max(self.model_box.findData(entry.model), 0))
        self.model_box.setEnabled(entry.series_key is not None and not self._mapped(entry))

    def showEvent(self, event: QShowEvent) -> None:
        """Make the curve, which keeps its place where nothing is measured yet."""
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._share_room()
        self.echoes_label.setText(self._echo_words(self._region()))

    def set_residuals_on(self, on: bool) -> None:
        """Show what the fit leaves over in the place of the signal, or the signal again."""
        self._residuals_on = on
        if self._curve is not None:
            self._curve.set_residuals_on(on)

    def set_current_te(self, te_ms: float | None) -> None:
        """Mark the echo that the image shows."""
        self._current_te = te_ms
        if self._curve is not None:
            self._curve.set_current_te(te_ms)

    def set_bullseye_on(self, on: bool) -> None:
        """Show the bull's-eye, where there is one, in place of the table of models, or the table again."""
        self._bullseye_on = on
        self._share_room()

    def set_history_on(self, on: bool) -> None:
        """Show the history of the organ in the place of the table of models, or the table again."""
        self._history_on = on
        self._share_room()

    def show_history(self, absence: Absence | None) -> None:
        """Show the course of the organ since the earlier examinations."""
        self._absence = absence
        if self._history is not None:
            self._history.show_history(self._controller.session, absence)
        self._share_room()

    @property
    def curve(self) -> CurveView:
        """The decay curve; made when it is first wanted, so that the window opens sooner."""
        if self._curve is None:
            self._curve = curve = CurveView()
            curve.setMinimumWidth(_MINIMUM_CURVE)
            self._curves.insertWidget(0, curve, 1)
            curve.echo_clicked.connect(lambda echo: self._controller.toggle_echo(self._organ, echo))
            curve.cut_moved.connect(
                lambda count: self._controller.set_echoes(self._organ, range(1, count + 1))
            )
            self._name_curve(curve)
            curve.set_residuals_on(self._residuals_on)
            curve.set_current_te(self._current_te)
        return self._curve

    @property
    def history(self) -> HistoryPanel:
        """The history of the organ; made when it is first wanted, so that the window opens sooner."""
        if self._history is None:
            from ironquant.gui.history_panel import HistoryPanel

            self._history = HistoryPanel(self._organ)
            self._history.add_wanted.connect(self.add_wanted)
            self._history.edit_wanted.connect(self.edit_wanted)
            self._history.remove_wanted.connect(self.remove_wanted)
            self._curves.addWidget(self._history, 3)
            self._history.retranslate()
            self._history.show_history(self._controller.session, self._absence)
        return self._history

    def _share_room(self) -> None:
        history = self._history_on
        rings = self._bullseye_on and not self.bullseye.empty and not history
        left = self.width() - _MINIMUM_CURVE
        self.bullseye.setVisible(rings)
        self.table.setVisible(not rings and not history and not self._narrow)
        if history or self._history is not None:
            self.history.setVisible(history)
            self.history.set_compact(history and self.width() < self.history.full_width)
        if self._curve is not None:
            self._curve.setVisible(not (history and left < self.history.full_width))

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        lang = language.current()
        self.model_label.setText(self.tr("Model"))
        self.model_box.say(self.tr("Fit model"))
        self.model_box.clear()
        self.model_box.addItem(self.tr("as the profile says"), None)
        self.reset_button.setText(self.tr("Automatic echoes"))
        self.reset_button.setToolTip(self.tr("Let the software choose the echoes again (R)"))
        if self._curve is not None:
            self._name_curve(self._curve)
        organ = term(str(self._organ), lang)
        self.table.setAccessibleName(self.tr("All models, {organ}").format(organ=organ))
        if self._history is not None:
            self._history.retranslate()
        self.refresh()

    def _name_curve(self, curve: CurveView) -> None:
        curve.set_titles(self.tr("Echo time (ms)"), self.tr("Signal"), self.tr("Residual (% S0)"))
        curve.setToolTip(self.tr("Click an echo to drop or restore it, drag the line behind the last one"))
        organ = term(str(self._organ), language.current())
        curve.setAccessibleName(self.tr("Decay curve, {organ}").format(organ=organ))

    @property
    def _narrow(self) -> bool:
        """Whether there is no room for the table of models beside the curve."""
        return self.width() < _MINIMUM_CURVE + 2 * _SPACING + self.table.sizeHint().width()

    def _region(self) -> RegionAnalysis | None:
        return measured_region(self._controller.session.organs.get(self._organ))

    def _mapped(self, entry: OrganReading) -> bool:
        """Whether the organ is read from a map of the scanner, which is not fitted."""
        examination = self._controller.session.examination
        return examination is not None and examination.map_by_key(entry.series_key) is not None

    def _offer_models(self, entry: OrganReading) -> None:
        """Offer the models that the series allows, and the chosen one in any case."""
        examination = self._controller.session.examination
        offered: tuple[str, ...] = ()
        if examination is not None and entry.series_key is not None and not self._mapped(entry):
            from ironquant.fitting import models_to_fit  # the solvers are loaded only now

            series = examination.series_by_key(entry.series_key)
            possible = models_to_fit(len(series.te_ms), examination.field_of(series))
            offered = tuple(dict.fromkeys((*possible, *filter(None, (entry.model,)))))
        if offered == tuple(self.model_box.itemData(row) for row in range(1, self.model_box.count())):
            return
        while self.model_box.count() > 1:
            self.model_box.removeItem(self.model_box.count() - 1)
        for model in offered:
            self.model_box.addItem(term(model, language.current()), model)

    def _model_chosen(self, index: int) -> None:
        model = self.model_box.itemData(index)
        self._controller.set_model(self._organ, str(model) if model else None)

    def _echo_words(self, region: RegionAnalysis | None) -> str:
        if region is None or not region.curve.te_ms:
            return ""
        curve = region.curve
        if self._narrow:
            return f"{number_ranges(curve.echoes_used)} / {len(curve.te_ms)}"
        return self.tr("Echoes {used} of {total}, {chosen}").format(
            used=number_ranges(curve.echoes_used),
            total=len(curve.te_ms),
            chosen=text("report", f"chosen_{curve.echoes_chosen_by}", language.current()),
        )

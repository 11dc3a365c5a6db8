"""The page on which images stand side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLabel, QToolButton, QWidget

from ironquant.core import CASE_SUFFIX, EchoSeries, ExaminationRef, Organ
from ironquant.gui import language
from ironquant.gui.compare.comparing import REPEATS, Comparing
from ironquant.gui.compare.pane import Pane
from ironquant.gui.compare.sources import Side
from ironquant.gui.compare.words import trend_words
from ironquant.gui.controller import Controller
from ironquant.gui.echostrip import CINE_MS, EchoStrip
from ironquant.gui.pieces import column, label, named, row
from ironquant.gui.session import ORGANS
from ironquant.gui.windowing import window_presets
from ironquant.resources import message, term

_FOLDER, _CASE = "folder", "case"
_ACROSS = 2
"""Images in a row, where there are no more than four."""


class ComparePage(QWidget):
    """Two examinations, or the breath-holds of one, each image following the one that is moved.

    Signals
    -------
    organ_wanted : Organ
        Another organ is to be compared.
    """

    organ_wanted = Signal(object)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self.comparing = controller, Comparing(controller)
        self.panes: list[Pane] = []
        self._lead = 0
        self._following = False
        self.organ_label, self.organ_box = QLabel(), QComboBox()
        self.with_label, self.with_box = QLabel(), QComboBox()
        self.link_button = named(QToolButton(), "flat")
        self.change, self.empty = label("changeWords", wrap=True), label("emptyText", wrap=True)
        self.change.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.change.setContentsMargins(14, 0, 14, 8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.echoes = EchoStrip()
        self._echoes_of: tuple[EchoSeries, int, QRectF] | None = None
        self._grid = QGridLayout()
        self._grid.setContentsMargins(6, 2, 6, 6)
        self._grid.setSpacing(6)
        self._lay_out()
        self._cine = QTimer(self, interval=CINE_MS)
        self._cine.timeout.connect(self._advance)
        self.organ_box.activated.connect(
            lambda _: self.organ_wanted.emit(Organ(self.organ_box.currentData()))
        )
        self.with_box.activated.connect(self._chosen)
        self.echoes.value_changed.connect(self._echo_chosen)
        self.echoes.toggle_wanted.connect(self._toggle_echo)
        self.comparing.offers_changed.connect(self._offer)
        self.comparing.changed.connect(self.refresh)
        self.retranslate()

    # --- what the window asks for ----------------------------------------------------------------
    @property
    def pane(self) -> Pane | None:
        """The image that keys act on."""
        return self.panes[self._lead] if self._lead < len(self.panes) else None

    def set_shown(self, shown: bool, organ: Organ) -> None:
        """Begin to compare an organ, or rest."""
        self.setVisible(shown)
        self._cine.stop()
        if shown:
            self.comparing.show_organ(organ)
        if shown != self.comparing.active:
            self.comparing.set_active(shown)
        if shown and self.pane is not None:
            self.pane.view.setFocus()

    def toggle_cine(self) -> None:
        """Run through the echoes, or stop."""
        if self._cine.isActive():
            self._cine.stop()
        else:
            self._cine.start()

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions of the view do on this page, by name."""
        return {
            "echo_previous": lambda: self._with_pane(lambda pane: pane.step_echo(-1)),
            "echo_next": lambda: self._with_pane(lambda pane: pane.step_echo(1)),
            "slice_previous": lambda: self._with_pane(lambda pane: pane.step_slice(-1)),
            "slice_next": lambda: self._with_pane(lambda pane: pane.step_slice(1)),
            "home": self._go_home,
            "cine": self.toggle_cine,
            "whole": lambda: self._with_pane(lambda pane: pane.view.whole_image()),
            **{f"window_{name}": partial(self._set_window, name) for name in window_presets()},
        }

    def set_linked(self, linked: bool) -> None:
        """Let the images follow each other, or each go alone."""
        self.link_button.setChecked(linked)
        if linked:
            self._follow(self.pane)

    def take_active(self) -> None:
        """Measure the organ on the breath-hold that is worked on."""
        if self.pane is not None and self.pane.side is not None:
            self.comparing.take(self.pane.side)

    def refresh(self) -> None:
        """Show what stands side by side now."""
        if not self.comparing.active:
            return
        sides = self.comparing.sides()
        fresh = len(sides) != len(self.panes)
        if fresh:
            self._make_panes(len(sides))
            self._lead = next((number for number, side in enumerate(sides) if side.own), 0)
        repeats = self.comparing.choice == REPEATS
        change = self._change_words() if len(sides) == 2 and not repeats else ""
        self.change.setText(change)
        self.change.setVisible(bool(change))
        self._following = True
        for pane, side in zip(self.panes, sides, strict=True):
            before = pane.view.series, pane.home
            pane.show_side(side, self._title(side, repeats=repeats))
            pane.take_button.setVisible(repeats)
            fresh = fresh or (pane.view.series, pane.home) != before
        self._following = False
        self._activate(min(self._lead, max(len(self.panes) - 1, 0)))
        if fresh:
            self._follow(self.pane)
        for pane in self.panes:
            pane.worst.setVisible(any(other.worst.words for other in self.panes))
        self.empty.setVisible(len(sides) < 2)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        lang = language.current()
        self.organ_label.setText(self.tr("Organ"))
        self.with_label.setText(self.tr("Compare with"))
        self.link_button.setText(self.tr("Linked"))
        for widget, words in (
            (self.organ_box, self.tr("Organ that is compared")),
            (self.with_box, self.tr("What it is compared with")),
            (self.echoes, self.tr("Echoes of the image that keys act on")),
            (self.link_button, self.tr("Slice, echo, zoom and window follow each other (Z)")),
        ):
            widget.setAccessibleName(words)
            widget.setToolTip(words)
        self.empty.setText(
            self.tr("Choose above what this examination is to be compared with: another one, or a folder.")
        )
        self.organ_box.clear()
        for organ in ORGANS:
            self.organ_box.addItem(term(str(organ), lang).capitalize(), organ)
        self._offer()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the language of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    # --- building --------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        for box in (self.organ_box, self.with_box):
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.with_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.with_box.setMinimumContentsLength(14)
        self.link_button.setCheckable(True)
        self.link_button.setChecked(True)
        whole = column(self)
        whole.addLayout(
            row(self.organ_label, self.organ_box, self.with_label, (self.with_box, 1), self.link_button)
        )
        whole.addLayout(self._grid, 1)
        whole.addLayout(row((self.echoes, 1)))
        whole.addWidget(self.change)
        whole.addWidget(self.empty)

    def _make_panes(self, count: int) -> None:
        for pane in self.panes:
            self._grid.removeWidget(pane)
            pane.hide()
            pane.deleteLater()
        self.panes, self._lead = [], 0
        across = _ACROSS if count <= 2 * _ACROSS else _ACROSS + 1
        for number in range(count):
            pane = Pane()
            pane.moved.connect(lambda pane=pane: self._moved(pane))
            pane.activated.connect(lambda number=number: self._activate(number))
            pane.take_wanted.connect(lambda pane=pane: self.comparing.take(pane.side))
            self._grid.addWidget(pane, number // across, number % across)
            self.panes.append(pane)

    # --- answering -------------------------------------------------------------------------------
    def _chosen(self, index: int) -> None:
        choice = self.with_box.itemData(index)
        if choice == _FOLDER:
            self._add(QFileDialog.getExistingDirectory(self, self.tr("Open folder")))
        elif choice == _CASE:
            wanted = self.tr("Case (*{suffix})").format(suffix=CASE_SUFFIX)
            self._add(QFileDialog.getOpenFileName(self, self.tr("Open case"), "", wanted)[0])
        else:
            self.comparing.choose(choice)

    def _add(self, path: str) -> None:
        if path:
            self.comparing.add(Path(path))
        self._offer()

    def _moved(self, pane: Pane) -> None:
        if not self._following:
            self._follow(pane)
            self._show_echoes()

    def _follow(self, lead: Pane | None) -> None:
        """Let the other images show what this one shows."""
        if lead is None or not self.link_button.isChecked() or lead.view.series is None:
            return
        self._following = True
        for pane in self.panes:
            if pane is not lead:
                pane.follow(lead)
        self._following = False

    def _activate(self, number: int) -> None:
        self._lead = number
        for index, pane in enumerate(self.panes):
            pane.set_active(index == number)
        self._show_echoes()

    def _show_echoes(self) -> None:
        """Show the echoes of the image that keys act on."""
        pane = self.pane
        with QSignalBlocker(self.echoes):
            if pane is None or pane.side is None or pane.view.series is None:
                self._echoes_of = None
                self.echoes.show_slice(None, 0, QRectF())
                return
            place = pane.view.series, pane.view.slice_index, pane.home
            if place != self._echoes_of:
                self._echoes_of = place
                self.echoes.show_slice(*place)
            self.echoes.set_value(pane.view.echo)
        reported = None if pane.side.analysis is None else pane.side.analysis.reported
        self.echoes.set_used(None if reported is None else reported.curve.echoes_used)
        self.echoes.set_window(pane.view.low, pane.view.high)

    def _echo_chosen(self, echo: int) -> None:
        self._with_pane(lambda pane: pane.step_echo(echo - pane.view.echo))

    def _toggle_echo(self, echo: int) -> None:
        """Drop or restore an echo of the examination that is read."""
        if self.pane is not None and self.pane.side is not None and self.pane.side.own:
            self._controller.toggle_echo(self.comparing.organ, echo)

    def _with_pane(self, act: Callable[[Pane], None]) -> None:
        if self.pane is not None:
            act(self.pane)

    def _set_window(self, preset: str) -> None:
        self._with_pane(lambda pane: pane.view.auto_window(preset))

    def _advance(self) -> None:
        pane = self.pane
        if pane is not None and pane.view.series is not None:
            last = pane.view.echo + 1 == len(pane.view.series.te_ms)
            pane.step_echo(-pane.view.echo if last else 1)

    def _go_home(self) -> None:
        """Zoom every image to its own organ."""
        self._following = True
        for pane in self.panes:
            pane.view.go_home()
        self._following = False

    # --- words -----------------------------------------------------------------------------------
    def _offer(self) -> None:
        comparing = self.comparing
        with QSignalBlocker(self.with_box):
            self.with_box.clear()
            if comparing.has_repeats:
                self.with_box.addItem(self.tr("Breath-holds of this examination"), REPEATS)
            for name, ref in comparing.others().items():
                self.with_box.addItem(_ref_words(ref), name)
            self.with_box.addItem(self.tr("Folder..."), _FOLDER)
            self.with_box.addItem(self.tr("Case..."), _CASE)
            self.with_box.setCurrentIndex(self.with_box.findData(comparing.choice))
        with QSignalBlocker(self.organ_box):
            self.organ_box.setCurrentIndex(self.organ_box.findData(comparing.organ))

    def _title(self, side: Side, *, repeats: bool) -> str:
        series = side.series
        name = "" if series is None else series.label or self.tr("Series without a name")
        if repeats:
            return name
        study, patient = side.examination.study, side.examination.patient
        date = study.date.isoformat() if study.date else self.tr("no date")
        who = patient.name or patient.id
        return " · ".join(part for part in (date, who, name) if part)

    def _change_words(self) -> str:
        lang, warning = language.current(), self.comparing.warning()
        if warning is not None:
            return message(warning.code, warning.params, lang)
        return trend_words(self.comparing.trend(), lang)


def _ref_words(ref: ExaminationRef) -> str:
    """Return date and patient of a listed examination."""
    none = QCoreApplication.translate("ComparePage", "no date")
    date = ref.study.date.isoformat() if ref.study.date else none
    who = ref.patient.name or ref.patient.id or ref.folder
    return " · ".join(part for part in (date, who) if part)

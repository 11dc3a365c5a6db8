"""What the reader knows of the patient beside the images."""

from __future__ import annotations

from typing import Any, get_args

from PySide6.QtCore import QLocale
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import ClinicalData
from ironquant.core.clinical import RANGES, Chelator, Diagnosis, Transfusion
from ironquant.gui import language
from ironquant.gui.pieces import accept_or_cancel, label
from ironquant.resources import term

_UNITS = {
    "ferritin_ng_per_ml": "ng/ml",
    "haemoglobin_g_per_l": "g/l",
    "lvef_percent": "%",
    "height_cm": "cm",
    "weight_kg": "kg",
}
_FIELD_WIDTH = 260
_UNIT_WIDTH = 44


class ClinicalDialog(QDialog):
    """Asks for clinical data; what is left empty is not told."""

    def __init__(self, known: ClinicalData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Clinical data"))
        self.diagnosis_box = self._choice(get_args(Diagnosis), known.diagnosis)
        self.transfusion_box = self._choice(get_args(Transfusion), known.transfusion)
        self.splenectomy_box = QComboBox()
        for words, value in ((self.tr("not told"), None), (self.tr("no"), False), (self.tr("yes"), True)):
            self.splenectomy_box.addItem(words, value)
        self.splenectomy_box.setCurrentIndex((None, False, True).index(known.splenectomy))
        self.chelator_boxes = {name: QCheckBox(self._words(name)) for name in get_args(Chelator)}
        for name, box in self.chelator_boxes.items():
            box.setChecked(name in known.chelators)
        self.numbers = {name: self._number(name, getattr(known, name)) for name in RANGES}
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.addRow(self.tr("Diagnosis"), self.diagnosis_box)
        form.addRow(self.tr("Transfusion"), self.transfusion_box)
        form.addRow(self.tr("Splenectomy"), self.splenectomy_box)
        names = {
            "ferritin_ng_per_ml": self.tr("Ferritin"),
            "haemoglobin_g_per_l": self.tr("Haemoglobin"),
            "lvef_percent": self.tr("LV ejection fraction"),
            "height_cm": self.tr("Height"),
            "weight_kg": self.tr("Weight"),
        }
        for name, words in names.items():
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(self.numbers[name], 1)
            unit = QLabel(_UNITS[name])
            unit.setMinimumWidth(_UNIT_WIDTH)
            line.addWidget(unit)
            self.numbers[name].setAccessibleName(f"{words} ({_UNITS[name]})")
            form.addRow(words, line)
        chelators = QHBoxLayout()
        chelators.setSpacing(18)
        for box in self.chelator_boxes.values():
            chelators.addWidget(box)
        chelators.addStretch(1)
        form.addRow(self.tr("Chelation"), chelators)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(12)
        whole.addLayout(form)
        whole.addWidget(
            label("dim", self.tr("Decides which follow-up is proposed. Nothing need be told."), wrap=True)
        )
        buttons, self.take_button = accept_or_cancel(self, self.tr("Take over"), self.tr("Cancel"))
        whole.addWidget(buttons)

    @property
    def clinical(self) -> ClinicalData:
        """What was told."""
        told: dict[str, Any] = {
            name: float(edit.text()) if edit.text() else None for name, edit in self.numbers.items()
        }
        return ClinicalData(
            diagnosis=self.diagnosis_box.currentData(),
            transfusion=self.transfusion_box.currentData(),
            splenectomy=self.splenectomy_box.currentData(),
            chelators=tuple(name for name, box in self.chelator_boxes.items() if box.isChecked()),
            **told,
        )

    def _words(self, key: str) -> str:
        return term(f"clinical_{key}", language.current())

    def _choice(self, keys: tuple[str, ...], chosen: str | None) -> QComboBox:
        box = QComboBox()
        box.setMinimumWidth(_FIELD_WIDTH)
        box.addItem(self.tr("not told"), None)
        for key in keys:
            box.addItem(self._words(key), key)
        box.setCurrentIndex(0 if chosen is None else box.findData(chosen))
        return box

    def _number(self, name: str, value: float | None) -> QLineEdit:
        """Return a field for a number within its range; empty: not told."""
        low, high = RANGES[name]
        edit = QLineEdit("" if value is None else f"{value:g}")
        validator = QDoubleValidator(low, high, 1, edit)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        validator.setLocale(QLocale.c())
        edit.setValidator(validator)
        edit.setPlaceholderText(self.tr("not told"))
        edit.setToolTip(f"{low:g} – {high:g} {_UNITS[name]}")
        edit.textChanged.connect(self._check)
        return edit

    def _check(self) -> None:
        """Mark numbers that cannot be right; with one of them nothing is taken."""
        wrong = {edit: bool(edit.text()) and not edit.hasAcceptableInput() for edit in self.numbers.values()}
        for edit, is_wrong in wrong.items():
            edit.setProperty("wrong", is_wrong)
            edit.style().unpolish(edit)
            edit.style().polish(edit)
        self.take_button.setEnabled(not any(wrong.values()))

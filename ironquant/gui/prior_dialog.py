"""Asks for an earlier examination from an old report."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import IronQuantError, Organ, OrganRecord, Patient, PriorExamination, Value
from ironquant.gui import language
from ironquant.gui.pieces import accept_or_cancel, form_row, label
from ironquant.resources import message

_FIELDS = (1.5, 3.0)
_FIELD_WIDTH = 300
_UNIT_WIDTH = 40
_SIGNS = {"none": "", "upper": "< ", "lower": "> "}


class PriorDialog(QDialog):
    """Date, field, values and method of an old report; a bound is typed as ``< 2`` or ``> 25``."""

    def __init__(
        self,
        patient: Patient,
        before: dt.date,
        known: PriorExamination | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Earlier examination from a report"))
        self._patient, self._known = patient, known
        self.examination: PriorExamination | None = None
        latest = QDate(before.year, before.month, before.day).addDays(-1)
        self.date_edit = QDateEdit(latest)
        self.date_edit.setDisplayFormat("yyyy-MM-dd")
        self.date_edit.setMaximumDate(latest)
        self.date_edit.setCalendarPopup(True)
        self.field_box = QComboBox()
        for field in _FIELDS:
            self.field_box.addItem(f"{field:g} T", field)
        self.field_box.addItem(self.tr("not known"), None)
        self.heart_edit, self.lic_edit, self.liver_edit = QLineEdit(), QLineEdit(), QLineEdit()
        self.method_edit, self.remark_edit = QLineEdit(), QLineEdit()
        self.problem = label(wrap=True)
        self.problem.hide()
        self._lay_out()
        if known is not None:
            self._show(known)

    def accept(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        from ironquant.library import parse_value, typed_examination

        date = self.date_edit.date()
        try:
            self.examination = typed_examination(
                self._patient,
                dt.date(date.year(), date.month(), date.day()),
                self.field_box.currentData(),
                heart_t2star_ms=parse_value(self.heart_edit.text()),
                liver_t2star_ms=parse_value(self.liver_edit.text()),
                lic_mg_per_g=parse_value(self.lic_edit.text()),
                method=self.method_edit.text(),
                remark=self.remark_edit.text(),
                uid="" if self._known is None else self._known.uid,
            )
        except IronQuantError as error:
            self.problem.setText(message(error.finding.code, error.finding.params, language.current()))
            self.problem.show()
            return
        super().accept()

    def _show(self, known: PriorExamination) -> None:
        self.date_edit.setDate(QDate(known.date.year, known.date.month, known.date.day))
        heart, liver = known.organ(Organ.HEART), known.organ(Organ.LIVER)
        field = next((entry.field_t for entry in (heart, liver) if entry is not None), None)
        self.field_box.setCurrentIndex(max(self.field_box.findData(field), 0))
        self.heart_edit.setText(_typed(None if heart is None else heart.t2star_ms))
        self.liver_edit.setText(_typed(None if liver is None else liver.t2star_ms))
        self.lic_edit.setText(_typed(_lic(liver)))
        self.method_edit.setText(known.told_method)
        self.remark_edit.setText(known.remark)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.addRow(self.tr("Date"), self.date_edit)
        form.addRow(self.tr("Field strength"), self.field_box)
        for title, edit, unit in (
            (self.tr("Heart T2*"), self.heart_edit, "ms"),
            (self.tr("Liver LIC"), self.lic_edit, "mg/g"),
            (self.tr("Liver T2*"), self.liver_edit, "ms"),
        ):
            form_row(form, title, _with_unit(edit, unit), edit)
        form.addRow(self.tr("Method"), self.method_edit)
        form.addRow(self.tr("Remark"), self.remark_edit)
        for edit in (self.heart_edit, self.lic_edit, self.liver_edit):
            edit.setPlaceholderText("12.3, < 2, > 25")
        self.method_edit.setPlaceholderText(self.tr("software, model, calibration"))
        for widget in (self.date_edit, self.field_box, self.method_edit, self.remark_edit):
            widget.setMinimumWidth(_FIELD_WIDTH)
        words = self.tr(
            "A value from a report keeps its own method: the line of the history breaks beside it, and no "
            "change is claimed."
        )
        buttons, self.keep_button = accept_or_cancel(self, self.tr("Keep"), self.tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(label("dim", words, wrap=True))
        column.addWidget(self.problem)
        column.addWidget(buttons)


def _with_unit(edit: QLineEdit, unit: str) -> QHBoxLayout:
    words = label("dim", unit)
    words.setFixedWidth(_UNIT_WIDTH)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(edit, 1)
    row.addWidget(words)
    return row


def _lic(liver: OrganRecord | None) -> Value | None:
    return None if liver is None or liver.iron is None else liver.iron.iron_mg_per_g


def _typed(value: Value | None) -> str:
    """Return a value as it was typed."""
    if value is None or value.value is None:
        return ""
    return f"{_SIGNS[value.bound]}{value.value:g}"

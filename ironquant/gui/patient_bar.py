"""The line under the tool bar: whose examination this is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ironquant.core import SOFTWARE_NAME, Examination
from ironquant.export.wording import age_words, field_words, sex_words
from ironquant.gui import language
from ironquant.gui.pieces import label


class PatientBar(QFrame):
    """Name, number, sex, age, date, scanner, field, place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patient")
        self.name, self.facts = label("patientName"), label("patientFacts")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(14)
        row.addWidget(self.name)
        row.addWidget(self.facts, 1)
        self.facts.setMinimumWidth(1)

    def show_examination(self, examination: Examination | None) -> None:
        """Show an examination; None: the name of the program."""
        lang = language.current()
        if examination is None:
            self.name.setText(SOFTWARE_NAME)
            self.facts.setText(self.tr("T2* and iron of heart and liver"))
            return
        patient, study = examination.patient, examination.study
        self.name.setText(patient.name or patient.id or self.tr("without a name"))
        facts = (
            patient.id,
            sex_words(patient, lang),
            age_words(patient, lang),
            study.date.isoformat() if study.date else "",
            f"{study.manufacturer} {study.model}".strip(),
            field_words(study, lang),
            study.institution,
        )
        words = "   ·   ".join(fact for fact in facts if fact)
        self.facts.setText(words)
        self.facts.setToolTip(words)

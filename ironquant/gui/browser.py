"""The left side: examinations found, their series, and why a series cannot be measured."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ironquant.core import SEVERITY_RANK, ExaminationRef, SeriesRef
from ironquant.gui import language, style
from ironquant.gui.pieces import label
from ironquant.gui.session import Session
from ironquant.resources import message, term, terms

_INDEX = Qt.ItemDataRole.UserRole


class Browser(QFrame):
    """Lists what was found.

    Signals
    -------
    examination_chosen : int
        Number of the examination in the session.
    """

    examination_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.heading = label("heading")
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(1)
        self.tree.setIndentation(14)
        self.tree.setRootIsDecorated(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.itemActivated.connect(self._chosen)
        self.tree.itemClicked.connect(self._chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.tree, 1)

    def show_session(self, session: Session) -> None:
        """List the examinations; the one shown is open and marked."""
        self.tree.clear()
        for index, ref in enumerate(session.refs):
            item = self._examination(index, ref, session)
            self.tree.addTopLevelItem(item)
            if index == session.current or len(session.refs) == 1:
                item.setExpanded(True)
            if index == session.current:
                self.tree.setCurrentItem(item)

    def retranslate(self, session: Session) -> None:
        """Put every word into the language of the window."""
        self.heading.setText(self.tr("Examinations"))
        self.tree.setAccessibleName(self.tr("Examinations and their series"))
        self.show_session(session)

    # --- inside ----------------------------------------------------------------------------------
    def _chosen(self, item: QTreeWidgetItem) -> None:
        index = item.data(0, _INDEX)
        if index is not None:
            self.examination_chosen.emit(int(index))

    def _examination(self, index: int, ref: ExaminationRef, session: Session) -> QTreeWidgetItem:
        study = ref.study
        name = ref.patient.name or ref.patient.id or ref.folder or self.tr("without a name")
        date = study.date.isoformat() if study.date else self.tr("no date")
        if index in session.measured:
            state = "✓ " + self.tr("measured")
        elif ref.measurable:
            state = "● " + self.tr("new")
        else:
            state = "– " + self.tr("not measurable")
        field = "" if study.field_t is None else f"{study.field_t:.2f} T"
        scanner = " ".join(part for part in (study.manufacturer, study.model, field) if part)
        item = QTreeWidgetItem([f"{name}\n{date}   {state}\n{scanner}".rstrip()])
        item.setData(0, _INDEX, index)
        words = [message(finding.code, finding.params, language.current()) for finding in ref.findings]
        item.setToolTip(0, "\n".join([name, scanner, *words]))
        if index == session.current:
            font = QFont(self.tree.font())
            font.setBold(True)
            item.setFont(0, font)
        for series in ref.series:
            item.addChild(self._series(series))
        return item

    def _series(self, series: SeriesRef) -> QTreeWidgetItem:
        lang = language.current()
        title = series.label or self.tr("Series without a name")
        facts = ""
        if series.te_ms:
            facts = f"{len(series.te_ms)} × TE {series.te_ms[0]:.2f}–{series.te_ms[-1]:.1f} ms"
        if series.component == "map":
            facts = self._map_words(series, lang)
        if series.organ_guess is not None:
            facts += f"   {term(str(series.organ_guess), lang)}"
        gravest = sorted(series.findings, key=lambda finding: -SEVERITY_RANK[finding.severity])
        words = [message(finding.code, finding.params, lang) for finding in gravest]
        shown = series.readable or series.component == "map"
        lines = [title, facts] if shown else [title, words[0] if words else facts]
        if series.twin_of:
            lines.append(self.tr("second choice"))
        why = terms(series.guess_codes, lang)
        reason = self.tr("Organ: {reason}").format(reason=why) if why else ""
        item = QTreeWidgetItem(["\n".join(line for line in lines if line)])
        item.setToolTip(0, "\n".join(line for line in (title, facts, reason, *words) if line))
        if series.twin_of or not (series.readable or series.readable_map):
            item.setForeground(0, style.colour("dim"))
        return item

    def _map_words(self, series: SeriesRef, lang: str) -> str:
        """Say which map of the scanner this is."""
        told = next((finding for finding in series.findings if finding.code == "vendor_map"), None)
        quantity = series.quantity or (str(told.params["quantity"]) if told else "other")
        return self.tr("Scanner's map: {quantity}").format(quantity=term(quantity, lang))

"""History of an organ: the plot of its course, the table of earlier examinations, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import Organ, PriorExamination, TrendPoint
from ironquant.export.course import (
    break_words,
    change_words,
    limit_words,
    point_row,
    say_history,
    short_change,
)
from ironquant.export.numbers import MISSING
from ironquant.gui import language
from ironquant.gui.following import Absence
from ironquant.gui.pieces import label, named
from ironquant.gui.session import Session
from ironquant.gui.trend_view import TrendView
from ironquant.resources import term

_COLUMNS = ("date", "value", "field", "remark")
_SHOWN = (0, 1, 3, 5)
"""Of `point_row`: the interval stands in the plot, the method in the tool tip."""
_ROW_HEIGHT = 22
_REMARK_WIDTH = 150
_UID = Qt.ItemDataRole.UserRole


class HistoryPanel(QWidget):
    """Shows the course of one organ.

    Signals
    -------
    add_wanted
    edit_wanted, remove_wanted : str
        UID of an examination that was typed in.
    """

    add_wanted = Signal()
    edit_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, organ: Organ, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._organ = organ
        self._typed: set[str] = set()
        self.plot, self.note, self.empty = TrendView(), label("dim"), label("dim", wrap=True)
        self.note.setMinimumWidth(1)  # what is too long stands in the tool tip
        self.empty.setMinimumWidth(1)
        self.empty.setMargin(8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.add_button, self.edit_button, self.remove_button = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._enable)
        self.table.itemActivated.connect(self._edit)
        self.add_button.clicked.connect(self.add_wanted)
        self.edit_button.clicked.connect(self._edit)
        self.remove_button.clicked.connect(self._remove)

    def show_history(self, session: Session, absence: Absence | None) -> None:
        """Show the course of the organ in the examination that is shown."""
        analysis, lang = session.organs.get(self._organ), language.current()
        trend = None if analysis is None else analysis.trend
        grade = analysis.result.grade if analysis is not None and analysis.result is not None else None
        self.plot.show_trend(trend, grade)
        words = [] if trend is None else [change_words(trend, lang), limit_words(trend, lang)]
        broken = () if trend is None else (point for point in trend.points if point.breaks)
        words += [f"{point.date}: {break_words(point, lang)}" for point in broken]
        self.note.setText("" if trend is None else short_change(trend, lang))
        self.note.setToolTip("\n".join(filter(None, (self.note.text(), *words))))
        self.empty.setText(self._absence_words(absence, bool(session.priors)))
        for widget in (self.plot, self.note):
            widget.setVisible(trend is not None)
        self.empty.setVisible(trend is None)
        points = {} if trend is None else {point.uid: point for point in trend.points}
        self._typed = {record.uid for record in session.priors if record.source == "typed"}
        rows = [(record.uid, self._row(record, points, session)) for record in session.priors]
        if trend is not None:
            now = trend.points[-1]
            rows.append((now.uid, self._marked(point_row(now, trend, lang))))
        self._fill(rows[::-1])
        self.add_button.setEnabled(session.examination is not None and absence in (None, "none_known"))
        self._enable()

    @property
    def full_width(self) -> int:
        """The width that plot and table need side by side."""
        table = sum(self.table.columnWidth(column) for column in range(len(_COLUMNS) - 1)) + _REMARK_WIDTH
        return int(self.plot.minimumWidth()) + table

    def set_compact(self, compact: bool) -> None:
        """Leave the table out where there is no room."""
        self._side.setVisible(not compact)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        lang = language.current()
        organ = term(str(self._organ), lang)
        self.plot.setAccessibleName(self.tr("History, {organ}").format(organ=organ))
        self.table.setAccessibleName(self.tr("Earlier examinations, {organ}").format(organ=organ))
        self.table.setHorizontalHeaderLabels([say_history(f"column_{key}", lang) for key in _COLUMNS])
        self.add_button.setText(self.tr("Add..."))
        self.add_button.setToolTip(self.tr("Type in an examination from an old report (Shift+Y)"))
        self.edit_button.setText(self.tr("Change..."))
        self.edit_button.setToolTip(self.tr("Only what was typed in can be changed"))
        self.remove_button.setText(self.tr("Remove"))
        self.remove_button.setToolTip(self.tr("Only what was typed in can be removed"))

    def _row(
        self, record: PriorExamination, points: dict[str, TrendPoint], session: Session
    ) -> tuple[str, ...]:
        trend = session.organs[self._organ].trend if record.uid in points else None
        if trend is None:
            return (record.date.isoformat(), *(MISSING,) * 4, record.remark)
        return point_row(points[record.uid], trend, language.current())

    def _marked(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """Return the row of this examination with a remark that it is."""
        lang = language.current()
        told = filter(None, (say_history("source_present", lang), row[-1]))
        return (*row[:-1], say_history("break_join", lang).join(told))

    def _fill(self, rows: list[tuple[str, tuple[str, ...]]]) -> None:
        self.table.setRowCount(len(rows))
        for number, (uid, row) in enumerate(rows):
            for column, shown in enumerate(_SHOWN):
                item = QTableWidgetItem(row[shown])
                item.setData(_UID, uid)
                item.setToolTip("\n".join(filter(None, row)))
                self.table.setItem(number, column, item)
        for column in range(len(_COLUMNS) - 1):  # the remark has the rest
            self.table.resizeColumnToContents(column)

    def _absence_words(self, absence: Absence | None, known: bool) -> str:
        if known:
            return self.tr("No earlier value of this organ can be set beside that of this examination.")
        return {
            None: "",
            "no_patient_id": self.tr("The images tell no patient ID: earlier examinations cannot be found."),
            "no_date": self.tr("The images tell no date: no examination is known to be earlier."),
            "none_known": self.tr(
                "No earlier examination of this patient is known.\n"
                "An examination is kept when its case, report or results are saved, or when you go on to the "
                "next one. Values of an old report can be typed in."
            ),
        }[absence]

    def _chosen(self) -> str:
        item = self.table.currentItem()
        uid = "" if item is None or not item.isSelected() else str(item.data(_UID))
        return uid if uid in self._typed else ""

    def _enable(self) -> None:
        chosen = bool(self._chosen())
        self.edit_button.setEnabled(chosen)
        self.remove_button.setEnabled(chosen)

    def _edit(self) -> None:
        if uid := self._chosen():
            self.edit_wanted.emit(uid)

    def _remove(self) -> None:
        if uid := self._chosen():
            self.remove_wanted.emit(uid)

    def _lay_out(self) -> None:
        table = self.table
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setMinimumSectionSize(1)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add_button, self.edit_button, self.remove_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            named(button, "flat")
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(2)
        side.addWidget(table, 1)
        side.addLayout(buttons)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.plot, 1)
        main.addWidget(self.note)
        main.addWidget(self.empty, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(main, 1)
        whole.addWidget(self._side, 1)

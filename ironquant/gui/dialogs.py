"""Small dialogs: save the report, keys, about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, echo_times_of
from ironquant.export.signing_block import State
from ironquant.gui import style
from ironquant.gui.pieces import accept_or_cancel, form_row, label
from ironquant.gui.reporting.fields import choice, report_languages, state_words

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Title, and key and words of each action."""
_COLUMNS = 3
_GAP = 10
_KEYS_HEIGHT = 620
"""On a screen of 768 pixels."""


class ReportDialog(QDialog):
    """Asks for language, state and file of the report."""

    def __init__(self, path: Path, lang: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Save report"))
        self.language_box = report_languages(lang)
        self.state_box = choice((state_words(state), state) for state in ("draft", "preliminary"))
        self.file_edit = QLineEdit(str(path))
        self.file_edit.setMinimumWidth(380)
        browse = QPushButton(self.tr("Browse..."))
        browse.clicked.connect(self._browse)
        file_row = QHBoxLayout()
        file_row.addWidget(self.file_edit, 1)
        file_row.addWidget(browse)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(self.tr("Language of the report"), self.language_box)
        form.addRow(self.tr("State of the report"), self.state_box)
        form_row(form, self.tr("File"), file_row, self.file_edit)
        buttons, self.save_button = accept_or_cancel(self, self.tr("Save"), self.tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(buttons)

    @property
    def path(self) -> Path:
        """The file chosen."""
        path = Path(self.file_edit.text().strip())
        return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")

    @property
    def lang(self) -> str:
        """The language chosen."""
        return str(self.language_box.currentData())

    @property
    def state(self) -> State:
        """The state chosen."""
        return "preliminary" if self.state_box.currentData() == "preliminary" else "draft"

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save report"), self.file_edit.text(), self.tr("PDF files (*.pdf)")
        )
        if chosen:
            self.file_edit.setText(chosen)


class EchoTimesDialog(QDialog):
    """Asks for the echo times of NIfTI files that do not tell them."""

    def __init__(self, n_volumes: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Echo times"))
        words = QLabel(
            self.tr(
                "These NIfTI images do not tell their echo times (volumes: {number}).\n"
                "Give them in ms, in the order of the volumes: 1.2, 2.4, 3.6 or first:step:number."
            ).format(number=n_volumes)
        )
        self.times_edit = QLineEdit()
        self.times_edit.setPlaceholderText("1.2:1.2:8")
        self.times_edit.setAccessibleName(self.tr("Echo times"))
        self.times_edit.setMinimumWidth(380)
        self.times_edit.textChanged.connect(self._judge)
        buttons, self.use_button = accept_or_cancel(self, self.tr("Use"), self.tr("Cancel"))
        self.use_button.setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        for part in (words, self.times_edit, buttons):
            column.addWidget(part)

    @property
    def te_ms(self) -> tuple[float, ...] | None:
        """The echo times given, None while they are none."""
        return echo_times_of(self.times_edit.text())

    def _judge(self) -> None:
        self.use_button.setEnabled(self.te_ms is not None)


class KeysDialog(QDialog):
    """The cheat sheet of keys and mouse; what is typed leaves the rows that hold it."""

    def __init__(self, groups: Groups, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(11)
        grid.setVerticalSpacing(2)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for side, part in enumerate(_in_columns(groups)):
            row = 0
            for title, rows in part:
                grid.addWidget(label("cardTitle", title), row, 3 * side, 1, 2)
                row += 1
                for key, words in rows:
                    self._rows.append((label("dim", key), QLabel(words)))
                    for place, part_label in enumerate(self._rows[-1]):
                        grid.addWidget(part_label, row, 3 * side + place)
                    row += 1
                grid.addWidget(QLabel(), row, 3 * side)
                row += 1
            grid.setColumnMinimumWidth(3 * side + 2, _GAP if side < _COLUMNS - 1 else 0)
        grid.setRowStretch(grid.rowCount(), 1)
        self.filter_edit = QLineEdit()
        self.filter_edit.setPlaceholderText(self.tr("Find a key"))
        self.filter_edit.setAccessibleName(self.tr("Find a key"))
        self.filter_edit.setClearButtonEnabled(True)
        self.filter_edit.textChanged.connect(self._leave)
        scroll = QScrollArea()
        scroll.setWidget(sheet)
        scroll.setAccessibleName(self.tr("Keys and mouse"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(sheet.sizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 8, 14)
        column.setSpacing(10)
        for widget in (self.filter_edit, scroll, buttons):
            column.addWidget(widget)
        self.resize(self.sizeHint().width(), _KEYS_HEIGHT)

    def _leave(self, wanted: str) -> None:
        for key, words in self._rows:
            fits = wanted.casefold() in f"{key.text()} {words.text()}".casefold()
            key.setVisible(fits)
            words.setVisible(fits)


def _in_columns(groups: Groups) -> list[list[tuple[str, Sequence[tuple[str, str]]]]]:
    """Return the groups in their order as columns, the highest as low as it can be."""

    def height(part: Groups) -> int:
        return sum(len(rows) + 2 for _, rows in part)

    places = range(len(groups) + 1)
    cuts = combinations_with_replacement(places, _COLUMNS - 1)
    divided = [
        [list(groups[start:end]) for start, end in pairwise((0, *inner, len(groups)))] for inner in cuts
    ]
    return min(divided, key=lambda columns: max(height(part) for part in columns))


class AboutDialog(QDialog):
    """Name, version, purpose, licence."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About {name}").format(name=SOFTWARE_NAME))
        picture = QLabel()
        style.set_picture(picture, "app", "accent", 56)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(label("emptyTitle", f"{SOFTWARE_NAME} {SOFTWARE_VERSION}"))
        for sentence in (
            self.tr("T2*/R2* iron quantification of heart and liver from multi-echo gradient-echo MRI."),
            self.tr("For research use; not a certified medical device."),
            self.tr("Licence: Apache-2.0. Fonts: SIL Open Font License 1.1."),
        ):
            words.addWidget(label(words=sentence, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(picture)
        row.addLayout(words, 1)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(16)
        column.addLayout(row)
        column.addWidget(buttons)
        self.setMinimumWidth(460)

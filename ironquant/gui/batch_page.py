"""The batch page: a cohort measured beside the window's other work, with rate, time left and failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import CancelToken, Finding, Progress, Settings
from ironquant.gui import language
from ironquant.gui.pieces import form_row, label, named
from ironquant.gui.tasks import TaskRunner
from ironquant.resources import message, text

if TYPE_CHECKING:
    from ironquant.batch import Tally

CHANNEL = "batch"
_WIDTH = 420
_FAILURES_SHOWN = 500
_SIZE = (640, 520)


@dataclass(frozen=True)
class BatchWish:
    """What the user chose."""

    root: Path
    out: Path
    settings: Settings
    report: bool
    retry_failed: bool


class BatchPage(QDialog):
    """A window of its own, so that reading goes on meanwhile; closing it leaves the batch running."""

    _told = Signal(object)

    def __init__(
        self, tasks: TaskRunner, settings_of: Callable[[], Settings], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._settings_of = tasks, settings_of
        self._token: CancelToken | None = None
        self.setWindowTitle(self.tr("Measure a cohort"))
        self.resize(*_SIZE)
        self.root_edit, self.out_edit = QLineEdit(), QLineEdit()
        self.report_box = QCheckBox(self.tr("Write the report of every examination"))
        self.retry_box = QCheckBox(self.tr("Try again what failed before"))
        self.bar = QProgressBar()
        self.words = label("", "", wrap=True)
        self.failures = QListWidget()
        self.failures.setWordWrap(True)
        self.failures.hide()  # until there are any
        self.failures.setAccessibleName(self.tr("Failed examinations"))
        self.start_button = named(QPushButton(self.tr("Start or go on")), "primary")
        self.cancel_button = QPushButton(self.tr("Cancel the batch"))
        self.open_button = QPushButton(self.tr("Show the results"))
        self._lay_out()
        self.start_button.clicked.connect(lambda _=False: self.start())
        self.cancel_button.clicked.connect(lambda _=False: self.cancel())
        self.open_button.clicked.connect(lambda _=False: self._show_results())
        self.root_edit.textChanged.connect(self._enable)
        self.out_edit.textChanged.connect(self._enable)
        self._told.connect(self.show_tally)
        self._enable()

    @property
    def running(self) -> bool:
        """Whether a batch runs."""
        return self._token is not None

    def start(self) -> None:
        """Begin, or go on with what is unfinished in the folder."""
        wish = BatchWish(
            Path(self.root_edit.text().strip()),
            Path(self.out_edit.text().strip()),
            self._settings_of(),
            self.report_box.isChecked(),
            self.retry_box.isChecked(),
        )
        self._token = CancelToken()
        self.failures.clear()
        self.failures.hide()
        self.words.clear()
        self.bar.setRange(0, 0)
        self._tasks.start(
            CHANNEL, partial(_measure, wish, self._token, self._told.emit), self._ended, self._failed
        )
        self._enable()

    def cancel(self) -> None:
        """Ask the batch to end; what is finished stays."""
        if self._token is not None:
            self._token.cancel()
            self.cancel_button.setEnabled(False)

    def show_tally(self, tally: Tally) -> None:
        """Show how far it is."""
        lang = language.current()
        if tally.phase == "end":
            return
        self.bar.setRange(0, tally.total if tally.total and tally.phase != "tables" else 0)
        self.bar.setValue(tally.ended)
        parts = [f"{text('batch', f'phase_{tally.phase}', lang)}: {tally.ended} / {tally.total}"]
        if tally.phase == "measure" and tally.per_hour is not None:
            parts.append(text("batch", "rate", lang, rate=tally.per_hour))
            parts.append(text("batch", "left", lang, minutes=(tally.left_s or 0.0) / 60))
        if tally.failed:
            parts.append(text("batch", "n_failed", lang, n=tally.failed))
        self.words.setText(" · ".join(parts))
        if tally.reason is not None and self.failures.count() < _FAILURES_SHOWN:
            told = message(tally.reason.code, tally.reason.params, lang)
            self.failures.addItem(f"{tally.job}: {told}")
            self.failures.show()

    def _ended(self, last: Tally) -> None:
        self._token = None
        self.bar.setRange(0, max(1, last.total))
        self.bar.setValue(self.bar.maximum())
        counts = {"n": last.total, "n_done": last.done, "n_kept": last.kept, "n_failed": last.failed}
        self.words.setText(text("batch", "concluded", language.current(), **counts))
        self._enable()

    def _failed(self, finding: Finding) -> None:
        self._token = None
        self.bar.setRange(0, 1)
        self.bar.reset()
        self.words.setText(message(finding.code, finding.params, language.current()))
        self._enable()

    def _enable(self) -> None:
        places = self.root_edit.text().strip() and self.out_edit.text().strip()
        self.start_button.setEnabled(bool(places) and not self.running)
        self.cancel_button.setEnabled(self.running)
        self.open_button.setEnabled(bool(self.out_edit.text().strip()))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, edit, browse in (
            (self.tr("Examinations"), self.root_edit, self._browse_root),
            (self.tr("Folder for the results"), self.out_edit, self._browse_out),
        ):
            edit.setMinimumWidth(_WIDTH)
            button = QPushButton(self.tr("Browse..."))
            button.clicked.connect(lambda _=False, ask=browse: ask())
            line = QHBoxLayout()
            line.addWidget(edit, 1)
            line.addWidget(button)
            form_row(form, title, line, edit)
        hint = self.tr(
            "Every examination below the folder is measured with the settings of this window. An unfinished "
            "batch goes on where it was ended; patients have pseudonyms, and a key file tells who they are."
        )
        form.addRow(label("dim", hint, wrap=True))
        form.addRow(self.report_box)
        form.addRow(self.retry_box)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addWidget(self.failures, 100)
        column.addStretch(1)
        column.addLayout(buttons)

    def _browse_root(self) -> None:
        self._put(self.root_edit, QFileDialog.getExistingDirectory(self, self.tr("Examinations")))

    def _browse_out(self) -> None:
        self._put(self.out_edit, QFileDialog.getExistingDirectory(self, self.tr("Folder for the results")))

    def _put(self, edit: QLineEdit, chosen: str) -> None:
        if chosen:
            edit.setText(chosen)

    def _show_results(self) -> None:
        folder = Path(self.out_edit.text().strip())
        sheet = folder / "contact.html"
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(sheet if sheet.is_file() else folder)))


def _measure(
    wish: BatchWish,
    own: CancelToken,
    tell: Callable[[Tally], None],
    progress: Progress,
    ends: CancelToken,
) -> Tally:
    """Run the batch in a background thread; return the last count."""
    from ironquant.batch import BatchOptions, Tally, run

    last = [Tally("measure")]

    def watch(tally: Tally) -> None:
        if tally.phase == "measure":
            last[0] = tally
        if ends.cancelled:  # the window is closing
            own.cancel()
        tell(tally)

    options = BatchOptions(report=wish.report)
    for _ in run(
        wish.root,
        wish.out,
        options,
        settings=wish.settings,
        retry_failed=wish.retry_failed,
        watch=watch,
        cancel=own,
    ):
        pass
    return last[0]

"""Offers the work of earlier starts that was not saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMessageBox,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import SOFTWARE_NAME, Finding
from ironquant.gui import language
from ironquant.gui.keeper import Keeper, Unfinished
from ironquant.gui.pieces import label
from ironquant.resources import message

_ITEM = Qt.ItemDataRole.UserRole
_SIZE = (720, 320)


class UnfinishedDialog(QDialog):
    """Lists what was not saved; the reader opens it, throws it away, or leaves it for later."""

    def __init__(self, keeper: Keeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unfinished work"))
        self._keeper = keeper
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels([self.tr("Examination"), self.tr("Last change"), self.tr("Images")])
        self.list.setAccessibleName(self.tr("Unfinished work"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(True)
        self.list.itemActivated.connect(self._open)
        self.list.currentItemChanged.connect(self._enable)
        buttons = QDialogButtonBox()
        self.open_button = buttons.addButton(self.tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.discard_button = buttons.addButton(
            self.tr("Discard"), QDialogButtonBox.ButtonRole.DestructiveRole
        )
        self.later_button = buttons.addButton(self.tr("Later"), QDialogButtonBox.ButtonRole.RejectRole)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        self.discard_button.clicked.connect(self._discard)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        words = self.tr(
            "These readings were not saved as a case. They are kept on this computer until they are saved "
            "or discarded, and come back too when the same images are opened."
        )
        column.addWidget(label(words=words, wrap=True))
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(*_SIZE)
        self._fill()

    def _fill(self) -> None:
        self.list.clear()
        for unfinished in self._keeper.unfinished:
            entry = unfinished.entry
            written = f"{entry.written.astimezone():%Y-%m-%d %H:%M}"
            item = QTreeWidgetItem([entry.label, written, entry.origin.source])
            item.setData(0, _ITEM, unfinished)
            item.setToolTip(2, entry.origin.source)
            self.list.addTopLevelItem(item)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._enable()

    def _enable(self) -> None:
        chosen = self._chosen is not None
        self.open_button.setEnabled(chosen)
        self.discard_button.setEnabled(chosen)

    @property
    def _chosen(self) -> Unfinished | None:
        item = self.list.currentItem()
        return None if item is None else item.data(0, _ITEM)

    def _open(self) -> None:
        if self._chosen is not None:
            self._keeper.resume(self._chosen)
            self.accept()

    def _discard(self) -> None:
        if self._chosen is not None:
            self._keeper.discard(self._chosen)
            self._fill()


def ask_to_lose(failure: Finding, parent: QWidget) -> bool:
    """Ask whether to close although what is not saved cannot be kept."""
    asked = _Question(parent)
    asked.setInformativeText(message(failure.code, failure.params, language.current()))
    asked.exec()
    return asked.clickedButton() is asked.lose_button


class _Question(QMessageBox):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle(SOFTWARE_NAME)
        self.setText(self.tr("What is not saved cannot be kept, and would be lost."))
        self.lose_button = self.addButton(
            self.tr("Close and lose it"), QMessageBox.ButtonRole.DestructiveRole
        )
        self.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)

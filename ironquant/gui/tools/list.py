"""The regions of the active organ in rows: colour, name, pixels, T2*, and which one is reported."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import Organ, RegionAnalysis
from ironquant.export.numbers import MISSING, format_value
from ironquant.gui import language, style
from ironquant.gui.pieces import label, named
from ironquant.gui.regions import listed
from ironquant.gui.session import Session
from ironquant.resources import term

_NAME, _PIXELS, _T2STAR = range(3)
_SITE = Qt.ItemDataRole.UserRole
_SWATCH = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RegionList(QFrame):
    """Lists regions; the highlighted one is worked on, the one with a filled mark is reported.

    Signals
    -------
    chosen, reported : str
    renamed : str, str
        Former name and the one typed.
    new_wanted, delete_wanted
    """

    chosen = Signal(str)
    reported = Signal(str)
    renamed = Signal(str, str)
    new_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.heading = label("heading")
        self.new_button, self.delete_button = _button("new"), _button("delete")
        self.tree = named(QTreeWidget(), "regions")
        self.tree.setColumnCount(3)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column in (_PIXELS, _T2STAR):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            self.tree.headerItem().setTextAlignment(column, _RIGHT)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.setSpacing(2)
        head.addWidget(self.heading, 1)
        head.addWidget(self.new_button)
        head.addWidget(self.delete_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.tree, 1)
        self.tree.currentItemChanged.connect(self._current_changed)
        self.tree.itemChanged.connect(self._item_changed)
        self.tree.itemDoubleClicked.connect(lambda item, _: self.tree.editItem(item, _NAME))
        self.tree.installEventFilter(self)
        self.new_button.clicked.connect(self.new_wanted)
        self.delete_button.clicked.connect(self.delete_wanted)

    def show_organ(self, session: Session, organ: Organ) -> None:
        """List the regions of an organ."""
        active = session.active_site(organ)
        regions = listed(session.entry(organ))
        analysis, accepted = session.organs.get(organ), organ in session.state.accepted
        measured = {item.region.site: item for item in analysis.regions} if analysis else {}
        model = analysis.result.model if analysis and analysis.result else None
        lang = language.current()
        name = term(str(organ), lang)
        self.heading.setText(self.tr("Regions: {organ}").format(organ=name))
        begun = session.begun.get(organ)
        with QSignalBlocker(self.tree):
            self._have_rows([*(region.site for region in regions), *filter(None, (begun,))])
            for number, region in enumerate(regions):
                item = self._row(number)
                item.setText(_NAME, term(region.site, lang))
                item.setToolTip(_NAME, term(region.site, lang))
                item.setIcon(_NAME, _swatch(style.region_colour(number, region, accepted)))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
                mark = Qt.CheckState.Checked if region.reported else Qt.CheckState.Unchecked
                item.setCheckState(_NAME, mark)
                _fill(item, measured.get(region.site), model, lang)
            if begun is not None:
                item = self._row(len(regions))
                item.setText(_NAME, begun)
                item.setIcon(_NAME, _swatch(style.shade("dim")))
                item.setForeground(_NAME, style.colour("dim"))
                item.setToolTip(_NAME, self.tr("to be drawn"))
                _fill(item, None, None, lang)
            self._mark_row(active)
        self.new_button.setEnabled(bool(regions))
        self.delete_button.setEnabled(self.tree.topLevelItemCount() > 0)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.tree.setHeaderLabels([self.tr("Name"), self.tr("Pixels"), self.tr("T2* (ms)")])
        self.tree.setAccessibleName(self.tr("Regions"))
        self.tree.setToolTip(
            self.tr("Mark: the region that is reported. Double click or F2: another name. Delete: take away.")
        )
        for button, words in (
            (self.new_button, self.tr("New region (Ctrl+N)")),
            (self.delete_button, self.tr("Delete the region (Del)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """F2 renames."""
        if watched is self.tree and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            item = self.tree.currentItem()
            if event.key() == Qt.Key.Key_F2 and item is not None:
                self.tree.editItem(item, _NAME)
                return True
        return super().eventFilter(watched, event)

    def _have_rows(self, sites: list[str]) -> None:
        """Have a row for every region; rows that stay are kept, with the name that is being typed."""
        rows = [self._row(number) for number in range(self.tree.topLevelItemCount())]
        if [item.data(_NAME, _SITE) for item in rows] == sites:
            return
        self.tree.clear()
        for site in sites:
            item = QTreeWidgetItem()
            item.setData(_NAME, _SITE, site)
            item.setTextAlignment(_PIXELS, _RIGHT)
            item.setTextAlignment(_T2STAR, _RIGHT)
            self.tree.addTopLevelItem(item)

    def _row(self, number: int) -> QTreeWidgetItem:
        item = self.tree.topLevelItem(number)
        assert item is not None
        return item

    def _mark_row(self, site: str) -> None:
        for number in range(self.tree.topLevelItemCount()):
            item = self._row(number)
            if item.data(_NAME, _SITE) == site and item is not self.tree.currentItem():
                self.tree.setCurrentItem(item)

    def _current_changed(self, item: QTreeWidgetItem | None, _: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(_NAME, _SITE)))

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        """Take a click on the mark, or a name that was typed."""
        if column != _NAME:
            return
        site = str(item.data(_NAME, _SITE))
        if item.text(_NAME) != term(site, language.current()):
            self.renamed.emit(site, item.text(_NAME))
        else:
            self.reported.emit(site)


def _fill(item: QTreeWidgetItem, measured: RegionAnalysis | None, model: str | None, lang: str) -> None:
    fitted = measured.model(model) if measured and model else None
    item.setText(_PIXELS, MISSING if measured is None else str(measured.n_pixels))
    item.setText(_T2STAR, MISSING if fitted is None else format_value(fitted.t2star_ms, "t2star_ms", lang))


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(style.colour("dim"))  # a rim: a light colour stands on a light ground
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect().adjusted(1, 1, -1, -1), QColor(colour))
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # otherwise a highlighted row would tint it
    return icon


def _button(icon: str) -> QToolButton:
    button = QToolButton()
    style.set_icon(button, icon)
    button.setAutoRaise(True)
    return button

"""Which words of a window are cut off or lie over each other; for the tests and docs/make_screenshots.py.

Words that are cut on purpose are excused where the tool tip holds them whole.
"""

from itertools import combinations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPaintDevice, QPaintEngine, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

_SLACK = 1
_ELLIPSIS = "…"
_TAB_PADDING = 8
_ROUNDS = 6
_OFF = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def faults(root):
    """Return a line for each word that is cut or covered in a window that is shown."""
    for _ in range(_ROUNDS):  # a layout asks the one around it, which asks the next
        QApplication.processEvents()
    seen = [root, *(widget for widget in root.findChildren(QWidget) if _is_seen(widget, root))]
    found = []
    for widget in seen:
        for words, why in _cut(widget):
            found.append(f"{_name(widget)}: {words!r} {why}")
        for words, why in _painted(widget):
            found.append(f"{_name(widget)}: {words!r} {why}")
    found += _covered([widget for widget in seen if _words(widget)], root)
    return found


def _is_seen(widget, root):
    return widget.isVisibleTo(root) and widget.window() is root.window()


def _name(widget):
    """Return the path of a widget, as far as it tells."""
    names = []
    while widget is not None and len(names) < 4:
        names.append(widget.objectName() or widget.accessibleName() or type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(names)


def _words(widget):
    """Return the words of a widget that shows words and nothing else."""
    if isinstance(widget, QLabel):
        return widget.text()
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return "" if not widget.icon().isNull() else widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    return ""


def _told(words, tip):
    return bool(words) and " ".join(words.split()) in " ".join(tip.split())


# --- widgets that know how much room they need ---------------------------------------------------
def _cut(widget):
    if isinstance(widget, QHeaderView):
        yield from _cut_titles(widget)
    elif isinstance(widget, QAbstractItemView):
        yield from _cut_cells(widget)
    elif isinstance(widget, QTabBar):
        yield from _cut_tabs(widget)
    elif isinstance(widget, QToolBar):
        extension = widget.findChild(QToolButton, "qt_toolbar_ext_button")
        if extension is not None and extension.isVisible():
            yield widget.windowTitle(), "has tools that do not fit"
    elif isinstance(widget, QScrollArea):
        inner = widget.widget()
        if (
            inner is not None
            and widget.horizontalScrollBarPolicy() == _OFF
            and inner.minimumSizeHint().width() > widget.viewport().width() + _SLACK
        ):
            yield inner.objectName(), "is wider than what is seen of it"
    elif (words := _words(widget)) and not _told(words, widget.toolTip()):
        needed, room = _needed(widget, words), _room(widget)
        if needed.width() > room.width() + _SLACK:
            yield words, f"needs {needed.width()} pixels of {room.width()}"
        elif needed.height() > room.height() + _SLACK:
            yield words, f"needs a height of {needed.height()} pixels of {room.height()}"


def _needed(widget, words):
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel) and widget.wordWrap():
        margins = widget.contentsMargins()
        around = margins.left() + margins.right() + 2 * widget.margin()
        longest = max(metrics.horizontalAdvance(word) for word in _unbroken(words))
        return QSize(longest + around, widget.heightForWidth(widget.width()))
    if isinstance(widget, QComboBox | QLineEdit):
        return QSize(metrics.horizontalAdvance(words), metrics.height() - 2)
    return widget.sizeHint()


def _unbroken(words):
    """Return what cannot be broken: words; of Chinese single characters."""
    return [part for word in words.split() for part in ([word] if word.isascii() else list(word))] or [""]


def _room(widget):
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        return widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget).size()
    if isinstance(widget, QLineEdit) and not isinstance(widget.parentWidget(), QAbstractSpinBox):
        return widget.size() - QSize(12, 0)
    return widget.size()


def _cut_titles(header):
    if header.orientation() != Qt.Orientation.Horizontal:
        return
    model = header.model()
    for column in range(header.count()):
        words = str(model.headerData(column, header.orientation()) or "")
        tip = str(model.headerData(column, header.orientation(), Qt.ItemDataRole.ToolTipRole) or "")
        if header.isSectionHidden(column) or not words or _told(words, tip):
            continue
        needed, has = header.sectionSizeHint(column), header.sectionSize(column)
        if needed > has + _SLACK:
            yield words, f"needs {needed} pixels of {has}"
        elif header.sectionViewportPosition(column) + has > header.viewport().width() + _SLACK:
            yield words, "lies outside"


def _cut_cells(view):
    model = view.model()
    if model is None:
        return
    for index in _indexes(view, model, view.rootIndex()):
        rect = view.visualRect(index)
        if rect.isEmpty() and view.indexWidget(index) is None and not _hidden(view, index):
            rect = QRect(rect.topLeft(), QSize(0, 1))
        if _hidden(view, index) or rect.bottom() < 0 or rect.top() > view.viewport().height():
            continue
        tip, words = str(index.data(Qt.ItemDataRole.ToolTipRole) or ""), str(index.data() or "")
        needed = view.sizeHintForIndex(index).width()
        room = min(rect.width(), view.viewport().width() - max(rect.left(), 0))
        if not words or needed <= room + _SLACK:
            continue
        metrics = view.fontMetrics()
        lines = words.split("\n")
        around = needed - max(metrics.horizontalAdvance(line) for line in lines)
        for line in lines:
            if metrics.horizontalAdvance(line) + around > room + _SLACK and not _told(line, tip):
                yield line, f"needs {metrics.horizontalAdvance(line) + around} pixels of {room}"


def _indexes(view, model, parent):
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield index
            if column == 0 and model.rowCount(index) and getattr(view, "isExpanded", bool)(index):
                yield from _indexes(view, model, index)


def _hidden(view, index):
    return hasattr(view, "isColumnHidden") and view.isColumnHidden(index.column())


def _cut_tabs(tabs):
    for number in range(tabs.count()):
        words, rect = tabs.tabText(number), tabs.tabRect(number)
        needed = tabs.fontMetrics().horizontalAdvance(words) + _TAB_PADDING
        if not tabs.isTabVisible(number) or _told(words, tabs.tabToolTip(number)):
            continue
        if needed > rect.width() or not tabs.rect().adjusted(-2, -2, 2, 2).contains(rect):
            yield words, f"needs {needed} pixels of {rect.intersected(tabs.rect()).width()}"


# --- words that widgets paint --------------------------------------------------------------------
class _Catcher(QPaintEngine):
    """Takes every word that is painted, and where."""

    def __init__(self):
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.caught = []

    def begin(self, device):
        return True

    def end(self):
        return True

    def type(self):
        return QPaintEngine.Type.User

    def drawTextItem(self, place, item):
        box = QRectF(place.x(), place.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        self.caught.append((item.text(), self.painter().combinedTransform().mapRect(box)))

    def _nothing(self, *_):
        pass

    updateState = drawPixmap = drawImage = drawTiledPixmap = _nothing
    drawPath = drawPolygon = drawRects = drawLines = drawPoints = drawEllipse = _nothing


class _Paper(QPaintDevice):
    """A paper as large as a widget."""

    def __init__(self, size):
        super().__init__()
        self._size, self.catcher = size, _Catcher()

    def paintEngine(self):
        return self.catcher

    def metric(self, what):
        kind = QPaintDevice.PaintDeviceMetric
        known = {
            kind.PdmWidth: self._size.width(),
            kind.PdmHeight: self._size.height(),
            kind.PdmDepth: 32,
            kind.PdmNumColors: 1 << 24,
            kind.PdmDevicePixelRatio: 1,
            kind.PdmDevicePixelRatioScaled: 1 << 16,
        }
        return known.get(what, 96)  # the others are dots per inch


def painted_words(widget):
    """Return the words that a widget itself paints, each with its place, once."""
    paper = _Paper(widget.size())
    if isinstance(widget, QGraphicsView):
        painter = QPainter(paper)
        widget.render(painter)
        painter.end()
    else:
        widget.render(paper, QPoint(), renderFlags=QWidget.RenderFlag(0))
    kept = []
    for words, box in paper.catcher.caught:
        again = any(words == other and abs(box.x() - there.x()) < 3 and abs(box.y() - there.y()) < 3
                    for other, there in kept)  # fmt: skip
        if words.strip() and not again:  # a shadow is the same words a pixel beside
            kept.append((words, box))
    return kept


def _painted(widget):
    ours = type(widget).__module__.startswith("ironquant.gui") and "paintEvent" in vars(type(widget))
    if not (ours or isinstance(widget, QGraphicsView)) or widget.size().isEmpty():
        return
    paper = QRectF(widget.rect()).adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)
    shown = [(words, box) for words, box in painted_words(widget) if box.intersects(paper)]
    for words, box in shown:
        if not paper.contains(box.adjusted(0, 3, 0, -3)):  # room above and below letters may be cut
            yield words, f"is painted at {_place(box)}, beyond {widget.width()} x {widget.height()}"
        if words.endswith(_ELLIPSIS) and not widget.toolTip():
            yield words, "is painted shortened"
    for (one, box), (other, there) in combinations(shown, 2):
        both = box.intersected(there)
        if both.width() > _SLACK and both.height() > 5:
            yield one, f"is painted over {other!r}"


def _place(box):
    return f"{box.x():.0f}, {box.y():.0f}, {box.width():.0f} x {box.height():.0f}"


# --- words over each other -----------------------------------------------------------------------
def _covered(widgets, root):
    found = []
    for one, other in combinations(widgets, 2):
        both = _seen_place(one, root).intersected(_seen_place(other, root))
        if both.width() <= _SLACK or both.height() <= _SLACK:
            continue
        if not one.isAncestorOf(other) and not other.isAncestorOf(one):
            found.append(f"{_name(one)}: {_words(one)!r} lies over {_words(other)!r} of {_name(other)}")
    return found


def _seen_place(widget, root):
    """Return where a widget lies in the window, without what a scroll area hides of it."""
    place, around = QRect(widget.mapTo(root, QPoint()), widget.size()), widget.parentWidget()
    while around is not None and around is not root:
        place = place.intersected(QRect(around.mapTo(root, QPoint()), around.size()))
        around = around.parentWidget()
    return place

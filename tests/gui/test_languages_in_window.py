"""Four languages at run time: after a switch the window tells what one started in that language tells."""

import re
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QTabBar,
    QTextEdit,
    QToolBar,
    QWidget,
)

from ironquant.core import Organ
from ironquant.gui import language
from ironquant.gui.app import application, make_window
from ironquant.resources import LANGUAGES

WAIT_MS = 30_000
THAI = re.compile(r"[\u0e01-\u0e5b]")
VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NATIVE = {row.name for row in LANGUAGES.values()}


def cells(view):
    """Return what a list, tree or table tells, with its headers."""
    model = view.model()
    if model is None:
        return
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    columns = range(1 if isinstance(view, QListView) else model.columnCount())
    yield from (str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in columns)
    parents = [view.rootIndex()]
    while parents:
        parent = parents.pop()
        for row in range(model.rowCount(parent)):
            for column in columns:
                index = model.index(row, column, parent)
                yield from (str(index.data(role) or "") for role in roles)
            parents.append(model.index(row, 0, parent))


def of_qt_itself(widget):
    """Tell whether this is a hidden button of Qt's own, named once: of scrolling, of a title not in use."""
    hidden_title = widget.objectName().startswith("qt_dockwidget_") and widget.isHidden()
    return isinstance(widget.parent(), QTabBar) or hidden_title


def told(window):
    """Return (kind, text) of everything that a window says."""
    found = set()
    for widget in (window, *window.findChildren(QWidget)):
        if of_qt_itself(widget):
            continue
        kind = type(widget).__name__
        words = [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
        if isinstance(widget, QLabel | QAbstractButton):
            words.append(widget.text())
        if isinstance(widget, QLineEdit):
            words.append(widget.placeholderText())
        if isinstance(widget, QTextEdit):
            words.append(widget.toPlainText())
        if isinstance(widget, QMenu):
            words.append(widget.title())
        if isinstance(widget, QTabBar):
            words += [widget.tabText(index) for index in range(widget.count())]
        if isinstance(widget, QComboBox):
            words += [widget.itemText(index) for index in range(widget.count())]
        if isinstance(widget, QAbstractItemView):
            words += cells(widget)
        found |= {(kind, word) for word in words if word and not isinstance(widget, QToolBar)}
    for action in window.findChildren(QAction):
        found |= {("action", word) for word in (action.text(), action.iconText(), action.toolTip()) if word}
    return found


def tall_enough(part):
    return part.heightForWidth(part.width()) <= part.height() + 1


def opened_in(lang, folder, qtbot, settle):
    language.switch(lang)
    window = make_window()
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    window.open_path(folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    window.centre.show_tab(0)
    return window


def closed(window):
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def fresh(qtbot, settle, phantom_folder):
    """What a window tells that was started in each language."""
    result = {}
    for lang in LANGUAGES:
        window = opened_in(lang, phantom_folder, qtbot, settle)
        result[lang] = told(window)
        closed(window)
    language.switch("en")
    return result


def test_no_word_of_the_former_language_stays(fresh, qtbot, settle, phantom_folder):
    window = opened_in("en", phantom_folder, qtbot, settle)
    try:
        for lang in ("zh", "vi", "th", "en", "th", "zh", "en", "vi"):
            window.actions_[lang].trigger()
            qtbot.waitUntil(lambda: window.controller.tasks.idle, timeout=WAIT_MS)
            qtbot.wait(50)
            assert language.current() == lang
            assert window.actions_[lang].isChecked()
            now = told(window)
            assert now - fresh[lang] == set(), lang
            assert fresh[lang] - now == set(), lang
            assert language.preferred() == lang
    finally:
        closed(window)
    for lang, found in fresh.items():
        words = {word for _, word in found if not any(name in word for name in NATIVE)}
        for code, script in (("th", THAI), ("vi", VIETNAMESE)):
            assert any(script.search(word) for word in words) == (code == lang)
        foreign = {word for word in words if CHINESE.search(word)} if lang != "zh" else set()
        assert all("幻影" in word for word in foreign)  # the patient's name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wider_than_its_panel(opened, qtbot, lang):
    """At 1366 by 768: the cards beside the images, and every word on a button or label that cannot wrap."""
    opened.set_language(lang)
    qtbot.waitUntil(lambda: opened.controller.tasks.idle, timeout=WAIT_MS)
    qtbot.wait(50)
    for organ in (Organ.HEART, Organ.LIVER):
        card = opened.results.cards[organ]
        right = card.mapTo(opened, card.rect().topRight()).x()
        assert right < opened.width()
        assert card.minimumSizeHint().width() <= card.width() <= opened.results.width()
        for part in card.findChildren(QLabel) + card.findChildren(QAbstractButton):
            if part.isVisible():
                assert part.mapTo(opened, part.rect().topRight()).x() < opened.width(), part.text()
    for part in opened.findChildren(QLabel) + opened.findChildren(QAbstractButton):
        if not part.isVisible() or not part.text():
            continue
        if isinstance(part, QLabel) and part.wordWrap():
            qtbot.waitUntil(partial(tall_enough, part))
        else:
            assert part.sizeHint().height() <= part.height() + 1, part.text()


def test_the_keys_switch_and_a_new_start_remembers(opened, qtbot):
    keys = {"vi": Qt.Key.Key_N, "th": Qt.Key.Key_T, "zh": Qt.Key.Key_C, "en": Qt.Key.Key_E}
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for lang, key in keys.items():
        qtbot.keyClick(opened, key, held)
        qtbot.waitUntil(lambda lang=lang: language.current() == lang, timeout=WAIT_MS)
        assert language.preferred() == lang
        shown = [action.text() for action in opened.actions_._menus["language"].actions()]
        assert shown == ["中文", "English", "Tiếng Việt", "ไทย"]


def menu_of(field):
    """Return the words of the menu of a text field."""
    menu = field.createStandardContextMenu()
    return {action.text().partition("\t")[0] for action in menu.actions()} - {""}


def test_menus_of_text_fields_speak_too(opened):
    seen = {}
    for lang in LANGUAGES:
        opened.set_language(lang)
        line = QLineEdit()
        seen[lang] = menu_of(line) | menu_of(opened.results.impression.edit)
    for lang in ("zh", "vi", "th"):
        assert len(seen[lang]) >= 7
        assert not seen[lang] & seen["en"]


def test_a_start_in_a_language_leaves_the_choice_alone(qapp):
    chosen = language.preferred()
    try:
        application("th")
        assert language.current() == "th"
        assert language.preferred() == chosen != "th"
        application()
        assert language.current() == chosen
    finally:
        language.switch("en")

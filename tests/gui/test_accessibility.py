"""Every widget that takes the focus has a name, every key an action of its own, and Tab goes round all.

Names are asked of Qt as a screen reader does it. The dialogs are all there are: the test looks for their
classes in the source.
"""

import ast
import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QMainWindow,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolBar,
    QWidget,
)

import ironquant.gui
from ironquant.case import RecentEntry, remember
from ironquant.core import ClinicalData, Finding, Patient
from ironquant.gui import language
from ironquant.gui.batch_page import BatchPage
from ironquant.gui.clinical_dialog import ClinicalDialog
from ironquant.gui.deidentify_dialog import DeidentifyDialog
from ironquant.gui.diagnostics import DiagnosticsDialog
from ironquant.gui.dialogs import AboutDialog, EchoTimesDialog, KeysDialog, ReportDialog
from ironquant.gui.palette import Palette
from ironquant.gui.prior_dialog import PriorDialog
from ironquant.gui.reporting.finish_dialog import FinishDialog
from ironquant.gui.reporting.jobs import Checked
from ironquant.gui.reporting.sign_dialog import KeyDialog, SignDialog
from ironquant.gui.reporting.verify_dialog import VerifyDialog
from ironquant.gui.unfinished_dialog import UnfinishedDialog, _Question
from ironquant.iron import profile_names

GUI = Path(ironquant.gui.__file__).parent
DIALOGS = {
    "ReportDialog": lambda window: ReportDialog(Path("report.pdf"), "en", window),
    "EchoTimesDialog": lambda window: EchoTimesDialog(8, window),
    "KeysDialog": lambda window: KeysDialog(window.actions_.cheat_sheet(), window),
    "AboutDialog": AboutDialog,
    "ClinicalDialog": lambda window: ClinicalDialog(ClinicalData(), window),
    "DeidentifyDialog": lambda window: DeidentifyDialog(None, window),
    "PriorDialog": lambda window: PriorDialog(Patient("1"), dt.date(2026, 3, 4), None, window),
    "UnfinishedDialog": lambda window: UnfinishedDialog(window.keeper, window),
    "BatchPage": lambda window: BatchPage(
        window.controller.tasks, lambda: window.controller.session.settings, window
    ),
    "DiagnosticsDialog": lambda window: DiagnosticsDialog("text", window, failed=True),
    "_Question": _Question,
    "Palette": lambda window: Palette(window.actions_.commands(), window),
    "FinishDialog": lambda window: _signing(FinishDialog("A", "B", "A4", "en", window)),
    "SignDialog": SignDialog,
    "KeyDialog": KeyDialog,
    "VerifyDialog": lambda window: VerifyDialog(CHECKED, window),
}
CHECKED = Checked(Path("r.pdf"), False, "final", (("reader: A", "SHA-256"),), "", ("changed",), (), None)


def _signing(dialog):
    dialog.sign_box.setChecked(True)
    return dialog


LANGUAGES = ["en", "zh"]
WAIT_MS = 30_000


def speak(lang):
    """Switch the language, and let the windows hear of it."""
    language.switch(lang)
    QApplication.processEvents()


def test_every_dialog_of_the_program_is_looked_at():
    found = {
        node.name
        for path in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(
            getattr(base, "id", "") in {"QDialog", "QMessageBox", "QWizard", "JobDialog"}
            for base in node.bases
        )
    }
    assert found - {"JobDialog"} == set(DIALOGS)  # the base of some


def focusable(root):
    """Return what can take the focus by Tab now: not what belongs to a widget around it."""
    found = [root, *root.findChildren(QWidget)]
    return [
        widget
        for widget in found
        if widget.isVisibleTo(root)
        and widget.isEnabled()
        and widget.window() is root.window()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not isinstance(widget, QMenuBar | QMainWindow)
    ]


def told(widget):
    """Return the name that a screen reader says."""
    answer = QAccessible.queryAccessibleInterface(widget)
    return "" if answer is None else answer.text(QAccessible.Text.Name).strip()


def described(widgets):
    return [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"
        for widget in widgets
    ]


def check_names(root):
    widgets = [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
        and widget.window() is root.window()  # not the list of a box that is open
        and not isinstance(widget.parent(), QComboBox | QAbstractItemView)
        and not isinstance(widget, QMenu | QMenuBar)
        and not (isinstance(widget, QLabel) and not widget.text())  # says nothing now
    ]
    assert widgets
    assert described([widget for widget in widgets if not told(widget)]) == []
    bare = [
        button
        for button in root.findChildren(QAbstractButton)
        if not button.text()
        and not button.objectName().startswith("qt_")
        and not isinstance(button.parent(), QTabBar | QComboBox)
        and type(button).__module__.startswith(("PySide6", "ironquant"))
        and button.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert described([button for button in bare if not button.toolTip()]) == []
    return {told(widget) for widget in widgets}


def step(widget, qtbot, key=Qt.Key.Key_Tab):
    """Press a key until the focus moves: a date has three parts, each a step of its own."""
    for _ in range(3):
        qtbot.keyClick(widget, key)
        if QApplication.focusWidget() is not widget:
            break
    return QApplication.focusWidget()


def check_tab_round(root, qtbot):
    """Press Tab from the first widget until it has the focus again; Shift+Tab goes the same way back."""
    wanted = focusable(root)
    assert wanted
    wanted[0].setFocus(Qt.FocusReason.TabFocusReason)
    first = QApplication.focusWidget()
    seen = [first]
    while (following := step(seen[-1], qtbot)) is not first:
        assert following not in seen, described([*seen, following])  # a round without the first one
        seen.append(following)
    missed = [widget for widget in wanted if widget not in seen]
    assert described(missed) == []
    back = [first]
    while (former := step(back[-1], qtbot, Qt.Key.Key_Backtab)) is not first:
        assert former not in back, described([*back, former])
        back.append(former)
    assert back[1:] == seen[:0:-1]
    return seen


def inversions(seen, root):
    """Return pairs that follow each other by Tab although the second stands wholly above the first."""
    wrong = []
    for former, following in pairwise(seen):
        bottom = following.mapTo(root, QPoint(0, following.height())).y()
        if bottom <= former.mapTo(root, QPoint(0, 0)).y():
            wrong.append((former, following))
    return wrong


@pytest.fixture
def shown(window, qtbot, monkeypatch):
    """A window that has the focus."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)
    return window


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs(shown, qtbot, name, lang):
    speak(lang)
    dialog = DIALOGS[name](shown)
    dialog.show()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=WAIT_MS)
    try:
        check_names(dialog)
        seen = check_tab_round(dialog, qtbot)
        tops = [widget for widget in seen if not isinstance(widget.parent(), QDialogButtonBox)]
        first = min(range(len(tops)), key=lambda at: tops[at].mapTo(dialog, QPoint(0, 0)).y()) if tops else 0
        assert [described(pair) for pair in inversions(tops[first:] + tops[:first], dialog)] == []
    finally:
        dialog.reject()
        dialog.deleteLater()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_start_page(shown, qtbot, settle, tmp_path, lang):
    speak(lang)
    for name in "ABC":
        remember(RecentEntry("folder", str(tmp_path / name), dt.datetime.now(dt.UTC), name))
    shown.start.recent.look()
    settle(shown)
    page = shown.start.page
    page.show_waiting(2)
    check_names(shown)
    seen = check_tab_round(shown, qtbot)
    order = [
        page.open_button,
        page.file_button,
        page.sample_button,
        page.tour_button,
        page.waiting_button,
        page.list,
        page.forget_button,
    ]
    first = seen.index(page.open_button)
    assert (seen[first:] + seen[:first])[: len(order)] == order
    item = QAccessible.queryAccessibleInterface(page.list).child(0)
    assert item.text(QAccessible.Text.Name).startswith("C, ")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tab", range(5))
def test_the_window_with_an_examination(opened, qtbot, settle, lang, tab):
    opened.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened, timeout=WAIT_MS)
    speak(lang)
    opened.centre.show_tab(tab)
    opened.controller.noticed.emit(Finding("unexpected_error", "error", {"reason": "ValueError"}))
    check_names(opened)
    seen = check_tab_round(opened, qtbot)
    assert opened.centre.panel.view in seen
    assert opened.browser.tree in seen
    # From left to right: examinations, images, results.
    parts = [opened.browser, opened.centre, opened.results]
    visits = [next((n for n, part in enumerate(parts) if part.isAncestorOf(widget)), None) for widget in seen]
    first = visits.index(0)
    around = [part for part in visits[first:] + visits[:first] if part is not None]
    assert around == sorted(around)


@pytest.mark.parametrize("state", ["history", "residuals", "drawing"])
def test_the_window_in_other_states(opened, qtbot, state):
    opened.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is opened, timeout=WAIT_MS)
    name = {"history": "history", "residuals": "residuals", "drawing": "brush"}[state]
    opened.actions_[name].trigger()
    check_names(opened)
    check_tab_round(opened, qtbot)


def test_names_are_in_the_language_of_the_window(opened):
    speak("en")
    english = check_names(opened)
    speak("zh")
    chinese = check_names(opened)
    assert not [name for name in english if re.search("[一-鿿]", name)]
    word = re.compile("[a-z]{4}")
    data = [*profile_names(), *(series.label for series in opened.controller.session.examination.series)]
    left = {name for name in chinese if word.search(name)}
    assert {name for name in left if not any(part in name for part in data)} == set()
    assert len({name for name in chinese if re.search("[一-鿿]", name)}) > 20


def leaves(actions):
    """Yield what can be chosen in menus, and in the menus inside them."""
    for action in actions:
        if action.menu() is not None:
            yield from leaves(action.menu().actions())
        elif not action.isSeparator():
            yield action


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_action_of_the_menus_has_a_key_and_stands_in_the_cheat_sheet(window, lang):
    speak(lang)
    sheet = {words: keys for _, rows in window.actions_.cheat_sheet() for keys, words in rows}
    actions = list(leaves(window.menuBar().actions()))
    assert len(actions) >= len(window.actions_.by_name)
    for action in actions:
        assert action.shortcuts(), action.text()
        assert sheet[action.text().rstrip(".")], action.text()
        assert action.toolTip()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_menu_opens_by_a_letter_of_its_own(window, lang):
    speak(lang)
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].upper() for title in titles]
    assert len(set(letters)) == len(titles)
    assert all(letter.isascii() for letter in letters)  # typed without an input method


def test_alt_and_a_letter_open_the_menu(shown, qtbot):
    qtbot.keyClick(shown, Qt.Key.Key_H, Qt.KeyboardModifier.AltModifier)
    assert shown.actions_["keys"].associatedObjects()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert shown.actions_["about"] in menu.actions()
    menu.close()


def test_no_two_actions_share_a_key(window):
    keys = [
        (key.toString(), name)
        for name, action in window.actions_.by_name.items()
        for key in action.shortcuts()
    ]
    others = [action for action in window.findChildren(type(window.actions_["open"])) if action.shortcuts()]
    known = set(map(id, window.actions_.by_name.values()))
    keys += [
        (key.toString(), action.text())
        for action in others
        if id(action) not in known
        for key in action.shortcuts()
    ]
    assert len({key for key, _ in keys}) == len(keys), sorted(keys)
    letters = {f"Alt+{title[title.index('&') + 1].upper()}" for title in _titles(window)}
    assert letters.isdisjoint({key for key, _ in keys})


def _titles(window):
    return [action.text() for action in window.menuBar().actions()]


def test_buttons_of_the_tool_bars_have_words_or_a_tooltip(window):
    for bar in window.findChildren(QToolBar):
        for action in bar.actions():
            if not action.isSeparator():
                assert action.toolTip()
                button = bar.widgetForAction(action)
                assert told(button) or isinstance(button, QAbstractScrollArea)

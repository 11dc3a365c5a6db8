"""Words of the window are whole at every size, in every language and theme; the rule that tells is right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clipping import faults, painted_words
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from ironquant.gui import language, style
from ironquant.gui.app import application
from ironquant.gui.choice import Choice
from ironquant.gui.windowing import window_presets

SCRIPT = Path(__file__).parents[2] / "docs" / "make_screenshots.py"
LONG = "Hepatocellular something that is long"
SIZES = [(1366, 768), (1920, 1080), (3840, 2160), (1280, 720)]
"""The last one is that of a full HD screen at 150 %."""


@pytest.fixture
def page(qtbot):
    """An empty page of 300 x 200 pixels to put things on."""
    application()
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    return made


def put(page, widget, *place):
    widget.setParent(page)
    widget.setGeometry(*place)
    page.show()
    widget.show()
    return widget


@pytest.mark.parametrize("make", [QLabel, QPushButton, QCheckBox])
def test_words_wider_than_their_widget_are_found(page, make):
    widget = put(page, make(LONG), 5, 5, 290, 32)
    assert faults(page) == []
    widget.resize(80, 32)
    (fault,) = faults(page)
    assert LONG in fault
    assert type(widget).__name__ in fault
    widget.setToolTip(f"All of it: {LONG}")
    assert faults(page) == []


def test_a_label_that_is_too_low_for_its_lines_is_found(page):
    widget = put(page, QLabel(LONG, wordWrap=True), 5, 5, 140, 70)
    assert faults(page) == []
    widget.resize(140, 20)
    assert LONG in faults(page)[0]
    widget.resize(60, 190)  # narrower than its longest word
    assert LONG in faults(page)[0]


def test_a_choice_tells_what_it_cuts_and_another_one_does_not(page):
    plain, ours = QComboBox(), Choice()
    for box in (plain, ours):
        box.addItem(LONG)
    put(page, plain, 5, 5, 100, 28)
    put(page, ours, 5, 60, 100, 28)
    (fault,) = faults(page)
    assert "QComboBox" in fault


def test_cells_and_titles_of_a_table_that_are_cut_are_found(page):
    table = QTableWidget(1, 2)
    table.setHorizontalHeaderLabels(["One", LONG])
    table.setItem(0, 0, QTableWidgetItem(LONG))
    put(page, table, 0, 0, 300, 200)
    table.setColumnWidth(0, 60)
    table.setColumnWidth(1, 60)
    found = faults(page)
    assert len(found) == 2
    assert any("QHeaderView" in fault for fault in found)
    table.item(0, 0).setToolTip(LONG)
    table.horizontalHeaderItem(1).setToolTip(LONG)
    assert faults(page) == []


def test_tabs_that_are_cut_are_found(page):
    tabs = put(page, QTabWidget(), 0, 0, 300, 200)
    tabs.addTab(QWidget(), "One")
    assert faults(page) == []
    tabs.addTab(QWidget(), LONG + LONG)
    assert any(LONG in fault for fault in faults(page))


def test_words_over_each_other_are_found(page):
    one, other = put(page, QLabel("One"), 5, 5, 100, 20), put(page, QLabel("Other"), 5, 40, 100, 20)
    assert faults(page) == []
    other.move(60, 15)
    (fault,) = faults(page)
    assert "'One'" in fault
    assert "'Other'" in fault
    one.hide()
    assert faults(page) == []


def test_words_that_are_scrolled_away_are_not_over_others(page):
    area, inner = QScrollArea(), QWidget()
    put(inner, QLabel("Below"), 5, 120, 100, 20)
    inner.resize(200, 300)
    area.setWidget(inner)
    put(page, area, 0, 0, 250, 100)
    put(page, QLabel("Under the area"), 5, 120, 200, 20)
    assert faults(page) == []


def test_words_painted_on_the_image_are_caught(opened):
    view = opened.centre.panel.view
    shown = dict(painted_words(opened.centre.panel.corners))
    assert {"Heart", "Automatic", "H", "F", "A", "P"} <= shown.keys()
    assert shown["Heart"].topLeft().manhattanLength() < 40
    assert shown["F"].center().x() == pytest.approx(view.width() / 2, abs=3)
    assert not faults(opened)
    opened.centre.panel.corners.lines = ("a line that is much too long for the image " * 6,)
    assert any("is painted at" in fault for fault in faults(opened))
    opened.centre.panel.corners.lines = ("words down to those of the corner below",) * 30
    assert any("is painted over" in fault for fault in faults(opened))


def test_the_letter_of_a_side_makes_room_for_the_words_of_a_corner(opened):
    corners = opened.centre.panel.corners
    corners.lines = ("words up to the letter of the side in the middle " * 2,)
    shown = dict(painted_words(corners))
    assert shown["H"].left() > shown[corners.lines[0]].right() > opened.centre.panel.view.width() / 2
    assert not faults(opened)


def looks(window):
    """Show every view in turn, in every theme and language."""
    for theme in style.themes():
        style.switch(theme)
        for lang in ("en", "zh"):
            language.switch(lang)
            for tab in range(5):
                window.centre.show_tab(tab)
                yield theme, lang, tab, ""
                for action in ("map", "residuals", "history") if tab in (0, 2) else ():
                    window.actions_[action].trigger()
                    yield theme, lang, tab, action
                    window.actions_[action].trigger()


@pytest.fixture
def themed():
    """Leave the theme that was found."""
    found = style.current()
    yield
    style.switch(found)


@pytest.mark.parametrize("size", SIZES)
def test_every_word_is_whole(opened, qtbot, themed, size):
    opened.resize(*size)
    opened.places.reset()
    qtbot.wait(30)
    for what in looks(opened):
        assert faults(opened) == [], what


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_is_whole_with_nothing_open(window, qtbot, size, lang):
    language.switch(lang)
    window.resize(*size)
    window.places.reset()
    qtbot.wait(30)
    assert faults(window) == []


def test_every_word_is_whole_under_every_window_preset(opened, qtbot):
    opened.centre.show_tab(2)
    for name in window_presets():
        opened.actions_[f"window_{name}"].trigger()
        assert faults(opened) == [], name


def test_every_word_is_whole_with_panels_elsewhere(opened, qtbot):
    for name in ("results", "regions"):
        opened.docks.docks[name].setFloating(True)
        opened.docks.docks[name].resize(QSize(340, 500))
        qtbot.wait(20)
        assert faults(opened.docks.docks[name]) == []
    area = Qt.DockWidgetArea.BottomDockWidgetArea
    opened.docks.addDockWidget(area, opened.docks.docks["examinations"])
    qtbot.wait(20)
    assert faults(opened) == []


@pytest.mark.parametrize(("size", "scale"), [("1366x768", "2"), ("1280x720", "1.5")])
def test_pictures_of_a_fine_screen_are_made_and_checked(tmp_path, size, scale):
    command = [sys.executable, str(SCRIPT), str(tmp_path), "--size", size, "--scale", scale]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    for lang in ("en", "zh"):
        picture = (tmp_path / f"window_{lang}.png").read_bytes()
        width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
        assert [width, height] == [round(int(side) * float(scale)) for side in size.split("x")]


def test_a_place_told_by_the_rule_is_that_of_the_widget(page):
    """The rule maps places to the page, whatever lies between."""
    inner = put(page, QWidget(), 100, 50, 150, 100)
    put(inner, QLabel("One"), 0, 0, 80, 20)
    other = put(page, QLabel("Other"), 120, 55, 80, 20)
    assert len(faults(page)) == 1
    other.move(QPoint(120, 80))
    assert faults(page) == []
    assert QRect(inner.mapTo(page, QPoint()), inner.size()) == inner.geometry()

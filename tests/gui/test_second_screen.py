"""The images in a window of their own: every key works there, and they come back as they were."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from ironquant.core import Organ
from ironquant.gui.app import make_window

WAIT_MS = 60_000


@pytest.fixture
def apart(opened, qtbot, settle):
    settle(opened)
    QTest.keyClick(opened, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    frame = opened.second_screen.frame
    qtbot.waitExposed(frame)
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    return opened, frame


def test_the_images_leave_and_name_the_patient(apart):
    window, frame = apart
    assert window.centre.window() is frame
    assert window.centre.panel.view.isVisible()
    assert window.results.window() is window
    assert frame.patient.name.text() == window.patient.name.text() != ""
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(frame.geometry())


def test_keys_work_in_both_windows(apart, qtbot):
    window, frame = apart
    QTest.keyClick(frame, Qt.Key.Key_2)
    assert window.centre.active == Organ.LIVER
    QTest.keyClick(frame, Qt.Key.Key_A)
    assert window.controller.session.state.accepted == {Organ.LIVER}
    QTest.keyClick(frame, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.controller.session.state.accepted == frozenset()
    before = window.centre.panel.view.echo
    QTest.keyClick(window.centre.panel.view, Qt.Key.Key_Down)
    assert window.centre.panel.view.echo == before + 1
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_1)
    assert window.centre.active == Organ.HEART


def test_closing_their_window_brings_them_back_as_they_were(opened, qtbot, settle):
    settle(opened)
    qtbot.waitUntil(lambda: opened.docks.arranged)
    parts = {**opened.docks.docks, "images": opened.centre}
    before = {name: part.size() for name, part in parts.items()}
    opened.actions_["second_screen"].trigger()
    qtbot.waitUntil(lambda: parts["curve"].size() != before["curve"])
    opened.second_screen.frame.close()
    assert opened.second_screen.frame is None
    assert not opened.actions_["second_screen"].isChecked()
    assert opened.centre.window() is opened
    assert opened.centre.panel.view.isVisible()
    qtbot.waitUntil(lambda: {name: part.size() for name, part in parts.items()} == before)


def test_panels_reset_meanwhile_stay_reset(opened, qtbot, settle):
    settle(opened)
    qtbot.waitUntil(lambda: opened.docks.arranged)
    opened.actions_["panel_regions"].trigger()
    for name in ("second_screen", "reset_layout", "second_screen"):
        opened.actions_[name].trigger()
    assert opened.centre.panel.view.isVisible()
    assert all(dock.isVisible() for dock in opened.docks.docks.values())


def test_the_start_page_takes_their_window_away(apart, qtbot):
    window, frame = apart
    window.controller.close_all()
    qtbot.waitUntil(lambda: not frame.isVisible())


def test_the_next_start_remembers_it_and_where_it_was(apart, qtbot, settle, phantom_folder):
    window, frame = apart
    place = QRect(60, 50, 500, 420)
    frame.setGeometry(place)
    window.close()
    assert not frame.isVisible()
    again = make_window()
    qtbot.addWidget(again)
    again.show()
    again.open_path(phantom_folder)
    qtbot.waitUntil(lambda: again.second_screen.frame is not None, timeout=WAIT_MS)
    settle(again)
    assert again.actions_["second_screen"].isChecked()
    assert again.second_screen.frame.geometry() == place
    assert again.centre.panel.view.isVisible()
    again.close()

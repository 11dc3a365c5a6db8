"""The tour of the window: begun from the empty window too, by keys and mouse, in reach of its words."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from ironquant.gui.app import make_window
from ironquant.gui.tour import Tour

WAIT_MS = 60_000


def begun(window, qtbot):
    window.actions_["tour"].trigger()
    return shown(window, qtbot)


def shown(window, qtbot):
    qtbot.waitUntil(lambda: bool(window.findChildren(Tour)), timeout=WAIT_MS)
    (tour,) = window.findChildren(Tour)
    return tour


def test_the_empty_window_shows_it_on_the_sample_patient(qtbot, settle):
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    window.start.page.tour_button.click()
    tour = shown(window, qtbot)
    assert window.controller.session.examination.patient.id == "IQ-DEMO"
    tour.close()
    settle(window)
    window.close()


def test_every_stop_stands_beside_its_part_and_the_last_key_ends_it(opened, qtbot):
    tour = begun(opened, qtbot)
    seen = []
    while opened.findChildren(Tour):
        stop = tour.stop
        place = QRect(stop.part.mapTo(opened, stop.part.rect().topLeft()), stop.part.size())
        assert stop.part.isVisible()
        assert tour.rect() == opened.rect()
        assert tour.rect().contains(tour.bubble.geometry())
        assert not place.adjusted(2, 2, -2, -2).intersects(tour.bubble.geometry())
        assert "{" not in stop.words
        seen.append(stop.title)
        QTest.keyClick(tour, Qt.Key.Key_Right)
        qtbot.wait(20)
    assert len(seen) == len(set(seen)) == 7


def test_it_goes_back_and_ends_by_key_and_by_mouse(opened, qtbot):
    tour = begun(opened, qtbot)
    first = tour.stop
    assert not tour.back_button.isEnabled()
    QTest.keyClick(tour, Qt.Key.Key_Return)
    assert tour.stop is not first
    QTest.keyClick(tour, Qt.Key.Key_Left)
    assert tour.stop is first
    qtbot.mouseClick(tour.next_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(tour.back_button, Qt.MouseButton.LeftButton)
    assert tour.stop is first
    QTest.keyClick(tour, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.findChildren(Tour))
    tour = begun(opened, qtbot)
    qtbot.mouseClick(tour.end_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not opened.findChildren(Tour))


def test_a_panel_that_is_hidden_is_left_out(opened, qtbot):
    opened.actions_["panel_curve"].trigger()
    tour = begun(opened, qtbot)
    assert opened.docks.docks["curve"] not in [stop.part for stop in tour._stops]
    assert len(tour._stops) == 6


def test_what_lies_below_is_out_of_reach(opened, qtbot, settle):
    settle(opened)
    tour = begun(opened, qtbot)
    accepted = opened.controller.session.state.accepted
    for key in (Qt.Key.Key_A, Qt.Key.Key_P, Qt.Key.Key_N):
        QTest.keyClick(tour, key)
    qtbot.wait(50)
    assert opened.controller.session.state.accepted == accepted
    assert opened.findChildren(Tour) == [tour]

"""Panels of the window: moved, tabbed, floated, hidden by real actions, and found again at the next start."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray, QEvent, QPoint, QPointF, QRect, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ironquant.gui import docks, language, style
from ironquant.gui.app import make_window, open_window
from ironquant.gui.places import brought_back

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = {name: getattr(Qt.Key, f"Key_{number}") for number, name in enumerate(docks.PANELS, 1)}


@pytest.fixture
def window(window, qtbot):
    """A window that shows its panels, as when something is open."""
    window.show_start(False)
    qtbot.wait(docks._SETTLE_MS + 50)
    return window


@pytest.fixture
def again(qtbot):
    """Close a window, and start another one as the program does."""
    made = []

    def start(window):
        window.close()
        made.append(make_window())
        open_window(made[-1])
        made[-1].show_start(False)
        qtbot.waitExposed(made[-1])
        qtbot.wait(docks._SETTLE_MS + 50)
        return made[-1]

    yield start
    for window in made:
        window.close()
        window.deleteLater()


def arrangement(window):
    """Return of every panel whether it is hidden, floats, with which it is tabbed, and its place."""
    return {
        name: (
            dock.isHidden(),
            dock.isFloating(),
            sorted(other.objectName() for other in window.docks.tabifiedDockWidgets(dock)),
            None if dock.visibleRegion().isEmpty() else dock.geometry().getRect(),
        )
        for name, dock in window.docks.docks.items()
    }


def press(qtbot, window, key):
    """Press Ctrl and a key in the window itself, not in a panel that floats."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, CTRL)
    qtbot.wait(20)


def drag(qtbot, dock, to):
    """Drag a panel by its grip to a place of the docks, as a mouse does."""
    grip = dock.grip
    start = grip.rect().center()
    qtbot.mousePress(grip, LEFT, pos=start)
    first, last = grip.mapToGlobal(start), dock.parentWidget().mapToGlobal(to)
    for step in range(1, 13):
        place = first + (last - first) * step / 12
        held = QPointF(grip.mapFromGlobal(place))
        kind = QEvent.Type.MouseMove
        QApplication.sendEvent(
            grip, QMouseEvent(kind, held, QPointF(place), LEFT, LEFT, Qt.KeyboardModifier.NoModifier)
        )
        qtbot.wait(15)
    qtbot.mouseRelease(grip, LEFT, pos=grip.mapFromGlobal(last))
    qtbot.wait(50)


def test_at_first_images_have_the_middle_and_nothing_floats(window):
    shown = arrangement(window)
    assert not any(hidden or floats or tabbed for hidden, floats, tabbed, _ in shown.values())
    centre = window.centre.geometry()
    place = {name: dock.geometry() for name, dock in window.docks.docks.items()}
    for name in ("examinations", "regions", "tools"):
        assert place[name].right() < centre.left()
    for name in ("results", "impression"):
        assert place[name].left() > centre.right()
    assert place["curve"].top() > centre.bottom()
    assert centre.left() <= place["curve"].left() <= place["curve"].right() <= centre.right()
    assert centre.width() > 0.5 * window.width()


@pytest.mark.parametrize("name", docks.PANELS)
def test_a_key_hides_a_panel_and_shows_it_again(window, qtbot, name):
    dock, action = window.docks.docks[name], window.actions_[f"panel_{name}"]
    before = arrangement(window)
    assert action.isChecked()
    press(qtbot, window, KEYS[name])
    assert not dock.isVisible()
    assert not action.isChecked()
    press(qtbot, window, KEYS[name])
    qtbot.wait(20)
    assert action.isChecked()
    assert arrangement(window) == before


def test_a_hidden_panel_gives_its_room_to_the_images(window, qtbot):
    width, height = window.centre.width(), window.centre.height()
    press(qtbot, window, Qt.Key.Key_5)
    press(qtbot, window, Qt.Key.Key_6)
    press(qtbot, window, Qt.Key.Key_4)
    qtbot.wait(20)
    assert window.centre.width() > width + 250
    assert window.centre.height() > height + 100


def test_double_click_floats_a_panel_and_a_button_puts_it_back(window, qtbot):
    dock = window.docks.docks["results"]
    before = arrangement(window)
    qtbot.mouseDClick(dock.grip, LEFT)
    assert dock.isFloating()
    assert dock.grip.title.isVisible()
    assert dock.grip.title.text() == "Results"
    qtbot.mouseClick(dock.grip.back, LEFT)
    qtbot.wait(20)
    assert not dock.isFloating()
    assert not dock.grip.title.isVisible()
    qtbot.waitUntil(lambda: arrangement(window) == before)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_floating_panel_has_a_frame_and_a_title_of_the_theme(window, qtbot, theme):
    before = style.current()
    try:
        style.switch(theme)
        dock = window.docks.docks["results"]
        qtbot.mouseDClick(dock.grip, LEFT)
        qtbot.wait(20)
        image = dock.grab().toImage()
        right, bottom = image.width() - 1, image.height() - 1
        for x, y in ((0, bottom // 2), (right, bottom // 2), (right // 2, 0), (right // 2, bottom)):
            assert image.pixelColor(x, y).name() == style.shade("grip")
        assert image.pixelColor(right // 2, dock.grip.geometry().center().y()).name() == style.shade("raised")
        qtbot.mouseClick(dock.grip.back, LEFT)
    finally:
        style.switch(before)


def test_a_floating_panel_is_closed_by_its_button(window, qtbot):
    dock = window.docks.docks["regions"]
    qtbot.mouseDClick(dock.grip, LEFT)
    qtbot.mouseClick(dock.grip.hide_button, LEFT)
    assert dock.isHidden()
    assert not window.actions_["panel_regions"].isChecked()


def test_a_panel_is_dragged_to_the_other_side(window, qtbot):
    dock = window.docks.docks["regions"]
    drag(qtbot, dock, QPoint(window.docks.width() - 12, 200))
    assert not dock.isFloating()
    assert window.docks.dockWidgetArea(dock) == Qt.DockWidgetArea.RightDockWidgetArea
    assert dock.geometry().left() > window.centre.geometry().right()


def test_the_tools_lie_down_above_and_below(window, qtbot):
    dock = window.docks.docks["tools"]
    window.docks.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
    qtbot.wait(20)
    assert window.centre.strip.orientation() == Qt.Orientation.Horizontal
    assert dock.width() > 4 * dock.height()
    press(qtbot, window, Qt.Key.Key_0)
    assert window.centre.strip.orientation() == Qt.Orientation.Vertical


def test_everything_is_found_again_at_the_next_start(window, qtbot, again):
    window.setGeometry(31, 17, 1402, 791)
    qtbot.wait(20)
    panels = window.docks
    drag(qtbot, panels.docks["regions"], QPoint(panels.width() - 12, 200))
    panels.tabifyDockWidget(panels.docks["results"], panels.docks["impression"])
    press(qtbot, window, KEYS["tools"])
    qtbot.mouseDClick(panels.docks["curve"].grip, LEFT)
    panels.docks["curve"].setGeometry(200, 300, 520, 260)
    panels.resizeDocks([panels.docks["examinations"]], [333], Qt.Orientation.Horizontal)
    qtbot.wait(20)
    before = arrangement(window)
    assert before["tools"][0]
    assert before["curve"][1]
    assert before["results"][2] == ["impression"]
    assert before["examinations"][3][2] == 333
    other = again(window)
    assert other.geometry() == QRect(31, 17, 1402, 791)
    assert arrangement(other) == before
    assert not other.actions_["panel_tools"].isChecked()


def test_a_maximized_window_is_maximized_again_and_has_its_size_below(window, qtbot, again):
    window.setGeometry(20, 30, 1300, 740)
    window.showMaximized()
    qtbot.wait(20)
    other = again(window)
    assert other.isMaximized()
    other.showNormal()
    qtbot.wait(20)
    assert other.geometry() == QRect(20, 30, 1300, 740)


def test_the_room_of_the_organs_side_by_side_is_found_again(opened, qtbot, again, phantom_folder, settle):
    opened.centre.show_tab(2)
    qtbot.wait(20)
    sides = opened.centre.sides
    handle = sides.handle(1)
    place = handle.rect().center()
    qtbot.mousePress(handle, LEFT, pos=place)
    qtbot.mouseMove(handle, place + QPoint(90, 0))
    qtbot.mouseRelease(handle, LEFT, pos=place + QPoint(90, 0))
    before = sides.sizes()
    assert before[0] > before[1] + 100
    assert opened.centre.curves.sizes()[:2] == pytest.approx(before[:2], abs=3)
    opened.centre.show_tab(0)
    opened.centre.show_tab(2)
    assert sides.sizes() == before
    window = again(opened)
    window.open_path(phantom_folder)
    settle(window)
    window.centre.show_tab(2)
    qtbot.wait(20)
    assert window.centre.sides.sizes()[:2] == pytest.approx(before[:2], abs=3)
    press(qtbot, window, Qt.Key.Key_0)
    even = window.centre.sides.sizes()
    assert even[0] == pytest.approx(even[1], abs=2)


def test_a_key_puts_every_panel_back(window, qtbot):
    press(qtbot, window, Qt.Key.Key_0)
    before = arrangement(window)
    panels = window.docks
    for name in ("results", "tools"):
        press(qtbot, window, KEYS[name])
    qtbot.mouseDClick(panels.docks["curve"].grip, LEFT)
    panels.tabifyDockWidget(panels.docks["examinations"], panels.docks["impression"])
    qtbot.wait(20)
    assert arrangement(window) != before
    press(qtbot, window, Qt.Key.Key_0)
    assert arrangement(window) == before


def test_an_arrangement_of_another_version_is_left_alone(window, qtbot, again, monkeypatch):
    before = arrangement(window)
    press(qtbot, window, KEYS["results"])
    monkeypatch.setattr(docks, "STATE_VERSION", docks.STATE_VERSION + 1)
    window.places.keep()
    monkeypatch.undo()
    stored = QSettings().value("window/layout")
    window.places.keep = lambda: None
    assert arrangement(again(window)) == before
    assert isinstance(stored, QByteArray)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window/layout", "text"),
        ("window/layout", QByteArray(b"")),
        ("window/layout", QByteArray(bytes(range(256)) * 4)),
        ("window/layout", 7),
        ("window/place", "somewhere"),
        ("window/place", QRect()),
        ("window/maximized", "perhaps"),
    ],
)
def test_what_is_damaged_in_the_settings_is_harmless(window, again, key, value):
    before = arrangement(window)
    window.places.keep()
    QSettings().setValue(key, value)
    window.places.keep = lambda: None
    other = again(window)
    assert not other.isMaximized() or key == "window/place"
    if key != "window/place":
        assert arrangement(other) == before
    assert all(not dock.isHidden() for dock in other.docks.docks.values())


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_one_changed_byte_is_harmless(window, qtbot, again, share):
    before = arrangement(window)
    press(qtbot, window, KEYS["results"])
    window.places.keep()
    data = bytearray(QSettings().value("window/layout").data())
    data[int(share * len(data))] ^= 0xFF
    QSettings().setValue("window/layout", QByteArray(bytes(data)))
    window.places.keep = lambda: None
    assert arrangement(again(window)) == before


def test_a_window_of_a_screen_that_is_gone_comes_back(window, again, qtbot):
    qtbot.mouseDClick(window.docks.docks["regions"].grip, LEFT)
    window.setGeometry(5000, 3000, 1366, 768)
    window.docks.docks["regions"].setGeometry(-4000, 100, 300, 300)
    other = again(window)
    screen = other.screen().availableGeometry()
    for place in (other.geometry(), other.docks.docks["regions"].geometry()):
        seen = screen.intersected(QRect(place.topLeft(), place.size().boundedTo(screen.size())))
        assert seen.width() >= 120
        assert seen.top() == max(place.top(), 0)


sides = st.integers(100, 4000)
places = st.builds(QRect, st.integers(-9000, 9000), st.integers(-9000, 9000), sides, sides)
screens = st.lists(
    st.builds(QRect, st.integers(-5000, 5000), st.integers(-3000, 3000), st.integers(800, 4000), sides),
    min_size=1,
    max_size=3,
)


@given(places, screens)
def test_the_top_of_a_window_lies_on_a_screen(place, screens):
    back = brought_back(place, screens, screens[0])
    top = QRect(back.left(), back.top(), back.width(), min(back.height(), 40))
    seen = [screen.intersected(top) for screen in screens]
    assert any(part.width() >= 100 and part.height() >= 24 for part in seen)
    if back != place:  # then no screen showed it, and it is not larger than the first one
        assert screens[0].contains(back)
    inside = any(screen.contains(place) for screen in screens)
    assert back == place or not inside


def test_panels_are_named_in_the_language_of_the_window(window, qtbot):
    for lang, word in (("en", "Results"), ("zh", "结果")):
        language.switch(lang)
        dock = window.docks.docks["results"]
        qtbot.waitUntil(lambda dock=dock, word=word: dock.windowTitle() == word)
        assert word in dock.grip.toolTip()
        titles = {dock.windowTitle() for dock in window.docks.docks.values()}
        assert len(titles) == len(docks.PANELS)

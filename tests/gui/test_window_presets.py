"""Presets of window and level: by their keys, against percentiles computed here, named on the image."""

import numpy as np
import pytest
from clipping import painted_words
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPoint, Qt

from ironquant.gui import language
from ironquant.gui.windowing import window_presets
from ironquant.resources import load_table

ROWS = load_table("windows")["preset"]
PRESSED = {
    "auto": (Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier),
    "shown": (Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier),
    "last": (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier),
    "narrow": (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
    "wide": (Qt.Key.Key_F7, Qt.KeyboardModifier.NoModifier),
    "middle": (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),
    "full": (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier),
}
NAMES = {
    "auto": "Automatic",
    "shown": "Echo shown",
    "last": "Last echo",
    "narrow": "Narrow",
    "wide": "Wide",
    "middle": "Middle 90 %",
    "full": "All pixels",
}


def expected(name, slice_signal, shown):
    """The limits by the words of the preset."""
    echo = {"shown": shown, "last": slice_signal.shape[-1] - 1}.get(name, 0)
    values = np.sort(slice_signal[..., echo].ravel().astype(np.float64))
    values = values[values > 0]
    share = {"middle": (0.05, 0.95), "full": (0.0, 1.0)}.get(name, (0.01, 0.995))
    low, high = (np.interp(part * (len(values) - 1), np.arange(len(values)), values) for part in share)
    stretch = {"narrow": 0.5, "wide": 2.0}.get(name, 1.0)
    return (low + high) / 2 - stretch * (high - low) / 2, (low + high) / 2 + stretch * (high - low) / 2


@pytest.mark.parametrize("name", PRESSED)
def test_a_key_sets_the_window_and_its_name_stands_on_the_image(opened, qtbot, name):
    panel = opened.centre.panel
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert panel.view.echo == 2
    qtbot.keyClick(opened, *PRESSED[name])
    signal = panel.view.series.signal[panel.view.slice_index]
    assert (panel.view.low, panel.view.high) == pytest.approx(expected(name, signal, 2), rel=1e-5)
    assert panel.view.echo == 2
    shown = [words for words, _ in painted_words(panel.corners)]
    assert NAMES[name] in shown
    assert (
        f"W {panel.view.high - panel.view.low:.0f}  L {(panel.view.high + panel.view.low) / 2:.0f}" in shown
    )


def test_the_mouse_takes_the_name_away_and_a_double_click_brings_it_back(opened, qtbot):
    view, port = opened.centre.panel.view, opened.centre.panel.view.viewport()
    place = QPoint(60, 60)
    qtbot.keyClick(opened, *PRESSED["narrow"])
    view.box.windowed.emit(25.0, 0.0)
    assert view.preset == ""
    assert not set(NAMES.values()) & {words for words, _ in painted_words(opened.centre.panel.corners)}
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: view.preset == "auto")


def test_the_name_follows_the_language(opened, qtbot):
    qtbot.keyClick(opened, *PRESSED["last"])
    language.switch("zh")
    shown = {words for words, _ in painted_words(opened.centre.panel.corners)}
    assert "末回波" in shown


def test_a_preset_acts_on_the_organ_that_is_active(opened, qtbot):
    other = [panel for organ, panel in opened.centre.panels.items() if organ != opened.centre.active]
    before = [(panel.view.low, panel.view.high, panel.view.preset) for panel in other]
    qtbot.keyClick(opened, *PRESSED["full"])
    assert [(panel.view.low, panel.view.high, panel.view.preset) for panel in other] == before


def test_nothing_open_is_harmless(window, qtbot):
    for key in PRESSED.values():
        qtbot.keyClick(window, *key)


def test_the_table_is_complete(window):
    assert [row["name"] for row in ROWS] == list(PRESSED) == list(NAMES)
    for row in ROWS:
        assert row["echo"] in ("first", "last", "shown")
        assert 0.0 <= row["percentiles"][0] < row["percentiles"][1] <= 100.0
        assert window.actions_[f"window_{row['name']}"].shortcut().toString() == row["key"]


finite = st.floats(-1e4, 1e6, width=32)


@given(arrays(np.float32, (5, 4, 3), elements=finite), st.integers(0, 2), st.sampled_from(list(PRESSED)))
def test_white_is_always_above_black(signal, shown, name):
    low, high = window_presets()[name].limits(signal, shown)
    assert np.isfinite([low, high]).all()
    assert low < high

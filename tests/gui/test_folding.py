"""Bars and panels on small screens: words of the tool bar go first, every action stays within reach."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton

from ironquant.gui import language

ICONS, WORDS = Qt.ToolButtonStyle.ToolButtonIconOnly, Qt.ToolButtonStyle.ToolButtonTextBesideIcon
SCREENS = [(1366, 768), (1093, 614), (911, 512)]
"""1366 × 768 at 100, 125 and 150 %."""


def reached(bar, action):
    """Whether an action is seen whole, or stands behind the arrow at the end of its bar."""
    button, arrow = bar.widgetForAction(action), bar.findChild(QToolButton, "qt_toolbar_ext_button")
    return bar.rect().contains(button.geometry()) if button.isVisible() else arrow.isVisible()


@pytest.mark.parametrize("lang", ["en", "zh", "vi", "th"])
@pytest.mark.parametrize("size", SCREENS)
def test_every_action_of_the_bars_is_reached(opened, qtbot, lang, size):
    language.switch(lang)
    opened.resize(*size)
    qtbot.wait(50)
    assert opened.size() == QSize(*size)
    for bar in (opened.tool_bar, opened.centre.strip):
        assert all(reached(bar, action) for action in bar.actions() if not action.isSeparator())
    assert opened.tool_bar.findChild(QToolButton, "qt_toolbar_ext_button").isHidden()


def test_words_come_back_with_the_room(window, qtbot):
    window.show_start(False)
    for width, style in ((1600, WORDS), (900, ICONS), (1600, WORDS)):
        window.resize(width, 800)
        qtbot.wait(50)
        assert window.tool_bar.toolButtonStyle() == style


def test_the_strip_closes_up_where_it_is_short(window, qtbot):
    window.show_start(False)
    button = window.centre.strip.widgetForAction(window.actions_["brush"])
    window.resize(1366, 900)
    qtbot.wait(50)
    tall = button.height()
    window.resize(1366, 640)
    qtbot.wait(50)
    assert button.height() < tall
    assert window.centre.strip.findChild(QToolButton, "qt_toolbar_ext_button").isHidden()


@pytest.mark.parametrize("size", SCREENS)
def test_image_echoes_and_curve_do_not_lie_over_each_other(opened, qtbot, size):
    opened.resize(*size)
    qtbot.wait(50)
    panel = opened.centre.panel
    places = [
        part.rect().translated(part.mapTo(opened, part.rect().topLeft()))
        for part in (panel.view, panel.echoes, panel.fit.model_box, panel.fit.curve)
    ]
    for above, below in zip(*(places[:-1], places[1:]), strict=True):
        assert above.bottom() < below.top()
    assert panel.view.height() >= 110
    assert panel.echoes.height() >= 40
